"""Writes that touch facts as a whole: undoing an import, following organisations that change or merge."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, func, select, update

from app.db.engine import WriteSession
from app.features.registry.batches import in_batches
from app.features.registry.events import FactsChanged
from app.features.registry.facts.consolidating import Refreshed, refresh_facts
from app.features.registry.facts.models import Fact, Notice
from app.features.registry.facts.projects import FactKey
from app.features.registry.facts.storing import keys_of
from app.features.registry.models import Organisation
from app.kit.errors import Conflict
from app.kit.text import Text
from app.outbox.recorder import record

_BATCH = 2_000
_PER_QUERY = 500
_NOTHING_LEFT = Text(
    zh="这次导入没有带来新公告，只是按新的规则或新的单位重新读取了已有公告，原来的读法没有保存，无法撤销，"
    "未作任何改动。可以撤销最早带来这些公告的那次导入，或修正规则后再次导入同一文件。",
    en="This import brought no notices of its own: it read known ones anew, by other rules or with other "
    "organisations, and how they were read before is not kept. It cannot be undone; nothing was changed. "
    "Undo the import that first brought them, or correct the rules and import the file again.",
)


async def undo_facts_import(session: WriteSession, import_id: int) -> Refreshed:
    """Take back the notices that an import (internal id) brought first, and what facts owe to them.

    The caller marks the import as undone. Facts under objection or taken down stay as they are. Raises
    Conflict where it brought none that are left: how it read known notices anew cannot be taken back.
    """
    if await session.scalar(select(Notice.id).where(Notice.import_id == import_id).limit(1)) is None:
        raise Conflict(_NOTHING_LEFT)
    done = Refreshed()
    while True:
        columns = (Notice.id, Notice.state, Notice.organisation_id, Notice.needs, Notice.project_key)
        statement = select(*columns).where(Notice.import_id == import_id).limit(_BATCH)
        notices: Any = (await session.execute(statement)).all()
        if not notices:
            break
        keys = {key for one in notices for key in keys_of(one._mapping)}
        await session.execute(delete(Notice).where(Notice.id.in_([one.id for one in notices])))
        done.add(await refresh_facts(session, keys))
    record(session, FactsChanged())
    return done


async def move_facts(session: WriteSession, from_id: int, to_id: int) -> None:
    """Give the notices and facts of one organisation to another (internal ids), as when two are merged."""
    keys = {
        FactKey(to_id, need, project_key)
        for need, project_key in await session.execute(
            select(Fact.need, Fact.project_key).where(Fact.organisation_id == from_id)
        )
    }
    await session.execute(
        update(Notice).where(Notice.organisation_id == from_id).values(organisation_id=to_id)
    )
    await _give_up_shared(session, from_id, to_id)
    await session.execute(update(Fact).where(Fact.organisation_id == from_id).values(organisation_id=to_id))
    await refresh_facts(session, keys)
    await follow_organisations(session, [to_id])
    record(session, FactsChanged())


async def _give_up_shared(session: WriteSession, from_id: int, to_id: int) -> None:
    """Where both have a fact of one project, the one of the organisation that stays is kept; what was
    taken down at either stays down."""
    own = select(Fact.need, Fact.project_key, Fact.id, Fact.status)
    kept = {row[:2]: row for row in (await session.execute(own.where(Fact.organisation_id == to_id))).all()}
    given = (await session.execute(own.where(Fact.organisation_id == from_id))).all()
    shared = [row for row in given if row[:2] in kept]
    for row in shared:
        if row.status != "active" and kept[row[:2]].status == "active":
            await session.execute(update(Fact).where(Fact.id == kept[row[:2]].id).values(status=row.status))
    for batch in in_batches([row.id for row in shared], _PER_QUERY):
        await session.execute(delete(Fact).where(Fact.id.in_(batch)))


async def follow_organisations(session: WriteSession, ids: Collection[int]) -> None:
    """Copy industry and province of these organisations (internal ids) to their facts anew."""
    own = select(Organisation).where(Organisation.id == Fact.organisation_id)
    industry = own.with_only_columns(Organisation.industry).scalar_subquery()
    province = own.with_only_columns(func.coalesce(Organisation.province, "")).scalar_subquery()
    for batch in in_batches(list(ids), _PER_QUERY):
        await session.execute(
            update(Fact)
            .where(Fact.organisation_id.in_(batch))
            .values(industry=industry, province=province)
            .execution_options(synchronize_session=False)
        )
