"""The sections of an answer under its needs, as the page has them."""

from collections.abc import Iterable, Sequence

from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from app.cli.terminal import language, out, say
from app.features.knowledge.briefing import Predicted
from app.features.knowledge.catalogue import Outline
from app.features.knowledge.prediction import confidence_label
from app.features.knowledge.prediction.wording import dated
from app.features.registry.answers import Answer
from app.kit import clock
from app.kit.text import Text
from app.web.formats import budget

_WHY = Text(zh="前三项：依据，以及什么会改变判断", en="The top three: reasons, and what would change them")
_WOULD_CHANGE = Text(zh="什么会改变：", en="Would change it: ")
_BUYING = Text(zh="预算（估计）、时机、找谁", en="Budget (estimate), timing, whom to ask")
_REGULATIONS = Text(zh="它要遵守什么", en="What binds it")
_UNDATED = Text(zh="日期待核", en="date to be checked")
_ROUTES = Text(zh="可以怎么做", en="Ways to go about it")
_BORROWED = Text(zh="为其他行业写的，供对照", en="written for another industry, for comparison")
_WHEN_NOT = Text(zh="这时别用：", en="Not when: ")
_QUESTIONS = Text(zh="上门问什么", en="Questions for the visit")
_COMPARABLE = Text(zh="同类单位", en="Comparable organisations")
_SOURCES = Text(zh="来源", en="Sources")


def print_sections(answer: Answer, shown: Sequence[Predicted]) -> None:
    """Everything but the needs themselves; `shown` are those printed above."""
    _print_reasons(answer)
    _print_buying(answer, shown)
    _print_regulations(answer)
    _print_routes(answer)
    _section(
        _QUESTIONS,
        (line for need, questions in answer.questions for line in _listed(need.title, questions)),
    )
    _section(
        _COMPARABLE,
        (
            "  ".join(filter(None, (line.name, line.place, say(line.level) if line.level else None)))
            for line in answer.comparable
        ),
    )
    _section(_SOURCES, map(say, answer.organisation.sources) if answer.organisation else ())


def _print_reasons(answer: Answer) -> None:
    lines: list[str] = []
    for need, prediction in answer.top:
        lines += _listed(need.title, [reason.text for reason in prediction.reasons])
        lines += [f"  {say(_WOULD_CHANGE)}{say(text)}" for text in prediction.would_change]
        lines.append(f"  {say(confidence_label(prediction.confidence))}")
    _section(_WHY, lines)


def _print_buying(answer: Answer, shown: Sequence[Predicted]) -> None:
    _heading(_BUYING)
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    separator = "; " if language() == "en" else "；"
    for need, _ in shown:
        timing = separator.join(map(say, need.buying_triggers))
        band = budget(language(), need.budget_low, need.budget_high)
        table.add_row(escape(say(need.title)), band, escape(f"{timing} · {say(need.owner_role)}"))
    out.print(Padding(table, (0, 0, 0, 2)))
    out.print("  " + escape(say(answer.briefing.notes.budget)), style="dim")


def _print_regulations(answer: Answer) -> None:
    lines: list[str] = []
    for regulation, _ in answer.regulations:
        when = dated(regulation, clock.today()) or _UNDATED
        lines += [f"{say(regulation.title)}  ({say(when)})", f"  {say(regulation.obligation)}"]
    _section(_REGULATIONS, lines)


def _print_routes(answer: Answer) -> None:
    lines: list[str] = []
    for need, outlines in answer.routes:
        if outlines:
            lines.append(say(need.title))
        for outline in outlines:
            lines += _route(outline, borrowed=outline.slug in answer.briefing.borrowed)
    _section(_ROUTES, lines)


def _route(outline: Outline, *, borrowed: bool) -> list[str]:
    notes = [say(outline.rough_effort), *([say(_BORROWED)] if borrowed else [])]
    return [
        f"- {say(outline.title)}  ({', '.join(notes)})",
        *(f"    {say(_WHEN_NOT)}{say(text)}" for text in outline.when_not_to),
    ]


def _listed(title: Text, points: Iterable[Text]) -> list[str]:
    return [say(title), *(f"- {say(point)}" for point in points)]


def _section(title: Text, lines: Iterable[str]) -> None:
    """Nothing at all where there are no lines."""
    known = list(lines)
    if not known:
        return
    _heading(title)
    for line in known:
        text = line.lstrip()
        out.print(Padding(escape(text), (0, 0, 0, 2 + len(line) - len(text))))


def _heading(title: Text) -> None:
    out.print()
    out.print(f"[bold cyan]{escape(say(title))}[/bold cyan]")
