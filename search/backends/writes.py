"""Which of the writes to a document counts, whatever the order in which they arrive."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from search.contract import Document


@dataclass(frozen=True, slots=True)
class Deletion:
    id: str


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What stays of a deleted document, so that a late write cannot bring it back."""

    id: str
    rev: int


Change = Document | Deletion | Tombstone


def resolve(
    changes: Iterable[Change], known: Mapping[str, tuple[int, bool]]
) -> dict[str, Document | Tombstone]:
    """What has to be written, given what is stored (id -> rev, deleted).

    A document is written over an older or equal rev, but not over its own deletion; deleting what is not
    stored does nothing, for there is no rev to remember.
    """
    current = dict(known)
    result: dict[str, Document | Tombstone] = {}
    for change in changes:
        rev, deleted = current.get(change.id, (-1, False))
        write = Tombstone(change.id, rev) if isinstance(change, Deletion) else change
        if _wins(change, rev, deleted):
            result[change.id] = write
            current[change.id] = (write.rev, isinstance(write, Tombstone))
    return result


def _wins(change: Change, rev: int, deleted: bool) -> bool:
    if isinstance(change, Deletion):
        return rev >= 0 and not deleted
    if change.rev == rev:
        return not deleted or isinstance(change, Tombstone)
    return change.rev > rev
