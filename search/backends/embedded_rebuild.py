"""A new index beside the live one, which another process can go on building when this one dies."""

import asyncio
import shutil
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from contextlib import suppress
from pathlib import Path

import tantivy

from search.answer import check_documents
from search.backends.damage import failure_told
from search.backends.directories import Checkpoint, KindDirectory
from search.backends.embedded_writer import open_writer, write_batch
from search.backends.tantivy_index import TantivyIndex
from search.backends.tantivy_schema import as_stored
from search.contract import Document, SearchUnavailable

_HEAP_MB = 100


class EmbeddedRebuild:
    """Writes to the live index between the first begin and publish are carried over, so none is lost."""

    def __init__(self, directory: KindDirectory, schema: str, pool: Executor, *, resume: bool) -> None:
        self._directory = directory
        self._pool = pool
        found = _reopened(directory, schema) if resume else None
        with failure_told("no new index can be begun"):
            self._path, self._index, self._writer, checkpoint = found or _created(directory, schema)
        self.resumed = checkpoint.mark
        self._began = checkpoint.began
        self._revs: dict[str, int] = {}  # of what was added since the last checkpoint
        # Killed between its commit and the note of it, a rebuild holds more than the note says.
        self._may_repeat = self.resumed is not None

    async def add(self, documents: Iterable[Document]) -> None:
        documents = list(documents)
        check_documents(documents)
        await self._run(self._add, documents)

    async def checkpoint(self, mark: str) -> None:
        await self._run(self._checkpoint, mark)

    async def publish(self) -> None:
        await self._run(self._publish)

    async def suspend(self) -> None:
        await self._run(self._suspend)

    async def abort(self) -> None:
        await self._run(self._abort)

    async def _run(self, work: Callable[..., None], *arguments: object) -> None:
        def told() -> None:
            with failure_told(f"the new index {self._path.name} cannot be written"):
                work(*arguments)

        await asyncio.get_running_loop().run_in_executor(self._pool, told)

    def _add(self, documents: list[Document]) -> None:
        for document in documents:
            before = self._revs.get(document.id)
            if before is not None and before > document.rev:
                continue
            if before is not None or self._may_repeat:
                self._writer.delete_documents_by_term("id", document.id)
            self._revs[document.id] = document.rev
            self._writer.add_document(as_stored(document))

    def _checkpoint(self, mark: str) -> None:
        self._writer.commit()
        self._directory.note(self._path, Checkpoint(self._began, mark))
        self._revs.clear()
        self._may_repeat = False

    def _publish(self) -> None:
        self._writer.commit()
        # The long part, while the live index still takes writes.
        self._writer.wait_merging_threads()
        self._index.reload()
        with self._directory.locked():
            self._carry_over()
            self._directory.make_current(self._path)

    def _carry_over(self) -> None:
        live = self._directory.current()
        if live is None:
            return
        try:
            index = TantivyIndex(live)
        except (ValueError, OSError):  # damaged, or of another schema: then it took no writes either
            return
        writer = open_writer(self._index)
        write_batch(writer, self._index, index.touched_since(self._began))
        writer.wait_merging_threads()

    def _suspend(self) -> None:
        self._release()
        if not self._directory.is_noted(self._path):
            shutil.rmtree(self._path, ignore_errors=True)

    def _abort(self) -> None:
        # First, so that nobody finds it: a writer that ran out of room cannot even be closed in order.
        self._directory.forget(self._path)
        self._release()
        shutil.rmtree(self._path, ignore_errors=True)

    def _release(self) -> None:
        with suppress(SearchUnavailable), failure_told("the writer has failed"):
            self._writer.rollback()
            self._writer.wait_merging_threads()


_Opened = tuple[Path, TantivyIndex, tantivy.IndexWriter, Checkpoint]


def _created(directory: KindDirectory, schema: str) -> _Opened:
    began = time.time_ns()
    path = directory.create(schema)
    index = TantivyIndex(path)
    return path, index, index.open_writer(heap_mb=_HEAP_MB), Checkpoint(began, None)


def _reopened(directory: KindDirectory, schema: str) -> _Opened | None:
    """The newest unfinished one that can be opened and that no other process is building."""
    for path, checkpoint in directory.unfinished(schema):
        with suppress(SearchUnavailable), failure_told(path.name):
            index = TantivyIndex(path)
            return path, index, index.open_writer(heap_mb=_HEAP_MB), checkpoint
    return None
