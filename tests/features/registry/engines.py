"""Search engines that misbehave on purpose, where the real one cannot be made to."""

import asyncio
from collections.abc import Sequence

from search.contract import (
    Document,
    EngineHealth,
    Rebuild,
    SearchPage,
    SearchQuery,
    SearchUnavailable,
    Ticket,
)


class AbsentEngine:
    """Cannot answer; counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def search(self, kind: str, query: SearchQuery) -> SearchPage:
        self.asked += 1
        raise SearchUnavailable("down")

    async def suggest(self, kind: str, query: SearchQuery) -> SearchPage:
        return await self.search(kind, query)

    async def upsert(self, kind: str, documents: Sequence[Document]) -> Ticket:
        raise SearchUnavailable("down")

    async def delete(self, kind: str, ids: Sequence[str]) -> Ticket:
        raise SearchUnavailable("down")

    async def settle(self, ticket: Ticket, *, timeout: float) -> None:
        raise SearchUnavailable("down")

    async def begin_rebuild(self, kind: str, *, resume: bool = False) -> Rebuild:
        raise SearchUnavailable("down")

    async def health(self) -> EngineHealth:
        return EngineHealth("down", "absent", "0", {}, "")

    async def close(self) -> None:
        return


class HangingEngine(AbsentEngine):
    """Never answers."""

    async def search(self, kind: str, query: SearchQuery) -> SearchPage:
        self.asked += 1
        await asyncio.Event().wait()
        raise AssertionError("unreachable: the caller gives up first")
