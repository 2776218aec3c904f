"""A new index beside the live one."""

import asyncio
import shutil
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor

from search.answer import check_documents
from search.backends.directories import KindDirectory
from search.backends.embedded_writer import write_batch
from search.backends.tantivy_index import TantivyIndex
from search.backends.tantivy_schema import as_stored
from search.contract import Document

_HEAP_MB = 200


class EmbeddedRebuild:
    """Writes to the live index between begin and publish are carried over, so none is lost."""

    def __init__(self, directory: KindDirectory, schema: str, pool: Executor) -> None:
        self._directory = directory
        self._pool = pool
        self._began = time.time_ns()
        self._path = directory.create(schema)
        self._index = TantivyIndex(self._path)
        self._writer = self._index.open_writer(heap_mb=_HEAP_MB)
        self._revs: dict[str, int] = {}

    async def add(self, documents: Iterable[Document]) -> None:
        documents = list(documents)
        check_documents(documents)
        await self._run(self._add, documents)

    async def publish(self) -> None:
        await self._run(self._publish)

    async def abort(self) -> None:
        await self._run(self._abort)

    async def _run(self, work: Callable[..., None], *arguments: object) -> None:
        await asyncio.get_running_loop().run_in_executor(self._pool, work, *arguments)

    def _add(self, documents: list[Document]) -> None:
        for document in documents:
            before = self._revs.get(document.id)
            if before is not None:
                if before > document.rev:
                    continue
                self._writer.delete_documents_by_term("id", document.id)
            self._revs[document.id] = document.rev
            self._writer.add_document(as_stored(document))

    def _publish(self) -> None:
        self._writer.commit()
        self._index.reload()
        with self._directory.locked():
            self._carry_over()
            self._writer.wait_merging_threads()
            self._directory.make_current(self._path)

    def _carry_over(self) -> None:
        live = self._directory.current()
        if live is None:
            return
        try:
            index = TantivyIndex(live)
        except (ValueError, OSError):  # damaged, or of another schema: then it took no writes either
            return
        write_batch(self._writer, self._index, index.touched_since(self._began))

    def _abort(self) -> None:
        self._writer.rollback()
        self._writer.wait_merging_threads()
        shutil.rmtree(self._path, ignore_errors=True)
