"""Writes of the room: putting a pack into the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import delete, insert, select, update

from app.db.engine import WriteSession
from app.db.locking import lock_table
from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.entries import Entry, entries_of, parts_of
from app.features.knowledge.models import KnowledgeEntry, KnowledgePack
from app.kit import clock

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PackChanges:
    """What loading a pack changed, as (kind, slug); `reordered` where those that stay changed places."""

    version: str
    added: tuple[Key, ...]
    changed: tuple[Key, ...]
    removed: tuple[Key, ...]
    unchanged: int
    reordered: bool

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.removed or self.reordered)


@dataclass(frozen=True, slots=True)
class _Stored:
    id: int
    digest: str
    position: int


async def load_shipped(session: WriteSession, shipped: Catalogue) -> None:
    """Load the pack of this program, unless the operator has loaded one of their own."""
    await lock_table(session, KnowledgePack)
    if await session.scalar(select(KnowledgePack.is_shipped)) is not False:
        await load_into(session, shipped, is_shipped=True)


async def load_into(session: WriteSession, catalogue: Catalogue, *, is_shipped: bool = False) -> PackChanges:
    """Make the stored pack equal to `catalogue`; loading the same one again writes nothing.

    `is_shipped` is remembered: only such a pack is replaced by `load_shipped`.
    """
    entries = entries_of(parts_of(catalogue))
    await lock_table(session, KnowledgePack)  # two first loads at once would find no row to lock
    loaded = await session.scalar(select(KnowledgePack))
    stored = await _stored(session)
    changes = _compared(catalogue.version, entries, stored)
    if changes.is_empty and loaded is not None and loaded.version == catalogue.version:
        loaded.is_shipped = is_shipped
        return changes
    values = {"version": catalogue.version, "is_shipped": is_shipped, "loaded_at": clock.now()}
    await session.merge(KnowledgePack(id=1, **values))
    await session.flush()
    await _write(session, entries, stored, removed=changes.removed)
    return changes


async def _stored(session: WriteSession) -> dict[Key, _Stored]:
    columns = (
        KnowledgeEntry.kind,
        KnowledgeEntry.slug,
        KnowledgeEntry.id,
        KnowledgeEntry.digest,
        KnowledgeEntry.position,
    )
    rows = await session.execute(select(*columns).order_by(KnowledgeEntry.kind, KnowledgeEntry.position))
    return {(kind, slug): _Stored(row_id, digest, position) for kind, slug, row_id, digest, position in rows}


def _compared(version: str, entries: list[Entry], stored: dict[Key, _Stored]) -> PackChanges:
    keys = {entry.key for entry in entries}
    kept = [entry for entry in entries if entry.key in stored]
    changed = tuple(entry.key for entry in kept if stored[entry.key].digest != entry.digest)
    places = [(entry.kind, stored[entry.key].position) for entry in kept]
    return PackChanges(
        version=version,
        added=tuple(entry.key for entry in entries if entry.key not in stored),
        changed=changed,
        removed=tuple(key for key in stored if key not in keys),
        unchanged=len(kept) - len(changed),
        reordered=any(a[0] == b[0] and a[1] > b[1] for a, b in pairwise(places)),
    )


async def _write(
    session: WriteSession, entries: list[Entry], stored: dict[Key, _Stored], *, removed: Iterable[Key]
) -> None:
    gone = [stored[key].id for key in removed]
    if gone:
        await session.execute(delete(KnowledgeEntry).where(KnowledgeEntry.id.in_(gone)))
    fresh = [_columns(entry) for entry in entries if entry.key not in stored]
    if fresh:
        await session.execute(insert(KnowledgeEntry), fresh)
    moved = [
        {"id": known.id, **_columns(entry)}
        for entry in entries
        if (known := stored.get(entry.key))
        and (known.digest, known.position) != (entry.digest, entry.position)
    ]
    if moved:
        await session.execute(update(KnowledgeEntry), moved)


def _columns(entry: Entry) -> dict[str, object]:
    return {
        "kind": entry.kind,
        "slug": entry.slug,
        "position": entry.position,
        "body": dict(entry.body),
        "digest": entry.digest,
    }
