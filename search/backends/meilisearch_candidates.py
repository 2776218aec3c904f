"""Asking the server for candidates, and reading its answer."""

from dataclasses import dataclass

from search.backends.meilisearch_errors import stale
from search.backends.meilisearch_query import candidate_parts, federated, restriction
from search.backends.meilisearch_schema import CARD_KEY, PRIMARY_KEY, SETTINGS, read_candidate
from search.backends.meilisearch_wire import Wire
from search.contract import SearchQuery, SearchTimeout
from search.entry import Candidate
from search.question import Question

_CUT_OFF_MS = SETTINGS["searchCutoffMs"]


@dataclass(frozen=True, slots=True)
class Found:
    """Best first, as the server weighs them. `cut_off`: the server stopped before it had seen all."""

    candidates: list[Candidate]
    total: int
    cut_off: bool


async def find_candidates(
    wire: Wire, uid: str, schema: str, question: Question, query: SearchQuery, *, limit: int, thorough: bool
) -> Found:
    """Raises SearchUnavailable where the index does not prove to be ours and of this schema."""
    parts = candidate_parts(question, schema, thorough=thorough)
    marks = restriction(query.visibility, query.filters)
    answer = await wire.multi_search(federated(uid, schema, parts, marks, limit=limit))
    # The server keeps to itself that it stopped early; the time it took gives it away.
    cut_off = answer.get("processingTimeMs", 0) >= _CUT_OFF_MS
    try:
        hits = [hit for hit in answer["hits"] if hit[PRIMARY_KEY] != CARD_KEY]
        candidates = [read_candidate(hit["packed"]) for hit in hits]
    except (LookupError, TypeError, ValueError) as error:
        raise stale(uid) from error
    if len(hits) == len(answer["hits"]):
        raise SearchTimeout("Meilisearch stopped before it had looked") if cut_off else stale(uid)
    return Found(_newest(candidates), int(answer.get("estimatedTotalHits", 1)) - 1, cut_off)


def _newest(candidates: list[Candidate]) -> list[Candidate]:
    """While a document is written, two versions of it may stand side by side."""
    newest: dict[str, Candidate] = {}
    for candidate in candidates:
        rival = newest.get(candidate.id)
        if rival is None or rival.rev < candidate.rev:
            newest[candidate.id] = candidate
    return list(newest.values())
