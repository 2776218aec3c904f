"""What every engine does alike: refuse, page and describe."""

from collections.abc import Sequence
from time import perf_counter

from search.contract import Hit, SearchPage, SearchQuery, SearchRejected
from search.highlights import highlights
from search.question import Question
from search.ranker import Ranked

MOST = 1_000  # results that can be reached, and the cap of `total`


def check(query: SearchQuery) -> None:
    """Raises SearchRejected for a query that no engine may run."""
    if not query.visibility:
        raise SearchRejected("visibility: at least one token is needed; a search has a viewer")
    if query.limit < 1 or query.offset < 0:
        raise SearchRejected("limit and offset: limit is at least 1 and offset at least 0")
    if query.offset + query.limit > MOST:
        raise SearchRejected(f"offset: only the first {MOST} results can be reached; refine the query")


def page_of(
    question: Question | None,
    ranked: Sequence[Ranked],
    query: SearchQuery,
    *,
    total: int,
    engine: str,
    started: float,
) -> SearchPage:
    """`started` is a perf_counter reading; `total` counts beyond what was ranked."""
    shown = ranked[query.offset : query.offset + query.limit] if question else ()
    hits = tuple(_hit(question, found) for found in shown) if question else ()
    return SearchPage(
        hits,
        min(total, MOST),
        total <= MOST,
        (perf_counter() - started) * 1000,
        engine,
    )


def _hit(question: Question, found: Ranked) -> Hit:
    name = found.candidate.name
    return Hit(
        found.candidate.id,
        name,
        found.score,
        found.match.matched_by,
        found.match.entry.display,
        highlights(question, name),
    )
