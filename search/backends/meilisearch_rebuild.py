"""A new index beside the live one, swapped in whole."""

import asyncio
import logging
from collections.abc import Iterable

from search.answer import check_documents
from search.backends.meilisearch_indexes import Indexes
from search.backends.meilisearch_schema import (
    CARD_KEY,
    PRIMARY_KEY,
    as_sent,
    card,
    milliseconds,
    read_write,
    version_key,
)
from search.backends.meilisearch_writer import write
from search.contract import Document, SearchUnavailable

_BATCH = 5_000  # documents a request, some 20 MB; the server likes few large ones
_AHEAD = 2  # requests that may wait in its queue
_MARK = {PRIMARY_KEY: "building"}  # gone when another rebuild has swept this one away

log = logging.getLogger(__name__)


class MeilisearchRebuild:
    """Writes to the live index between begin and publish are carried over, before the swap and once more
    after it, so none is lost (where several machines write, as far as their clocks agree). It cannot be
    resumed: what a killed process left is swept by the next one."""

    resumed: str | None = None

    def __init__(self, indexes: Indexes) -> None:
        self._indexes = indexes
        self._admin = indexes.admin
        self._began = milliseconds()
        self._waiting: list[Document] = []
        self._tasks: list[int] = []
        self._revs: dict[str, int] = {}
        self._beaten: list[str] = []
        if indexes.state() == "foreign":
            raise SearchUnavailable(
                f"the index {indexes.live} on the Meilisearch server is not ours and stays as it is: "
                "choose another prefix, or delete it"
            )
        self._uid = indexes.new_build()
        self._admin.create(self._uid)
        self._tasks.append(self._admin.add(self._uid, [_MARK]))

    async def add(self, documents: Iterable[Document]) -> None:
        documents = list(documents)
        check_documents(documents)
        await asyncio.to_thread(self._add, documents)

    async def checkpoint(self, mark: str) -> None:
        return None

    async def publish(self) -> None:
        await asyncio.to_thread(self._publish)

    async def suspend(self) -> None:
        await self.abort()

    async def abort(self) -> None:
        await asyncio.to_thread(self._abort)

    def _add(self, documents: list[Document]) -> None:
        for document in documents:
            before = self._revs.get(document.id)
            if before is not None and before > document.rev:
                continue
            if before is not None and before < document.rev:
                self._beaten.append(version_key(document.id, before, deleted=False))
            self._revs[document.id] = document.rev
            self._waiting.append(document)
        if len(self._waiting) >= _BATCH:
            self._send()

    def _send(self) -> None:
        sent = [as_sent(document, self._indexes.schema) for document in self._waiting]
        self._waiting.clear()
        if sent:
            self._tasks.append(self._admin.add(self._uid, sent))
        self._admin.wait(self._tasks[:-_AHEAD])
        del self._tasks[:-_AHEAD]

    def _publish(self) -> None:
        self._send()
        if self._beaten:
            self._tasks.append(self._admin.remove(self._uid, self._beaten))
        self._admin.wait(self._tasks)
        if not self._admin.document(self._uid, _MARK[PRIMARY_KEY]):
            self._admin.drop(self._uid)  # made again, without settings, by what was added last
            raise SearchUnavailable("another rebuild has replaced this one")
        live = self._indexes.live
        with self._indexes.guard:
            self._carry_over(live, self._uid)
            self._admin.wait(
                [
                    self._admin.add(self._uid, [card(self._indexes.schema, self._uid)]),
                    self._admin.remove(self._uid, _MARK.values()),
                ]
            )
            if live not in self._admin.indexes():
                self._admin.create(live)
            self._admin.swap(live, self._uid)
            self._admin.until(self._is_live)
            self._carry_over(self._uid, live)
        self._sweep()

    def _is_live(self) -> bool:
        proof = self._admin.document(self._indexes.live, CARD_KEY)
        return proof is not None and proof.get("build") == self._uid

    def _carry_over(self, source: str, target: str) -> None:
        """What was written to `source` since this began; nothing from an index of another schema."""
        if source not in self._admin.indexes():
            return
        proof = self._admin.document(source, CARD_KEY)
        if not proof or proof.get("schema") != self._indexes.schema:
            return
        found = self._admin.documents(source, f"touched >= {self._began}", [PRIMARY_KEY, "packed"])
        write(self._admin, target, self._indexes.schema, [read_write(row) for row in found])

    def _sweep(self) -> None:
        """Keeps what was live before; older ones go, and what killed rebuilds left."""
        builds = self._indexes.builds()
        for uid, number in builds.items():
            if number < builds.get(self._uid, 0):
                try:
                    self._admin.drop(uid)
                except SearchUnavailable as error:  # the next rebuild tries again
                    log.warning("meilisearch_sweep_failed reason=%s", error)

    def _abort(self) -> None:
        self._waiting.clear()
        self._admin.drop(self._uid)
