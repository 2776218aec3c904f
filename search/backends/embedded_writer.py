"""Writing to the embedded engine: a batch is committed whole; a late write never wins."""

from collections.abc import Iterable

import tantivy

from search.backends.tantivy_index import TantivyIndex
from search.backends.tantivy_schema import as_stored
from search.backends.writes import Change, resolve
from search.contract import SearchUnavailable

_HEAP_MB = 50


def write_batch(writer: tantivy.IndexWriter, index: TantivyIndex, changes: Iterable[Change]) -> None:
    """Replaces by id and commits; all of it or nothing."""
    changes = list(changes)
    writes = resolve(changes, index.known({change.id for change in changes}))
    try:
        for identity, write in writes.items():
            writer.delete_documents_by_term("id", identity)
            writer.add_document(as_stored(write))
        writer.commit()
    except BaseException:
        writer.rollback()
        raise
    index.reload()


def open_writer(index: TantivyIndex) -> tantivy.IndexWriter:
    """Raises SearchUnavailable when another process writes this index."""
    try:
        return index.open_writer(heap_mb=_HEAP_MB)
    except ValueError as error:
        raise SearchUnavailable(f"another process writes this index: {error}") from error
