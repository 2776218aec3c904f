"""One order for the candidates of every engine."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from search.analysis.regions import provinces
from search.entry import Candidate
from search.matching import Match, match
from search.question import Question

_PROVINCES = frozenset(provinces())
_SAME_PLACE = 12.0
_OTHER_PLACE = -60.0
_OTHER_PLACE_SAME_CORE = -250.0  # 第五人民医院 of another province is not what was asked for
_RANK = 25.0
_WHOLE = 860.0  # from this score on a whole name was typed, not a part
_OTHER_NAME = 30.0


@dataclass(frozen=True, slots=True)
class Ranked:
    candidate: Candidate
    match: Match
    score: float


def rank(question: Question, candidates: Iterable[Candidate], prefer: Mapping[str, str]) -> list[Ranked]:
    """Best first; candidates that do not answer at all are left out.

    Equal scores: the most of `prefer`, in its order, then the better known, then the id (stable).
    """
    ranked = [found for candidate in candidates if (found := _ranked(question, candidate))]
    return sorted(ranked, key=lambda found: _order(found, prefer))


def _ranked(question: Question, candidate: Candidate) -> Ranked | None:
    best: Match | None = None
    for entry in candidate.entries:
        found = match(question, entry)
        if found and (best is None or _worth(found) > _worth(best)):
            best = found
    if best is None:
        return None
    score = (
        _worth(best)
        + _RANK * candidate.rank
        + _place(question, candidate, best)
        - 0.1 * len(candidate.entries[0].norm)
    )
    return Ranked(candidate, best, score)


def _worth(found: Match) -> float:
    """A part of another name than the present one counts a little less; the whole of it has its own tier."""
    return found.score if found.entry.kind == "name" or found.score >= _WHOLE else found.score - _OTHER_NAME


def _place(question: Question, candidate: Candidate, best: Match) -> float:
    if not question.regions:
        return 0.0
    if any(region.name in candidate.places for region in question.regions):
        return _SAME_PLACE
    known = candidate.places & _PROVINCES
    if known and not any(region.province in known for region in question.regions):
        return _OTHER_PLACE_SAME_CORE if best.matched_by == "core" else _OTHER_PLACE
    return 0.0


def _order(found: Ranked, prefer: Mapping[str, str]) -> tuple[float, tuple[bool, ...], float, str]:
    filters = found.candidate.filters
    unmet = tuple(filters.get(field) != value for field, value in prefer.items())
    return -round(found.score, 3), unmet, -found.candidate.rank, found.candidate.id
