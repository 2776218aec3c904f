"""Storing a batch of read notices: the new ones, and those that now read differently."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from app.db.engine import WriteSession
from app.features.registry.batches import in_batches
from app.features.registry.facts.continuing import Move
from app.features.registry.facts.models import Notice
from app.features.registry.facts.projects import FactKey
from app.features.registry.models import Source
from app.features.registry.synthetic import refuse_synthetic

_PER_QUERY = 500
# What reading the same notice again, with better rules or more organisations, may change.
_READ = ("kind", "buyer", "amount", "amount_kind", "project_key", "needs", "state", "role", "organisation_id")

NoticeColumns = dict[str, Any]  # the columns of a notice but for id, import_id and seen_at


@dataclass(slots=True)
class StoredBatch:
    """`keys` are those of the facts that may have changed, `moves` from which to which notices went."""

    new: int
    changed: int
    unchanged: int
    keys: set[FactKey]
    moves: set[Move]


async def store_notices(
    session: WriteSession, import_id: int, notices: Sequence[NoticeColumns], *, now: datetime
) -> StoredBatch:
    """A notice given twice counts once; the first import that brought it keeps it."""
    by_digest = {one["digest"]: one for one in notices}
    known = await _known(session, list(by_digest))
    new = [one for digest, one in by_digest.items() if digest not in known]
    changed = [
        one
        for digest, one in by_digest.items()
        if digest in known and any(getattr(known[digest], name) != one[name] for name in _READ)
    ]
    keys = {key for one in (*new, *changed) for key in keys_of(one)}
    keys |= {key for one in changed for key in keys_of(known[one["digest"]]._mapping)}
    moves = {move for one in changed for move in _moves(known[one["digest"]]._mapping, one)}
    table: Any = Notice.__table__
    if new:
        added = {"import_id": import_id, "seen_at": now}
        await session.execute(insert(table), [one | added for one in new])
    if changed:
        rows = [
            {f"new_{name}": one[name] for name in _READ} | {"row_id": known[one["digest"]].id}
            for one in changed
        ]
        connection = await session.connection()
        values = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in _READ}
        await connection.execute(update(table).where(table.c.id == bindparam("row_id")).values(values), rows)
    unchanged = len(notices) - len(new) - len(changed)
    return StoredBatch(len(new), len(changed), unchanged, keys, moves)


def _moves(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterable[Move]:
    """From one project of the same organisation and need to another."""
    olds = {key[:2]: key for key in keys_of(was)}
    for new in keys_of(now):
        old = olds.get(new[:2])
        if old is not None and old != new:
            yield old, new


def keys_of(notice: Mapping[str, Any]) -> Iterable[FactKey]:
    """The facts that a notice is behind."""
    if notice["state"] == "matched" and notice["organisation_id"] is not None:
        for need in notice["needs"]:
            yield FactKey(notice["organisation_id"], need, notice["project_key"])


async def source_ids_of(session: WriteSession, keys: Iterable[str]) -> dict[str, int]:
    """Sources by their key; one met for the first time is stored, without a licence as none is known."""
    wanted = set(keys)
    found = dict((await session.execute(select(Source.key, Source.id).where(Source.key.in_(wanted)))).all())
    await refuse_synthetic(session, wanted - found.keys())
    for key in sorted(wanted - found.keys()):
        source = Source(key=key, version=None, licence=None)
        session.add(source)
        await session.flush()
        found[key] = source.id
    return found


async def _known(session: WriteSession, digests: Sequence[str]) -> dict[str, Any]:
    known = {}
    columns = (Notice.id, Notice.digest, *(getattr(Notice, name) for name in _READ))
    for batch in in_batches(digests, _PER_QUERY):
        for row in await session.execute(select(*columns).where(Notice.digest.in_(batch))):
            known[row.digest] = row
    return known
