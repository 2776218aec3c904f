"""Writing to one index: a late write never wins, though the server has no conditional write.

1. Look at what is stored and drop what is older. 2. Add the new versions, each under a key of its own, and
remove those they replace. 3. Look again: where somebody else wrote meanwhile, several versions stand side by
side, and all but the highest are removed. Tasks of an index are done in the order in which they came, so
whoever wrote last sees both; nothing newer is ever overwritten, with any number of writers.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from search.backends.meilisearch_admin import Admin
from search.backends.meilisearch_schema import (
    PRIMARY_KEY,
    Stored,
    as_sent,
    document_word,
    read_stored,
    version_key,
)
from search.backends.writes import Change, Tombstone, resolve

_LOOKED_UP = 500  # documents in one filter


def write(admin: Admin, uid: str, schema: str, changes: Iterable[Change]) -> None:
    """Searchable on return. Raises SearchUnavailable; trying again does no harm."""
    changes = list(changes)
    ids = list(dict.fromkeys(change.id for change in changes))
    stored = _stored(admin, uid, ids)
    known = {
        identity: (max(versions, key=_order).rev, max(versions, key=_order).deleted)
        for identity in ids
        if (versions := stored.get(document_word(identity)))
    }
    writes = resolve(changes, known)
    if not writes:
        return
    tasks = [admin.add(uid, [as_sent(write, schema) for write in writes.values()])]
    replaced = [
        version.key
        for identity, write in writes.items()
        for version in stored.get(document_word(identity), ())
        if version.key != version_key(identity, write.rev, deleted=isinstance(write, Tombstone))
    ]
    if replaced:
        tasks.append(admin.remove(uid, replaced))
    admin.wait(tasks)
    _settle_rivals(admin, uid, list(writes))


def _settle_rivals(admin: Admin, uid: str, ids: Sequence[str]) -> None:
    beaten = [
        version.key
        for versions in _stored(admin, uid, ids).values()
        for version in sorted(versions, key=_order)[:-1]
    ]
    if beaten:
        admin.wait([admin.remove(uid, beaten)])


def _stored(admin: Admin, uid: str, ids: Sequence[str]) -> dict[str, list[Stored]]:
    """Every version of these documents, by the document's word."""
    found: dict[str, list[Stored]] = defaultdict(list)
    for start in range(0, len(ids), _LOOKED_UP):
        looked_up = ", ".join(map(document_word, ids[start : start + _LOOKED_UP]))
        for row in admin.documents(uid, f"marks IN [{looked_up}]", [PRIMARY_KEY]):
            version = read_stored(row)
            found[version.document].append(version)
    return found


def _order(version: Stored) -> tuple[int, bool]:
    return version.order
