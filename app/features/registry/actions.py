"""Storing what was imported, in the caller's transaction, and telling who must follow."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, text, update

from app.db.engine import WriteSession
from app.features.registry.batches import in_batches
from app.features.registry.events import (
    MAX_IDS,
    OrganisationsChanged,
    OrganisationsRemoved,
    RegistryReplaced,
)
from app.features.registry.facts.actions import follow_organisations
from app.features.registry.licences import LICENSED
from app.features.registry.life.history import Change, FileMark, record_added, record_changes, record_import
from app.features.registry.merging import Merged, NewAlias
from app.features.registry.models import (
    Organisation,
    OrganisationAlias,
    OrganisationCount,
    OrganisationSource,
    Source,
)
from app.features.registry.synthetic import refuse_synthetic
from app.kit import clock
from app.outbox.recorder import record

REBUILD_ABOVE = 5_000  # changed organisations: beyond it one rebuild is cheaper than single updates
_BATCH = 2_000
# Of what undoing an import closed, because facts speak of it: an import that names it opens it again.
UNDONE_FINGERPRINT = ""

Advance = Callable[[int], None]  # how many more rows are stored


@dataclass(frozen=True, slots=True)
class Addition:
    public_id: str
    fingerprint: str
    merged: Merged


@dataclass(frozen=True, slots=True)
class Correction:
    id: int
    fingerprint: str
    rev: int
    merged: Merged
    before: dict[str, Any]  # former values of the columns that change


@dataclass(slots=True)
class Plan:
    """What an import will do; `refreshed` are ids whose row was read anew without any difference,
    `reopened` those that undoing an earlier import had closed."""

    additions: list[Addition] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    refreshed: dict[int, str] = field(default_factory=dict)
    reopened: list[int] = field(default_factory=list)
    unchanged: int = 0
    licences: Mapping[str, str] = field(default_factory=dict)  # as stated for sources not known so far


async def store(session: WriteSession, plan: Plan, *, file: FileMark, advance: Advance) -> str:
    """Carry the plan out, note how to undo it, and tell the search index; returns the import's public id."""
    counts = {"new": len(plan.additions), "changed": len(plan.corrections), "unchanged": plan.unchanged}
    made = await record_import(session, file, counts)
    for id_, fingerprint in plan.refreshed.items():
        await session.execute(
            update(Organisation).where(Organisation.id == id_).values(fingerprint=fingerprint)
        )
    if not plan.additions and not plan.corrections:
        return made.public_id
    added_at = clock.now()
    ids = await _add(session, plan.additions, advance, now=added_at)
    await _correct(session, plan.corrections, advance)
    for batch in in_batches(plan.reopened, _BATCH):
        await session.execute(update(Organisation).where(Organisation.id.in_(batch)).values(status="active"))
    merged_of = {ids[one.public_id]: one.merged for one in plan.additions}
    merged_of |= {one.id: one.merged for one in plan.corrections}
    await _add_aliases(session, {id_: merged.aliases for id_, merged in merged_of.items()})
    sources = {id_: merged.sources for id_, merged in merged_of.items()}
    source_ids = await _source_ids(session, {key for some in sources.values() for key in some}, plan.licences)
    await _add_sources(session, sources, source_ids)
    if plan.additions:
        await record_added(session, made.id, first=min(ids.values()), added_at=added_at)
    await record_changes(session, made.id, _changes(plan, source_ids))
    await follow_organisations(session, [one.id for one in plan.corrections])
    await refresh_counts(session)
    if len(merged_of) > REBUILD_ABOVE:
        await _refresh_statistics(session)
    announce(session, list(merged_of))
    return made.public_id


def _changes(plan: Plan, source_ids: Mapping[str, int]) -> list[Change]:
    changes = []
    for one in plan.corrections:
        aliases = tuple(new.alias for new in one.merged.aliases)
        sources = tuple(source_ids[key] for key in one.merged.sources)
        changes.append(Change(one.id, one.rev + 1, one.before, aliases, sources))
    return changes


async def add_organisations(session: WriteSession, additions: Sequence[Addition]) -> None:
    """Store new ones outside an import; the caller has the counts and the index follow."""
    ids = await _add(session, additions, lambda _: None, now=clock.now())
    sources = {ids[one.public_id]: one.merged.sources for one in additions}
    source_ids = await _source_ids(session, {key for some in sources.values() for key in some}, {})
    await _add_sources(session, sources, source_ids)


