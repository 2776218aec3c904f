"""Looking an organisation up by what somebody types: through the search engine, by SQL while it is away."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog

from app.db.quick import Reader
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.breaker import Breaker
from app.features.registry.certainty import certain, is_good
from app.features.registry.documents import KIND
from app.features.registry.fallback import find_by_sql
from app.features.registry.match_words import why_matched
from app.features.registry.queries import known_of
from app.features.registry.records import LineRow, OrganisationLine, line_from
from app.kit.viewer import Viewer
from search.contract import Hit, SearchEngine, SearchPage, SearchQuery, SearchUnavailable

BUDGET_SECONDS = 0.8  # for the engine; the fallback and the page still fit into a second
SUGGESTIONS = 8
REACHABLE = 1_000
MAX_QUERY = 100  # characters

_NO_FILTERS: Mapping[str, tuple[str, ...]] = {}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to find: text as typed (at most MAX_QUERY characters), narrowed by attributes where given."""

    text: str
    industry: str | None = None
    province: str | None = None
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """`certain` is the one organisation that was meant, if there is no doubt; `is_good` is false where
    the best line is only similar, so that the typed name deserves an answer of its own."""

    lines: tuple[OrganisationLine, ...]
    total: int  # at most REACHABLE
    total_is_exact: bool
    certain: OrganisationLine | None
    is_good: bool
    degraded: bool


@dataclass(frozen=True, slots=True)
class Suggested:
    lines: tuple[OrganisationLine, ...]
    degraded: bool


class Observe(Protocol):
    """Told of each answer: the engine's own time, and whether it had to be found without the engine."""

    def __call__(self, *, as_typed: bool, seconds: float, degraded: bool) -> None: ...


def _nobody_observes(*, as_typed: bool, seconds: float, degraded: bool) -> None:
    return


class Lookup:
    """Shared by all requests of a process; holds the state of the engine's breaker."""

    def __init__(
        self,
        engine: SearchEngine,
        *,
        breaker: Breaker | None = None,
        budget_seconds: float = BUDGET_SECONDS,
        observe: Observe = _nobody_observes,
    ) -> None:
        self._engine = engine
        self._observe = observe
        self._breaker = breaker or Breaker()
        self._budget_seconds = budget_seconds

    async def suggest(
        self,
        session: Reader,
        catalogue: Catalogue,
        viewer: Viewer,
        text: str,
        *,
        limit: int = SUGGESTIONS,
    ) -> Suggested:
        """As somebody types; the last part may be unfinished."""
        wanted = Wanted(text, limit=limit)
        page, _, lines = await self._find(session, catalogue, viewer, wanted, as_typed=True)
        return Suggested(lines, page.degraded)

    async def search(self, session: Reader, catalogue: Catalogue, viewer: Viewer, wanted: Wanted) -> Found:
        """A committed search."""
        page, hits, lines = await self._find(session, catalogue, viewer, wanted, as_typed=False)
        return Found(
            lines=lines,
            total=page.total - (len(page.hits) - len(hits)),
            total_is_exact=page.total_is_exact,
            certain=certain(lines, hits, wanted.text) if wanted.offset == 0 else None,
            is_good=any(is_good(line, wanted.text) for line in lines[:3]),
            degraded=page.degraded,
        )

    async def _find(
        self, session: Reader, catalogue: Catalogue, viewer: Viewer, wanted: Wanted, *, as_typed: bool
    ) -> tuple[SearchPage, list[Hit], tuple[OrganisationLine, ...]]:
        """What the index proposes, which of it the database knows, and how it knows it."""
        page = await self._ask(viewer, wanted, as_typed=as_typed)
        if page is None:
            page = await _by_sql(session, wanted)
        self._observe(as_typed=as_typed, seconds=page.took_ms / 1000, degraded=page.degraded)
        known = await known_of(session, viewer, [hit.id for hit in page.hits])
        hits = [hit for hit in page.hits if hit.id in known]
        if len(hits) < len(page.hits):
            log.info("search_index_behind", missing=len(page.hits) - len(hits))
        return page, hits, tuple(_line(catalogue, known[hit.id], hit, wanted.text) for hit in hits)

    async def _ask(self, viewer: Viewer, wanted: Wanted, *, as_typed: bool) -> SearchPage | None:
        """The engine's page, or None when it cannot answer in time."""
        if not self._breaker.allows():
            return None
        ask = self._engine.suggest if as_typed else self._engine.search
        query = SearchQuery(
            wanted.text,
            visibility=viewer.visibility,
            filters=_filters(wanted),
            limit=wanted.limit,
            offset=wanted.offset,
        )
        try:
            async with asyncio.timeout(self._budget_seconds):
                page = await ask(KIND, query)
        except (SearchUnavailable, TimeoutError) as error:
            self._breaker.failed()
            log.warning("search_unavailable", error=type(error).__name__, reason=str(error))
            return None
        except BaseException:
            self._breaker.given_up()
            raise
        self._breaker.succeeded()
        return page


def _filters(wanted: Wanted) -> Mapping[str, tuple[str, ...]]:
    if wanted.industry is None and wanted.province is None:
        return _NO_FILTERS
    chosen = {"industry": wanted.industry, "province": wanted.province}
    return {field: (value,) for field, value in chosen.items() if value}


async def _by_sql(session: Reader, wanted: Wanted) -> SearchPage:
    hits = await find_by_sql(
        session,
        wanted.text,
        industry=wanted.industry,
        province=wanted.province,
        limit=wanted.offset + wanted.limit,
    )
    shown = tuple(hits[wanted.offset :])
    full = len(hits) == wanted.offset + wanted.limit
    return SearchPage(shown, len(hits), not full, 0.0, "sql", degraded=True)


def _line(catalogue: Catalogue, row: LineRow, hit: Hit, text: str) -> OrganisationLine:
    """The hit's highlights belong to the name it saw; the database may already know a newer one."""
    highlights = hit.highlights if hit.name == row[1] else ()
    why = why_matched(hit, text)
    return line_from(catalogue, row, matched_by=hit.matched_by, why=why, highlights=highlights)
