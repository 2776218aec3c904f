"""A double of the embedded engine for tests: same analysis, same order, every document looked at."""

from collections.abc import Iterable, Mapping, Sequence
from time import perf_counter

from search.answer import MOST, check, check_documents, page_of
from search.backends.writes import Change, Deletion, Tombstone, resolve
from search.contract import Document, EngineHealth, SearchPage, SearchQuery, SearchUnavailable, Ticket
from search.entry import Candidate, candidate_of
from search.question import ask
from search.ranker import rank
from search.schema import schema_hash

NAME = "memory"
_Stored = dict[str, Document | Tombstone]


class MemoryEngine:
    """Writes are searchable at once, so a ticket is settled or was in vain."""

    def __init__(self) -> None:
        self._kinds: dict[str, _Stored] = {}
        self._number = 0
        self._in_vain: set[int] = set()  # writes to a kind that was never built

    async def search(self, kind: str, query: SearchQuery) -> SearchPage:
        check(query)
        started = perf_counter()
        question = ask(query.text)
        stored = self._stored(kind)
        ranked = rank(question, _visible(stored, query), query.prefer)[:MOST] if question else []
        return page_of(question, ranked, query, total=len(ranked), engine=NAME, started=started)

    async def suggest(self, kind: str, query: SearchQuery) -> SearchPage:
        return await self.search(kind, query)

    async def upsert(self, kind: str, documents: Sequence[Document]) -> Ticket:
        check_documents(documents)
        return self._write(kind, documents)

    async def delete(self, kind: str, ids: Sequence[str]) -> Ticket:
        return self._write(kind, [Deletion(identity) for identity in ids])

    async def settle(self, ticket: Ticket, *, timeout: float) -> None:
        if ticket.number in self._in_vain:
            raise SearchUnavailable(f"no index was built in {ticket.kind}")

    async def begin_rebuild(self, kind: str, *, resume: bool = False) -> "MemoryRebuild":
        return MemoryRebuild(self._kinds, kind)

    async def health(self) -> EngineHealth:
        documents = {
            kind: sum(isinstance(item, Document) for item in stored.values())
            for kind, stored in self._kinds.items()
        }
        return EngineHealth("ok" if self._kinds else "empty", NAME, "1", documents, schema_hash())

    async def close(self) -> None:
        return None

    def _stored(self, kind: str) -> _Stored:
        if kind not in self._kinds:
            raise SearchUnavailable(f"no index was built in {kind}")
        return self._kinds[kind]

    def _write(self, kind: str, changes: Sequence[Change]) -> Ticket:
        self._number += 1
        if kind in self._kinds:
            self._kinds[kind] |= resolve(changes, _known(self._kinds[kind]))
        else:
            self._in_vain.add(self._number)
        return Ticket(kind, self._number)


class MemoryRebuild:
    def __init__(self, kinds: dict[str, _Stored], kind: str) -> None:
        self._kinds = kinds
        self._kind = kind
        self._before = dict(kinds.get(kind, {}))
        self._new: _Stored = {}
        self.resumed: str | None = None  # what is in memory ends with the process

    async def add(self, documents: Iterable[Document]) -> None:
        documents = list(documents)
        check_documents(documents)
        self._new |= resolve(documents, _known(self._new))

    async def checkpoint(self, mark: str) -> None:
        return

    async def publish(self) -> None:
        live = self._kinds.get(self._kind, {})
        meanwhile = [item for identity, item in live.items() if self._before.get(identity) is not item]
        self._new |= resolve(meanwhile, _known(self._new))
        self._kinds[self._kind] = self._new

    async def suspend(self) -> None:
        await self.abort()

    async def abort(self) -> None:
        self._new = {}


def _known(stored: Mapping[str, Document | Tombstone]) -> dict[str, tuple[int, bool]]:
    return {identity: (item.rev, isinstance(item, Tombstone)) for identity, item in stored.items()}


def _visible(stored: _Stored, query: SearchQuery) -> list[Candidate]:
    return [
        candidate_of(item)
        for item in stored.values()
        if isinstance(item, Document)
        and not set(item.visibility).isdisjoint(query.visibility)
        and all(item.filters.get(field) in values for field, values in query.filters.items())
    ]
