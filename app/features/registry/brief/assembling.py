"""From an answer and the facts to the brief: what goes on its two pages, for every form alike. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from app.features.knowledge.briefing import Predicted
from app.features.knowledge.catalogue import Need, Outline, Regulation
from app.features.knowledge.prediction.terms import Prediction, Reason
from app.features.knowledge.prediction.wording import dated
from app.features.registry.answers import Answer
from app.features.registry.brief import words
from app.features.registry.brief.contents import (
    Brief,
    BriefFact,
    BriefNeed,
    BriefOutline,
    BriefPeer,
    BriefQuestions,
    BriefRegulation,
)
from app.features.registry.brief.fitting import SECTION, WRITING_LINE, Measure, Sheet
from app.features.registry.facts.records import FactRecord
from app.features.registry.records import OrganisationLine
from app.kit.places import place_name
from app.kit.text import Language, Text

_REASONS = 2
_CRITERIA = 4
_SOURCES = 2
_LONGEST_TITLE = 90  # characters of a notice
_LONGEST_REASON = 48
_COLUMNS = 2
_ROUTES_OF_NEED = 2
_MOST_WRITING = 12
_LEAST_WRITING = 3
_LEFT_OUT_LINES = 2  # kept for the note on what had no room
# What matters most first; of each kind as many as stand here, if there is room.
_FRONT = (
    ("needs", 2),
    ("facts", 1),
    ("questions", 1),
    ("needs", 3),
    ("facts", 3),
    ("needs", 5),
    ("questions", 2),
    ("facts", 6),
    ("needs", 7),
)
_BACK = (
    ("regulations", 4),
    ("outlines", 2),
    ("peers", 1),
    ("regulations", 6),
    ("outlines", 4),
    ("regulations", 9),
    ("outlines", 6),
)
_SEMICOLON = Text(zh="；", en="; ")
_WORDS_OF_NOTES = (words.ON_ESTIMATES, words.ON_FACTS, words.ON_REGULATIONS)

Cost = Callable[[Any], float]
Kinds = Mapping[str, tuple[Sequence[Any], Cost]]  # candidates of each kind, best first, and what one takes


def assemble(answer: Answer, facts: Sequence[FactRecord], *, language: Language, today: date) -> Brief:
    """The two pages in `language`: English takes more room, so it may hold less."""
    measure = Measure(language)
    who, how = _who(answer), _how(answer)
    projects = _projects(answer, facts)
    needs = _needs(answer)

    front = Sheet()
    front.left -= measure.head(answer.name, words.joined(who), words.joined(how)) + _least(needs, projects)
    said = _fill(front, _front_kinds(measure, answer, needs, projects), _FRONT)

    back = Sheet()
    back.left -= SECTION + sum(map(measure.note, (*_WORDS_OF_NOTES, *[words.ON_ESTIMATES] * _LEFT_OUT_LINES)))
    told = _fill(back, _back_kinds(measure, answer, today), _BACK)

    return Brief(
        name=answer.name,
        is_typed=answer.organisation is None,
        who=tuple(who),
        how=tuple(how),
        made_on=today,
        needs=said["needs"],
        facts=said["facts"],
        questions=tuple(group for row in said["questions"] for group in row),
        writing_lines=_writing_lines(front),
        regulations=told["regulations"],
        outlines=told["outlines"],
        peers=tuple(peer for row in told["peers"] for peer in row),
        notes=_notes(
            (words.NEEDS, len(said["needs"]), len(needs)),
            (words.FACTS, len(said["facts"]), len(projects)),
            (words.REGULATION_COUNT, len(told["regulations"]), len(answer.regulations)),
        ),
    )


def _fill(sheet: Sheet, kinds: Kinds, order: Iterable[tuple[str, int]]) -> dict[str, tuple[Any, ...]]:
    """The first of a kind pays for the heading, too. A kind whose next entry does not fit takes no more."""
    taken: dict[str, list[Any]] = {kind: [] for kind in kinds}
    full: set[str] = set()
    for kind, wanted in order:
        candidates, cost = kinds[kind]
        for entry in candidates[len(taken[kind]) : wanted]:
            heading = 0.0 if taken[kind] else SECTION
            if kind in full or not sheet.takes(cost(entry) + heading):
                full.add(kind)
                break
            taken[kind].append(entry)
    return {kind: tuple(entries) for kind, entries in taken.items()}


def _front_kinds(
    measure: Measure, answer: Answer, needs: Sequence[BriefNeed], projects: Sequence[BriefFact]
) -> Kinds:
    groups = [
        BriefQuestions(need.title, need.discovery_questions)
        for need, _ in _ranked(answer)
        if need.discovery_questions
    ]
    rows = [tuple(groups[start : start + _COLUMNS]) for start in range(0, len(groups), _COLUMNS)]
    return {
        "needs": (needs, measure.need),
        "questions": (rows, measure.questions),
        "facts": (projects, measure.fact),
    }


def _back_kinds(measure: Measure, answer: Answer, today: date) -> Kinds:
    peers = tuple(_peer(line) for line in answer.comparable)
    return {
        "regulations": (
            [_regulation(regulation, today) for regulation, _ in answer.regulations],
            measure.regulation,
        ),
        "outlines": (_outlines(answer), measure.outline),
        "peers": ([peers] if peers else [], measure.peers),
    }


def _least(needs: Sequence[BriefNeed], projects: Sequence[BriefFact]) -> float:
    """Room for the sentences that stand where there are no needs or no facts."""
    return (0.0 if needs else SECTION) + (0.0 if projects else SECTION) + (0.0 if projects else WRITING_LINE)


def _writing_lines(sheet: Sheet) -> int:
    lines = int((sheet.left - SECTION) // WRITING_LINE)
    return min(lines, _MOST_WRITING) if lines >= _LEAST_WRITING else 0


def _who(answer: Answer) -> list[Text]:
    recognition = answer.recognition
    places = [reading.value for reading in (recognition.province, recognition.city) if reading]
    industry = answer.industry.name if answer.industry else words.UNKNOWN_INDUSTRY
    return [industry, *answer.kind, *map(place_name, dict.fromkeys(places))]


def _how(answer: Answer) -> list[Text]:
    said: list[Text] = [words.NOT_LISTED]
    if answer.organisation is not None:
        said = [words.REGISTRY, answer.organisation.provenance_words, *answer.organisation.sources[:_SOURCES]]
    reading = answer.recognition.industry
    if reading.basis == "name" and answer.industry is not None:
        said.append(words.read_from_name(reading))
    if answer.alternatives:
        said.append(words.or_else([industry.name for industry, _ in answer.alternatives]))
    return [*said, *([words.CORRECTED] if answer.is_corrected else [])]


def _ranked(answer: Answer) -> list[Predicted]:
    pairs = [pair for _, _, rows in answer.by_category for pair in rows]
    return sorted(pairs, key=lambda pair: (-pair[1].likelihood, pair[1].need))


def _needs(answer: Answer) -> list[BriefNeed]:
    return [
        BriefNeed(
            slug=need.slug,
            title=need.title,
            prediction=prediction,
            reasons=tuple(map(_reason, _speaking_for(prediction)[:_REASONS])),
            buying=words.buying(need),
        )
        for need, prediction in _ranked(answer)
    ]


def _speaking_for(prediction: Prediction) -> tuple[Reason, ...]:
    """What speaks against a need is for the page, where there is room to weigh it."""
    return tuple(reason for reason in prediction.reasons if reason.effect >= 0)


def _reason(reason: Reason) -> Text:
    """A fact only as far as it is known again: its whole title stands among the facts."""
    if reason.kind != "fact":
        return reason.text
    return Text(
        zh=_shortened(reason.text.zh, _LONGEST_REASON), en=_shortened(reason.text.en, _LONGEST_REASON)
    )


def _projects(answer: Answer, facts: Sequence[FactRecord]) -> list[BriefFact]:
    """One entry for each project, however many needs it speaks of, in the order of the facts."""
    titles = {need.slug: need.title for need, _ in _ranked(answer)}
    projects: dict[str, list[FactRecord]] = {}
    for fact in facts:
        projects.setdefault(fact.project_key, []).append(fact)
    return [
        BriefFact(
            when=words.fact_when(first),
            title=_shortened(first.title, _LONGEST_TITLE),
            about=words.fact_about(
                first, [titles[fact.need] for fact in (first, *others) if fact.need in titles]
            ),
            href=first.href,
        )
        for first, *others in projects.values()
    ]


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _regulation(regulation: Regulation, today: date) -> BriefRegulation:
    return BriefRegulation(
        slug=regulation.slug,
        title=regulation.title,
        when=dated(regulation, today) or words.UNDATED,
        obligation=regulation.obligation,
    )


def _outlines(answer: Answer) -> list[BriefOutline]:
    """The first routes of each of the top needs; one that serves several needs stands with the first.
    Those made for another industry are left at home, unless there are no others."""
    chosen: dict[str, tuple[Need, Outline]] = {}
    for need, outlines in answer.routes:
        new = [outline for outline in outlines if outline.slug not in chosen]
        chosen |= {outline.slug: (need, outline) for outline in new[:_ROUTES_OF_NEED]}
    borrowed = answer.briefing.borrowed
    fitting = [pair for slug, pair in chosen.items() if slug not in borrowed]
    return [
        _outline(need, outline, borrowed=outline.slug in borrowed)
        for need, outline in fitting or chosen.values()
    ]


def _outline(need: Need, outline: Outline, *, borrowed: bool) -> BriefOutline:
    criteria = words.joined(list(outline.comparison_criteria[:_CRITERIA]), _SEMICOLON)
    return BriefOutline(
        slug=outline.slug,
        need=need.title,
        title=outline.title,
        note=words.joined([words.effort(outline), *([words.BORROWED] if borrowed else [])]),
        compare=words.after(words.COMPARE, criteria),
        when_not=words.after(words.WHEN_NOT, outline.when_not_to[0]),
    )


def _peer(line: OrganisationLine) -> BriefPeer:
    place = [place_name(line.place)] if line.place else []
    about = [*place, *([line.level] if line.level else [])]
    return BriefPeer(line.name, words.joined(about) if about else None, line.href)


def _notes(*counts: tuple[Text, int, int]) -> tuple[Text, ...]:
    left_out = words.left_out(counts)
    return (*_WORDS_OF_NOTES, *([left_out] if left_out else []))
