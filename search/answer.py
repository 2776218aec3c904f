"""What every engine does alike: refuse, page and describe."""

from collections.abc import Iterable, Sequence
from time import perf_counter

from search.contract import Document, Hit, SearchPage, SearchQuery, SearchRejected
from search.highlights import highlights
from search.question import Question
from search.ranker import Ranked

MOST = 1_000  # results that can be reached, and the cap of `total`


def check(query: SearchQuery) -> None:
    """Raises SearchRejected for a query that no engine may run."""
    if not query.visibility:
        raise SearchRejected("visibility: at least one token is needed; a search has a viewer")
    _check_text("visibility", query.visibility)
    _check_text("filters", [text for field, values in query.filters.items() for text in (field, *values)])
    if query.limit < 1 or query.offset < 0:
        raise SearchRejected("limit and offset: limit is at least 1 and offset at least 0")
    if query.offset + query.limit > MOST:
        raise SearchRejected(f"offset: only the first {MOST} results can be reached; refine the query")


def check_documents(documents: Iterable[Document]) -> None:
    """Raises SearchRejected, naming the document and the field, for one that no engine may index."""
    for document in documents:
        where = f"document {document.id!r}"
        texts = (document.name, *document.aliases, *document.former_names, document.english_name or "")
        _check_text(f"{where}: id", [document.id])
        _check_text(f"{where}: names", texts)
        _check_text(f"{where}: visibility", document.visibility)
        _check_text(f"{where}: filters", [text for pair in document.filters.items() for text in pair])
        if not document.id or not document.name.strip():
            raise SearchRejected(f"{where}: id and name must not be empty")
        if not 0 <= document.rev < 2**63:
            raise SearchRejected(f"{where}: rev is a whole number of at least 0")
        if not 0 <= document.rank <= 1:
            raise SearchRejected(f"{where}: rank is between 0 and 1")


def _check_text(where: str, texts: Iterable[str]) -> None:
    for text in texts:
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise SearchRejected(f"{where}: {text!r} is not valid Unicode") from error


def page_of(
    question: Question | None,
    ranked: Sequence[Ranked],
    query: SearchQuery,
    *,
    total: int,
    exact: bool = True,
    engine: str,
    started: float,
) -> SearchPage:
    """`started` is a perf_counter reading; `total` may count beyond what was ranked, then it is not exact."""
    shown = ranked[query.offset : query.offset + query.limit] if question else ()
    hits = tuple(_hit(question, found) for found in shown) if question else ()
    return SearchPage(
        hits,
        min(total, MOST),
        exact and total <= MOST,
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
