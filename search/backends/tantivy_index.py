"""One tantivy index on disk."""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import tantivy
from tantivy import FieldType, Query, Searcher

from search.backends.damage import damage_told
from search.backends.tantivy_query import candidates_query, restrict
from search.backends.tantivy_schema import DELETED, SCHEMA, read_packed
from search.backends.writes import Tombstone
from search.contract import Document
from search.entry import Candidate, document_of
from search.question import Question

_NUMBERS_PASSED_OVER = 500


class TantivyIndex:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._index = tantivy.Index(SCHEMA, str(path))
        self._index.config_reader("commit")  # also sees commits of other processes

    def candidates(
        self,
        question: Question,
        *,
        visibility: Sequence[str],
        filters: Mapping[str, Sequence[str]],
        limit: int,
        thorough: bool,
    ) -> list[Candidate]:
        searcher = self._index.searcher()
        with damage_told(self.path):
            query = restrict(
                candidates_query(question, searcher, thorough=thorough), searcher, visibility, filters
            )
            found = searcher.search(query, limit=limit, count=False, weight_by_field="weight")
            read = [read_packed(_packed(searcher, address)) for _, address in found.hits]
        return [candidate for candidate in read if isinstance(candidate, Candidate)]

    def count(
        self, question: Question, *, visibility: Sequence[str], filters: Mapping[str, Sequence[str]]
    ) -> int:
        """How many documents answer without any typing mistake."""
        searcher = self._index.searcher()
        with damage_told(self.path):
            query = restrict(
                candidates_query(question, searcher, thorough=False), searcher, visibility, filters
            )
            return _count(searcher, query)

    def documents(self) -> int:
        """How many are stored. Reads one of them, for a damaged index can still be counted."""
        searcher = self._index.searcher()
        with damage_told(self.path):
            for _, address in searcher.search(Query.all_query(), limit=1, count=False).hits:
                self.known([read_packed(_packed(searcher, address)).id])
            deleted = Query.term_query(SCHEMA, "visibility", DELETED, "basic")
            return searcher.num_docs - _count(searcher, deleted)

    def known(self, ids: Iterable[str]) -> dict[str, tuple[int, bool]]:
        """For each id that is stored: its rev, and whether it was deleted."""
        searcher = self._index.searcher()
        found: dict[str, tuple[int, bool]] = {}
        for identity in ids:
            hits = searcher.search(
                Query.term_query(SCHEMA, "id", identity, "basic"), limit=1, count=False
            ).hits
            for _, address in hits:
                deleted = isinstance(read_packed(_packed(searcher, address)), Tombstone)
                found[identity] = (_rev(searcher, address), deleted)
        return found

    def touched_since(self, moment: int) -> Iterator[Document | Tombstone]:
        """What was written or deleted at or after `moment` (time.time_ns)."""
        searcher = self._index.searcher()
        query = Query.range_query(SCHEMA, "touched", FieldType.Unsigned, lower_bound=moment)
        for _, address in searcher.search(query, limit=max(1, searcher.num_docs), count=False).hits:
            read = read_packed(_packed(searcher, address))
            yield (
                Tombstone(read.id, _rev(searcher, address))
                if isinstance(read, Tombstone)
                else document_of(read)
            )

    def open_writer(self, *, heap_mb: int) -> tantivy.IndexWriter:
        writer = self._index.writer(heap_size=heap_mb * 1_000_000, num_threads=1)
        # Every writer numbers its operations from the last commit on. After one was killed at its work, what
        # the next one deleted first stayed (tests/deep/test_kill_worker.py); with other numbers it goes.
        for _ in range(1 + secrets.randbelow(_NUMBERS_PASSED_OVER)):
            writer.delete_documents_by_term("id", "")
        return writer

    def reload(self) -> None:
        self._index.reload()


def _count(searcher: Searcher, query: Query) -> int:
    found: Any = searcher.search(query, limit=1, count=True)  # `count` is missing in the library's stubs
    return int(found.count or 0)


def _packed(searcher: Searcher, address: tantivy.DocAddress) -> bytes:
    return bytes(searcher.doc(address).get_first("packed") or b"")


def _rev(searcher: Searcher, address: tantivy.DocAddress) -> int:
    return int(searcher.fast_field_values("rev", [address])[0] or 0)
