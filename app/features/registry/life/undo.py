"""Taking an import back: what it added goes, what it changed becomes what it was, unless changed since."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, and_, bindparam, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db.engine import WriteSession
from app.db.locking import lock_table
from app.features.registry.actions import UNDONE_FINGERPRINT, announce_removed, refresh_counts
from app.features.registry.batches import in_batches
from app.features.registry.facts.actions import follow_organisations, undo_facts_import
from app.features.registry.facts.models import Fact, Import, Notice
from app.features.registry.life.models import ImportChange
from app.features.registry.models import Organisation, OrganisationAlias, OrganisationSource
from app.kit import clock
from app.kit.errors import NotFound
from app.kit.text import Text

KEPT_LISTED = 100
_BATCH = 2_000


@dataclass(slots=True)
class Undone:
    """What was done, in organisations; for facts `facts_gone` and `facts_changed`.

    `kept` changed since the import and stay as they are; `listed` are the first of them (id and name). For
    facts `kept` are notices that were there before and that the import read anew: they stay as read.
    """

    public_id: str
    kind: str
    already: bool = False
    removed: int = 0
    closed: int = 0
    restored: int = 0
    kept: int = 0
    listed: list[tuple[str, str]] = field(default_factory=list)
    facts_gone: int = 0
    facts_changed: int = 0


async def undo_import(session: WriteSession, public_id: str) -> Undone:
    """Undo one import of organisations or facts; again, it changes nothing. Raises NotFound."""
    found = await session.scalar(select(Import).where(Import.public_id == public_id).with_for_update())
    if found is None:
        raise NotFound(
            Text(
                zh="没有这个编号的导入；topctl import list 列出所有导入。",
                en="There is no import of this id; topctl import list names them all.",
            ),
            field="id",
        )
    done = Undone(found.public_id, found.kind)
    if found.state == "undone":
        done.already = True
        return done
    found.state, found.undone_at = "undone", clock.now()
    if found.kind == "facts":
        refreshed = await undo_facts_import(session, found.id)
        done.facts_gone, done.facts_changed = refreshed.gone, refreshed.changed
        done.kept = found.report.get("changed", 0)
        return done
    await lock_table(session, Organisation)
    await _undo_organisations(session, found.id, done)
    return done


async def _undo_organisations(session: WriteSession, import_id: int, done: Undone) -> None:
    await _list_kept(session, import_id, done)
    restored = await _restore_changed(session, import_id)
    closed = await _close_referenced(session, import_id)
    removed = await _remove_added(session, import_id)
    await session.execute(delete(ImportChange).where(ImportChange.import_id == import_id))
    done.restored, done.closed, done.removed = len(restored), len(closed), len(removed)
    await follow_organisations(session, restored)
    await refresh_counts(session)
    announce_removed(session, removed, others=[*restored, *closed])


def _changes(import_id: int, *columns: Any) -> Select[Any]:
    """This import's changes beside the organisations as they are now."""
    return (
        select(*columns)
        .select_from(ImportChange)
        .join(Organisation, Organisation.id == ImportChange.organisation_id)
        .where(ImportChange.import_id == import_id)
    )


_UNTOUCHED = Organisation.rev == ImportChange.rev
_ADDED = ImportChange.before.is_(None)
_HAS_FACTS = exists().where(Fact.organisation_id == Organisation.id) | exists().where(
    Notice.organisation_id == Organisation.id
)


async def _list_kept(session: WriteSession, import_id: int, done: Undone) -> None:
    done.kept = await session.scalar(_changes(import_id, func.count()).where(~_UNTOUCHED)) or 0
    kept = _changes(import_id, Organisation.public_id, Organisation.name).where(~_UNTOUCHED)
    found = (await session.execute(kept.order_by(Organisation.id).limit(KEPT_LISTED))).all()
    done.listed = [(row.public_id, row.name) for row in found]


async def _remove_added(session: WriteSession, import_id: int) -> list[str]:
    """Returns the public ids of those removed."""
    added = and_(_ADDED, _UNTOUCHED, Organisation.status == "active", ~_HAS_FACTS)
    public_ids = list(await session.scalars(_changes(import_id, Organisation.public_id).where(added)))
    ids = _changes(import_id, Organisation.id).where(added).scalar_subquery()
    await session.execute(delete(Organisation).where(Organisation.id.in_(ids)))
    return public_ids


async def _close_referenced(session: WriteSession, import_id: int) -> list[int]:
    """What facts speak of cannot go; it is closed until an import names it again."""
    referenced = _changes(import_id, Organisation.id).where(_ADDED, _UNTOUCHED, _HAS_FACTS)
    ids = list(await session.scalars(referenced.where(Organisation.status == "active")))
    for batch in in_batches(ids, _BATCH):
        await session.execute(
            update(Organisation)
            .where(Organisation.id.in_(batch))
            .values(
                status="closed",
                rev=Organisation.rev + 1,
                updated_at=clock.now(),
                fingerprint=UNDONE_FINGERPRINT,
            )
        )
    return ids


async def _restore_changed(session: WriteSession, import_id: int) -> list[int]:
    columns = (ImportChange.organisation_id, ImportChange.rev, ImportChange.before)
    changed = _changes(import_id, *columns, ImportChange.aliases, ImportChange.sources)
    rows = (await session.execute(changed.where(~_ADDED, _UNTOUCHED))).all()
    connection = await session.connection()
    for batch in in_batches(rows, _BATCH):
        await _restore_columns(connection, batch)
        await _take_back_names(connection, batch)
        await _align_earlier(connection, import_id, batch)
    return [row.organisation_id for row in rows]


async def _restore_columns(connection: AsyncConnection, rows: Sequence[Any]) -> None:
    table = Organisation.__table__
    now = clock.now()
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        values = {f"new_{column}": value for column, value in row.before.items() if column != "rev"}
        alike[tuple(sorted(row.before.keys() - {"rev"}))].append(
            values | {"row_id": row.organisation_id, "new_rev": row.rev + 1, "new_updated_at": now}
        )
    for columns, several in alike.items():
        statement = (
            update(table)  # type: ignore[arg-type]
            .where(table.c.id == bindparam("row_id"))
            .values({column: bindparam(f"new_{column}") for column in (*columns, "rev", "updated_at")})
        )
        await connection.execute(statement, several)


async def _take_back_names(connection: AsyncConnection, rows: Sequence[Any]) -> None:
    aliases = [{"o": row.organisation_id, "v": alias} for row in rows for alias in row.aliases or ()]
    sources = [{"o": row.organisation_id, "v": source} for row in rows for source in row.sources or ()]
    for table, column, values in (
        (OrganisationAlias.__table__, OrganisationAlias.__table__.c.alias, aliases),
        (OrganisationSource.__table__, OrganisationSource.__table__.c.source_id, sources),
    ):
        if values:
            statement = delete(table).where(  # type: ignore[arg-type]
                table.c.organisation_id == bindparam("o"), column == bindparam("v")
            )
            await connection.execute(statement, values)


async def _align_earlier(connection: AsyncConnection, import_id: int, rows: Sequence[Any]) -> None:
    """An earlier import sees its own state again: nothing has changed since as far as it is concerned."""
    table = ImportChange.__table__
    statement = (
        update(table)  # type: ignore[arg-type]
        .where(
            table.c.organisation_id == bindparam("o"),
            table.c.rev == bindparam("was"),
            table.c.import_id != import_id,
        )
        .values(rev=bindparam("now"))
    )
    await connection.execute(
        statement, [{"o": row.organisation_id, "was": row.before["rev"], "now": row.rev + 1} for row in rows]
    )
