"""The embedded engine: tantivy in this process, no server."""

import asyncio
import os
import threading
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Literal, ParamSpec, TypeVar

from search.answer import MOST, check, check_documents, page_of
from search.backends.directories import KindDirectory
from search.backends.embedded_kind import EmbeddedKind
from search.backends.embedded_rebuild import EmbeddedRebuild
from search.backends.reader_threads import ReaderThreads
from search.backends.tantivy_index import TantivyIndex
from search.backends.writes import Deletion
from search.contract import (
    Document,
    EngineHealth,
    SearchPage,
    SearchQuery,
    SearchRejected,
    SearchUnavailable,
    Ticket,
)
from search.entry import Candidate
from search.question import Question, ask
from search.ranker import Ranked, rank
from search.schema import schema_hash

NAME = "embedded"
_CANDIDATES = 60
_SUGGESTED = 30
_GOOD = 600.0  # a score at which a suggestion needs no search for typing mistakes

State = Literal["ok", "stale", "empty", "down"]
P = ParamSpec("P")
T = TypeVar("T")


class EmbeddedEngine:
    """Everything it stores is under `root`; reads run in a thread pool, writes in one thread a kind."""

    def __init__(self, root: Path, *, threads: int | None = None, warm: bool = True) -> None:
        self._root = root
        self._schema = schema_hash()
        self._pool = ReaderThreads(threads or os.cpu_count() or 1, name="search")
        self._kinds: dict[str, EmbeddedKind] = {}
        self._guard = threading.Lock()
        if warm:  # loads the tables (0.5 s), so that the first reader does not wait
            self._pool.submit(ask, "预热 yure")

    async def search(self, kind: str, query: SearchQuery) -> SearchPage:
        check(query)
        return await self._in_thread(self._search, kind, query)

    async def suggest(self, kind: str, query: SearchQuery) -> SearchPage:
        check(query)
        return await self._in_thread(self._suggest, kind, query)

    async def upsert(self, kind: str, documents: Sequence[Document]) -> Ticket:
        check_documents(documents)
        return Ticket(kind, self._kind(kind).writes.submit(documents))

    async def delete(self, kind: str, ids: Sequence[str]) -> Ticket:
        return Ticket(kind, self._kind(kind).writes.submit([Deletion(identity) for identity in ids]))

    async def settle(self, ticket: Ticket, *, timeout: float) -> None:
        await asyncio.to_thread(self._kind(ticket.kind).writes.settle, ticket.number, timeout)

    async def begin_rebuild(self, kind: str, *, resume: bool = False) -> EmbeddedRebuild:
        directory = self._kind(kind).directory
        return await self._in_thread(EmbeddedRebuild, directory, self._schema, self._pool, resume=resume)

    async def health(self) -> EngineHealth:
        return await self._in_thread(self._health)

    async def close(self) -> None:
        for kind in list(self._kinds.values()):
            await asyncio.to_thread(kind.close)
        self._pool.shutdown(wait=True)

    def _search(self, kind: str, query: SearchQuery) -> SearchPage:
        started = perf_counter()
        index = self._kind(kind).index()
        question = ask(query.text)
        if question is None:
            return page_of(None, (), query, total=0, engine=NAME, started=started)
        deep = query.offset + query.limit > _CANDIDATES // 2
        found = _candidates(index, question, query, limit=MOST if deep else _CANDIDATES, thorough=True)
        # Ranked in two heaps, so that the first page is the same whether or not later pages are asked for.
        ranked = rank(question, found[:_CANDIDATES], query.prefer)
        total = len(ranked)
        full = len(found) >= _CANDIDATES
        if full:
            total = max(total, index.count(question, visibility=query.visibility, filters=query.filters))
            ranked = (ranked + rank(question, found[_CANDIDATES:], query.prefer))[:total]
        return page_of(question, ranked, query, total=total, exact=not full, engine=NAME, started=started)

    def _suggest(self, kind: str, query: SearchQuery) -> SearchPage:
        started = perf_counter()
        index = self._kind(kind).index()
        question = ask(query.text)
        ranked: list[Ranked] = []
        if question:
            ranked = _suggestions(index, question, query, thorough=False)
            if not ranked or ranked[0].score < _GOOD:
                ranked = _suggestions(index, question, query, thorough=True)
        return page_of(question, ranked, query, total=len(ranked), engine=NAME, started=started)

    def _health(self) -> EngineHealth:
        documents: dict[str, int] = {}
        states: set[State] = set()
        unfinished: dict[str, str] = {}
        for name in self._names():
            kind = self._kind(name)
            for _, checkpoint in kind.directory.unfinished(self._schema)[:1]:
                unfinished[name] = checkpoint.mark or ""
            try:
                states.add(kind.state())
                documents[name] = kind.index().documents()
            except SearchUnavailable:
                documents[name] = 0
                states.add("down" if kind.state() == "ok" else kind.state())
        return EngineHealth(_worst(states), NAME, version("tantivy"), documents, self._schema, unfinished)

    def _names(self) -> set[str]:
        stored = (
            {path.name for path in self._root.iterdir() if path.is_dir()} if self._root.is_dir() else set()
        )
        return stored | set(self._kinds)

    def _kind(self, kind: str) -> EmbeddedKind:
        if not kind.isidentifier():
            raise SearchRejected("kind: letters, digits and _ only, for it names a directory")
        with self._guard:
            if kind not in self._kinds:
                self._kinds[kind] = EmbeddedKind(KindDirectory(self._root / kind), self._schema)
            return self._kinds[kind]

    async def _in_thread(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: work(*arguments, **named))


def _worst(states: set[State]) -> State:
    order: tuple[State, ...] = ("down", "stale", "ok")
    return next((state for state in order if state in states), "empty")


def _suggestions(
    index: TantivyIndex, question: Question, query: SearchQuery, *, thorough: bool
) -> list[Ranked]:
    found = _candidates(index, question, query, limit=_SUGGESTED, thorough=thorough)
    return rank(question, found, query.prefer)


def _candidates(
    index: TantivyIndex, question: Question, query: SearchQuery, *, limit: int, thorough: bool
) -> list[Candidate]:
    return index.candidates(
        question, visibility=query.visibility, filters=query.filters, limit=limit, thorough=thorough
    )
