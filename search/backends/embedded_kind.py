"""The index of one kind: follows swaps, refuses a stale one, and owns its writer."""

import threading
from typing import Literal

import tantivy

from search.backends.damage import damage_told
from search.backends.directories import KindDirectory, schema_of
from search.backends.embedded_writer import open_writer, write_batch
from search.backends.tantivy_index import TantivyIndex
from search.backends.writer_thread import WriterThread
from search.backends.writes import Change
from search.contract import SearchUnavailable


class EmbeddedKind:
    def __init__(self, directory: KindDirectory, schema: str) -> None:
        self.directory = directory
        self.schema = schema
        self.writes = WriterThread(self._apply)
        self._guard = threading.Lock()
        self._open: tuple[tuple[int, int], TantivyIndex] | None = None
        self._writer: tuple[TantivyIndex, tantivy.IndexWriter] | None = None

    def state(self) -> Literal["ok", "stale", "empty"]:
        live = self.directory.current()
        if live is None:
            return "empty"
        return "ok" if schema_of(live) == self.schema else "stale"

    def index(self) -> TantivyIndex:
        """The live index. Raises SearchUnavailable when there is none of today's analysis."""
        stamp = self.directory.stamp()
        opened = self._open
        if opened and opened[0] == stamp:
            return opened[1]
        with self._guard:
            live = self.directory.current()
            if live is None:
                raise SearchUnavailable(f"no index was built in {self.directory.path.name}")
            if schema_of(live) != self.schema:
                raise SearchUnavailable(f"the index {live.name} is stale: rebuild it")
            with damage_told(live):
                index = TantivyIndex(live)
            self._open = (stamp, index)
            return index

    def close(self) -> None:
        self.writes.close()
        self._release_writer()
        self._open = None

    def _apply(self, changes: list[Change]) -> None:
        with self.directory.locked():
            # An index begun here would hold these few alone and pass for all.
            index = self.index()
            with damage_told(index.path):
                if self._writer is None or self._writer[0] is not index:
                    self._release_writer()
                    self._writer = (index, open_writer(index))
                write_batch(self._writer[1], index, changes)

    def _release_writer(self) -> None:
        if self._writer:
            writer = self._writer[1]
            self._writer = None
            writer.wait_merging_threads()
