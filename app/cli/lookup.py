"""`topctl lookup NAME`: the answer in the terminal."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from app.cli.answer_sections import print_sections
from app.cli.terminal import err, language, out, read_settings, run, say
from app.db.engine import Database, ReadSession
from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.queries import current_catalogue
from app.features.registry.answers import Answer, answer_for_name, answer_for_organisation
from app.features.registry.forms import clean_name
from app.features.registry.lookup import Found, Lookup, Wanted
from app.features.registry.presenting import answer_out, line_out
from app.features.registry.records import OrganisationLine
from app.kit.text import Text
from app.kit.viewer import ANONYMOUS
from app.settings import Settings
from search import build_engine

PER_CATEGORY = 4
_MATCHES = 8
_COLD_SECONDS = 10.0  # a fresh process reads the index from disk first
_REGISTRY = Text(zh="单位库", en="Registry")
_DEGRADED = Text(
    zh="搜索索引不可用，只按名称开头查找。请运行 topctl doctor 查看原因。",
    en="The search index is unavailable; only the beginning of names was matched. See topctl doctor.",
)
_FROM_NAME = Text(zh="未收录，由名称推断", en="not in the registry, read from the name")


@dataclass(frozen=True, slots=True)
class Meant:
    session: ReadSession
    catalogue: Catalogue
    found: Found
    answer: Answer


def lookup(
    name: Annotated[str, typer.Argument(help="name, abbreviation, pinyin or initials")],
    brief: Annotated[bool, typer.Option("--brief", help="the likely needs alone")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="for machines")] = False,
) -> None:
    """Tell what a customer probably needs, why, and how to go about it."""
    catalogue, found, answer = run(_answer(read_settings(), name))
    warn_if_degraded(found)
    if as_json:
        body = answer_out(answer, catalogue, language(), related={}).model_dump(mode="json")
        body["matched_by"] = found.certain.matched_by if found.certain else None
        body["candidates"] = [line_out(line, language()).model_dump(mode="json") for line in _others(found)]
        typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
        return
    to_choose = found.certain is None and found.is_good
    _print_how(found, name)
    if to_choose:
        _print_others(found)
    _print_answer(answer)
    if not brief and answer.top:
        print_sections(answer, [pair for _, _, rows in answer.by_category for pair in rows[:PER_CATEGORY]])
    if not to_choose and (found.certain is None or found.certain.why):
        _print_others(found)


async def _answer(settings: Settings, typed: str) -> tuple[Catalogue, Found, Answer]:
    async with meant_by(settings, typed) as meant:
        return meant.catalogue, meant.found, meant.answer


@asynccontextmanager
async def meant_by(settings: Settings, typed: str) -> AsyncIterator[Meant]:
    """The answer for the organisation that was meant, else for the name as typed. Raises Invalid."""
    name = clean_name(typed)
    database, engine = Database(settings.effective_database_url), build_engine(settings.search_place)
    try:
        async with database.reading() as session:
            catalogue = await current_catalogue(session)
            lookup = Lookup(engine, budget_seconds=_COLD_SECONDS)
            found = await lookup.search(session, catalogue, ANONYMOUS, Wanted(name, limit=_MATCHES))
            if found.certain:
                answer = await answer_for_organisation(session, catalogue, ANONYMOUS, found.certain.public_id)
            else:
                answer = await answer_for_name(session, catalogue, ANONYMOUS, name)
            yield Meant(session, catalogue, found, answer)
    finally:
        await engine.close()
        await database.close()


def warn_if_degraded(found: Found) -> None:
    if found.degraded:
        err.print(say(_DEGRADED), style="yellow")


def _others(found: Found) -> list[OrganisationLine]:
    """Other organisations that the typed text may have meant."""
    return [
        line for line in found.lines if found.certain is None or line.public_id != found.certain.public_id
    ]


def _print_how(found: Found, typed: str) -> None:
    """Nothing where the name itself was typed."""
    if found.certain and found.certain.why:
        why = found.certain.why
        how = Text(zh=f"按「{typed}」找到（{why.zh}）", en=f"Found by “{typed}” ({why.en})")
        out.print(escape(say(how)), style="dim")


def _print_answer(answer: Answer) -> None:
    out.print()
    out.print(f"[bold]{escape(answer.name)}[/bold]")
    out.print("  " + escape(" · ".join(_who(answer))), style="dim")
    for _, category, rows in answer.by_category:
        out.print()
        out.print(f"[bold cyan]{say(category)}[/bold cyan]")
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True)
        table.add_column(justify="right", no_wrap=True)
        table.add_column(overflow="fold")
        for need, prediction in rows[:PER_CATEGORY]:
            share = f"{say(prediction.label)} {prediction.likelihood:.0%}"
            table.add_row(escape(say(need.title)), share, escape(say(prediction.reasons[0].text)))
        out.print(Padding(table, (0, 0, 0, 2)))
    out.print()
    estimate = Text(zh="以上为推断，不是公开事实。", en="These are estimates, not public facts.")
    out.print(say(estimate), style="dim")


def _who(answer: Answer) -> list[str]:
    """Industry, kind, level, place, and how all that is known."""
    names = [answer.industry.name] if answer.industry else []
    places = [reading.value for reading in (answer.recognition.province, answer.recognition.city) if reading]
    basis = [_REGISTRY, answer.organisation.provenance_words] if answer.organisation else [_FROM_NAME]
    return [*map(say, (*names, *answer.kind)), *dict.fromkeys(places), *map(say, basis)]


def _print_others(found: Found) -> None:
    others = _others(found)
    if not others:
        return
    out.print(say(Text(zh="是不是要找：", en="Did you mean:")))
    for line in others:
        about = " · ".join(part for part in (line.place, say(line.why) if line.why else None) if part)
        out.print(f"  {escape(line.name)}  [dim]{escape(about)}[/dim]")
