"""The Meilisearch adapter: a server of one's own for many processes and many documents."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from threading import Lock
from time import perf_counter

from search.answer import MOST, check, check_documents, page_of
from search.backends.meilisearch_admin import Admin
from search.backends.meilisearch_candidates import Found, find_candidates
from search.backends.meilisearch_health import examine
from search.backends.meilisearch_indexes import Indexes, kinds_on
from search.backends.meilisearch_rebuild import MeilisearchRebuild
from search.backends.meilisearch_schema import today
from search.backends.meilisearch_wire import Wire
from search.backends.meilisearch_writer import write
from search.backends.writer_thread import WriterThread
from search.backends.writes import Change, Deletion
from search.contract import Document, EngineHealth, SearchPage, SearchQuery, Ticket
from search.question import Question, ask
from search.ranker import rank
from search.server import SearchServer

NAME = "meilisearch"
_CANDIDATES = 60
_SUGGESTED = 30
_HEALTH_SECONDS = 3
_GOOD = 600.0  # a score at which a suggestion needs no search for typing mistakes

# One line a request, with the address in it, is no use to anybody.
logging.getLogger("httpx").setLevel(logging.WARNING)


class MeilisearchEngine:
    """Reads on the event loop through a pooled client; writes in one thread a kind."""

    def __init__(self, server: SearchServer) -> None:
        self._schema = today()
        self._prefix = server.prefix
        self._wire = Wire(server.url, server.search_key or server.write_key, seconds=server.search_seconds)
        self._admin = Admin(server.url, server.write_key)
        self._quick = Admin(server.url, server.write_key, call_seconds=_HEALTH_SECONDS)
        self._guard = Lock()
        self._kinds: dict[str, Indexes] = {}
        self._writers: dict[str, WriterThread] = {}

    async def search(self, kind: str, query: SearchQuery) -> SearchPage:
        check(query)
        started = perf_counter()
        uid = self._indexes(kind).live
        question = ask(query.text)
        if question is None:
            return page_of(None, (), query, total=0, engine=NAME, started=started)
        deep = query.offset + query.limit > _CANDIDATES // 2
        limit = MOST if deep else _CANDIDATES
        found = await self._find(uid, question, query, limit=limit, thorough=True)
        # Ranked in two heaps, so that the first page is the same whether or not later pages are asked for.
        ranked = rank(question, found.candidates[:_CANDIDATES], query.prefer)
        total = len(ranked)
        full = len(found.candidates) >= _CANDIDATES
        if full:
            without_mistakes = await self._find(uid, question, query, limit=1, thorough=False)
            total = max(total, without_mistakes.total)
            ranked = (ranked + rank(question, found.candidates[_CANDIDATES:], query.prefer))[:total]
        page = page_of(question, ranked, query, total=total, exact=not full, engine=NAME, started=started)
        return replace(page, degraded=found.cut_off)

    async def suggest(self, kind: str, query: SearchQuery) -> SearchPage:
        check(query)
        started = perf_counter()
        uid = self._indexes(kind).live
        question = ask(query.text)
        if question is None:
            return page_of(None, (), query, total=0, engine=NAME, started=started)
        found = await self._find(uid, question, query, limit=_SUGGESTED, thorough=False)
        ranked = rank(question, found.candidates, query.prefer)
        if not ranked or ranked[0].score < _GOOD:
            found = await self._find(uid, question, query, limit=_SUGGESTED, thorough=True)
            ranked = rank(question, found.candidates, query.prefer)
        page = page_of(question, ranked, query, total=len(ranked), engine=NAME, started=started)
        return replace(page, degraded=found.cut_off)

    async def upsert(self, kind: str, documents: Sequence[Document]) -> Ticket:
        check_documents(documents)
        return Ticket(kind, self._writer(kind).submit(documents))

    async def delete(self, kind: str, ids: Sequence[str]) -> Ticket:
        return Ticket(kind, self._writer(kind).submit([Deletion(identity) for identity in ids]))

    async def settle(self, ticket: Ticket, *, timeout: float) -> None:
        await asyncio.to_thread(self._writer(ticket.kind).settle, ticket.number, timeout)

    async def begin_rebuild(self, kind: str, *, resume: bool = False) -> MeilisearchRebuild:
        return await asyncio.to_thread(MeilisearchRebuild, self._indexes(kind))

    async def health(self) -> EngineHealth:
        return await asyncio.to_thread(self._health)

    async def close(self) -> None:
        """Does not wait for the server's queue: whoever settles is told, and writes again another time."""
        self._admin.closing.set()
        for writer in list(self._writers.values()):
            await asyncio.to_thread(writer.close)
        await self._wire.close()

    async def _find(
        self, uid: str, question: Question, query: SearchQuery, *, limit: int, thorough: bool
    ) -> Found:
        return await find_candidates(
            self._wire, uid, self._schema, question, query, limit=limit, thorough=thorough
        )

    def _health(self) -> EngineHealth:
        def kinds() -> list[Indexes]:
            known = {*self._kinds, *kinds_on(self._quick, self._prefix)}
            return [replace(self._indexes(kind), admin=self._quick) for kind in sorted(known)]

        return examine(self._quick, kinds, engine=NAME, schema=self._schema)

    def _indexes(self, kind: str) -> Indexes:
        with self._guard:
            if kind not in self._kinds:
                self._kinds[kind] = Indexes(self._admin, self._prefix, kind, self._schema)
            return self._kinds[kind]

    def _writer(self, kind: str) -> WriterThread:
        indexes = self._indexes(kind)

        def apply(changes: list[Change]) -> None:
            with indexes.guard:
                indexes.check_live()
                write(self._admin, indexes.live, self._schema, changes)

        with self._guard:
            if kind not in self._writers:
                self._writers[kind] = WriterThread(apply)
            return self._writers[kind]
