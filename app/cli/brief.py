"""`topctl brief NAME`: the visit brief in the terminal, or as a Word document."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.padding import Padding

from app.cli import terminal
from app.cli.lookup import meant_by, warn_if_degraded
from app.cli.terminal import err, out, read_settings, refuse, run, say
from app.features.registry.brief import words
from app.features.registry.brief.contents import Brief
from app.features.registry.brief.reading import brief_of
from app.features.registry.lookup import Found
from app.kit.text import Language, Text
from app.kit.viewer import ANONYMOUS
from app.settings import Settings

_LANGUAGES: Mapping[str, Language] = {"zh": "zh", "en": "en"}
_Lines = Iterator[tuple[int, Text]]  # how far indented, and what


def brief(
    name: Annotated[str, typer.Argument(help="name, abbreviation, pinyin or initials")],
    docx: Annotated[Path | None, typer.Option(help="write a Word document to this file")] = None,
    language: Annotated[str | None, typer.Option(help="zh or en; as the terminal, if not given")] = None,
) -> None:
    """What to take to a customer, on two pages: needs, facts, questions, regulations, outlines."""
    chosen = _language(language)
    found, assembled = run(_brief(read_settings(), name, chosen))
    warn_if_degraded(found)
    if found.certain is None and found.is_good:
        err.print(escape(say(_not_certain(found))), style="yellow")
    if docx is None:
        _print(assembled, chosen)
    else:
        from app.features.registry.brief import document  # its library is only loaded when used

        _write(docx, document.render(assembled, chosen))


def _language(asked: str | None) -> Language:
    if asked is not None and asked not in _LANGUAGES:
        refuse(say(Text(zh="--language 只能是 zh 或 en。", en="--language must be zh or en.")))
    return _LANGUAGES[asked] if asked else terminal.language()


async def _brief(settings: Settings, typed: str, language: Language) -> tuple[Found, Brief]:
    async with meant_by(settings, typed) as meant:
        return meant.found, await brief_of(meant.session, ANONYMOUS, meant.answer, language=language)


def _not_certain(found: Found) -> Text:
    names = words.listed([Text(zh=line.name, en=line.name) for line in found.lines])
    return Text(
        zh=f"没有完全同名的单位，简报按输入的名称推断。是不是要找：{names.zh}",
        en=f"No organisation bears exactly this name; the brief is read from it. Did you mean: {names.en}",
    )


def _write(target: Path, content: bytes) -> None:
    """All of it or nothing: a document cut short cannot be opened."""
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_bytes(content)
        part.replace(target)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        why = error.strerror or str(error)
        refuse(say(Text(zh=f"无法写入 {target}：{why}", en=f"Cannot write {target}: {why}")))
    out.print(escape(say(Text(zh=f"已写入 {target}", en=f"Written to {target}"))), soft_wrap=True)


def _print(brief: Brief, language: Language) -> None:
    out.print()
    out.print(f"[bold]{escape(brief.name)}[/bold]")
    made = words.joined([words.BRIEF, words.long_day(brief.made_on)])
    for text in (words.joined(brief.who), words.joined(brief.how), made):
        out.print("  " + escape(text.in_language(language)), style="dim")
    for title, lines in _sections(brief):
        known = list(lines)
        if not known:
            continue
        out.print()
        out.print(f"[bold cyan]{escape(title.in_language(language))}[/bold cyan]")
        for indent, text in known:
            out.print(Padding(escape(text.in_language(language)), (0, 0, 0, indent)))


def _sections(brief: Brief) -> Iterator[tuple[Text, _Lines]]:
    yield words.joined([words.NEEDS, words.ESTIMATE]), _needs(brief)
    yield words.FACTS, _facts(brief)
    yield words.QUESTIONS, _questions(brief)
    yield words.REGULATIONS, _regulations(brief)
    yield words.OUTLINES, _outlines(brief)
    yield words.PEERS, iter([(2, words.listed_peers(brief.peers))] if brief.peers else [])
    yield words.READ_THIS, ((2, note) for note in brief.notes)


def _needs(brief: Brief) -> _Lines:
    if not brief.needs:
        yield 2, words.NO_NEEDS
    for need in brief.needs:
        yield 2, words.joined([need.title, words.likelihood(need.prediction)])
        for reason in need.reasons:
            yield 4, reason
        yield 4, need.buying


def _facts(brief: Brief) -> _Lines:
    if not brief.facts:
        yield 2, words.NO_FACTS
    for fact in brief.facts:
        yield 2, words.joined([fact.when, Text(zh=fact.title, en=fact.title)])
        yield 4, fact.about


def _questions(brief: Brief) -> _Lines:
    for group in brief.questions:
        yield 2, group.need
        for question in group.questions:
            yield 4, words.after(words.TO_TICK, question)


def _regulations(brief: Brief) -> _Lines:
    for regulation in brief.regulations:
        yield 2, words.joined([regulation.title, regulation.when])
        yield 4, regulation.obligation


def _outlines(brief: Brief) -> _Lines:
    for outline in brief.outlines:
        yield 2, words.joined([outline.title, outline.need, outline.note])
        yield 4, outline.compare
        yield 4, outline.when_not