def announce(session: WriteSession, ids: Sequence[int]) -> None:
    """Have the search index follow."""
    if len(ids) > REBUILD_ABOVE:
        record(session, RegistryReplaced())
        return
    for batch in in_batches(ids, MAX_IDS):
        record(session, OrganisationsChanged(ids=list(batch)))


def announce_removed(session: WriteSession, public_ids: Sequence[str], *, others: Sequence[int]) -> None:
    """Have the search index follow: some organisations are gone, `others` changed."""
    if len(public_ids) + len(others) > REBUILD_ABOVE:
        record(session, RegistryReplaced())
        return
    for batch in in_batches(public_ids, MAX_IDS):
        record(session, OrganisationsRemoved(public_ids=list(batch)))
    announce(session, others)


async def refresh_counts(session: WriteSession) -> None:
    """Recount by industry, level and province; pages never count per request."""
    level, province = func.coalesce(Organisation.level, ""), func.coalesce(Organisation.province, "")
    group = (Organisation.industry, level, province)
    counted = select(*group, func.count()).where(Organisation.status == "active").group_by(*group)
    await session.execute(delete(OrganisationCount))
    await session.execute(
        insert(OrganisationCount).from_select(["industry", "level", "province", "organisations"], counted)
    )


async def _refresh_statistics(session: WriteSession) -> None:
    """Without it the planner takes the tables for empty and reads all of them for every lookup."""
    for table in (Organisation, OrganisationAlias, OrganisationSource):
        await session.execute(text(f"ANALYZE {table.__tablename__}"))


async def _add(
    session: WriteSession, additions: Sequence[Addition], advance: Advance, *, now: datetime
) -> dict[str, int]:
    fixed = {"rev": 1, "status": "active", "created_at": now, "updated_at": now}
    before = await session.scalar(select(func.max(Organisation.id))) or 0
    for batch in in_batches(additions, _BATCH):
        rows = [
            {**one.merged.values, **fixed, "public_id": one.public_id, "fingerprint": one.fingerprint}
            for one in batch
        ]
        await session.execute(insert(Organisation.__table__), rows)  # type: ignore[arg-type]
        advance(len(rows))
    added = await session.execute(
        select(Organisation.public_id, Organisation.id).where(Organisation.id > before)
    )
    return dict(added.all())


async def _correct(session: WriteSession, corrections: Sequence[Correction], advance: Advance) -> None:
    if not corrections:
        return
    now = clock.now()
    columns = [*corrections[0].merged.values, "rev", "fingerprint", "updated_at"]
    table = Organisation.__table__
    statement = (
        update(table)  # type: ignore[arg-type]
        .where(table.c.id == bindparam("row_id"))
        .values({column: bindparam(f"new_{column}") for column in columns})
    )
    connection = await session.connection()
    for batch in in_batches(corrections, _BATCH):
        rows = [_new_values(one, now) | {"row_id": one.id} for one in batch]
        await connection.execute(statement, rows)
        advance(len(rows))


def _new_values(one: Correction, now: Any) -> dict[str, Any]:
    values = {
        **one.merged.values,
        "rev": one.rev + 1,
        "fingerprint": one.fingerprint,
        "updated_at": now,
    }
    return {f"new_{column}": value for column, value in values.items()}


async def _add_aliases(session: WriteSession, aliases: Mapping[int, tuple[NewAlias, ...]]) -> None:
    rows = [
        {"organisation_id": id_, "alias": one.alias, "alias_norm": one.folded, "kind": one.kind}
        for id_, several in aliases.items()
        for one in several
    ]
    for batch in in_batches(rows, _BATCH * 2):
        await session.execute(insert(OrganisationAlias.__table__), list(batch))  # type: ignore[arg-type]


async def _add_sources(
    session: WriteSession, sources: Mapping[int, tuple[str, ...]], source_ids: Mapping[str, int]
) -> None:
    rows = [
        {"organisation_id": id_, "source_id": source_ids[key]}
        for id_, several in sources.items()
        for key in several
    ]
    for batch in in_batches(rows, _BATCH * 2):
        await session.execute(insert(OrganisationSource.__table__), list(batch))  # type: ignore[arg-type]


async def _source_ids(session: WriteSession, keys: set[str], licences: Mapping[str, str]) -> dict[str, int]:
    known = dict((await session.execute(select(Source.key, Source.id))).all())
    await refuse_synthetic(session, keys - known.keys())
    for key in sorted(keys - known.keys()):
        licensed = LICENSED.get(key)
        source = Source(
            key=key,
            version=licensed.version if licensed else None,
            licence=licensed.licence if licensed else licences.get(key),
        )
        session.add(source)
        await session.flush()
        known[key] = source.id
    return known
