"""No audit row, no read."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from app.db.engine import AuditedSession, Database, WriteSession
from app.db.writing import run_write
from app.features.members.audit.models import AuditEntry
from app.features.members.audit.reading import read_audited
from app.features.members.audit.recording import START
from app.features.members.models import Company
from app.kit import clock
from app.kit.errors import NotFound, Unavailable
from app.kit.text import Text
from app.kit.viewer import Viewer
from tests.people import add_company

ITEM = "3yQ8mVbR5nTzKcW1pLxD7e"
MO = Viewer(person_id=5, public_id="mo", staff_roles=frozenset({"moderator"}), request_id="r")


async def entries(database: Database) -> Sequence[Any]:
    async with database.reading() as session:
        return (await session.execute(select(*AuditEntry.__table__.c).order_by(AuditEntry.id))).all()


async def block_the_trail(database: Database) -> None:
    """Take the place of the next entry, so that writing it fails."""

    async def work(session: WriteSession) -> None:
        entry = {
            "id": 1,
            "at": clock.now(),
            "staff_roles": "",
            "action": "x",
            "object_kind": "",
            "object_id": "",
        }
        rest = {"result": "done", "request_id": "", "ip_prefix": ""}
        rest |= {"previous": START, "hash": START}
        await session.execute(insert(AuditEntry).values(entry | rest))

    await run_write(database, work)


def name_of(company_id: int) -> Callable[[AuditedSession], Awaitable[tuple[str | None, int]]]:
    async def read(session: AuditedSession) -> tuple[str | None, int]:
        return await session.scalar(select(Company.name).where(Company.id == company_id)), company_id

    return read


async def test_a_read_leaves_one_entry_that_names_the_owner(database: Database) -> None:
    company = await add_company(database, "甲公司")
    read = name_of(company)
    found = await read_audited(database, MO, "thing.read", read, object_kind="thing", object_id=ITEM)
    assert found == "甲公司"
    (entry,) = await entries(database)
    assert (entry.action, entry.object_kind, entry.object_id) == ("thing.read", "thing", ITEM)
    assert (entry.actor_id, entry.company_id, entry.result) == (5, company, "done")
    assert "甲公司" not in map(str, entry)


@pytest.mark.statement(17)
async def test_without_an_entry_nothing_is_read(database: Database) -> None:
    company = await add_company(database, "甲公司")
    await block_the_trail(database)
    with pytest.raises(Unavailable):
        await read_audited(database, MO, "thing.read", name_of(company), object_kind="thing", object_id=ITEM)
    assert [entry.action for entry in await entries(database)] == ["x"]


async def test_what_may_not_be_read_is_recorded_as_denied(database: Database) -> None:
    async def hidden(session: AuditedSession) -> tuple[str, None]:
        raise NotFound(Text("没有", "none"))

    with pytest.raises(NotFound):
        await read_audited(database, MO, "thing.read", hidden, object_kind="thing", object_id=ITEM)
    (entry,) = await entries(database)
    assert (entry.action, entry.result, entry.object_id) == ("thing.read", "denied", ITEM)


async def test_an_audited_read_does_not_write(database: Database) -> None:
    """What it would change is undone with its session, and the entry stays."""

    async def greedy(session: AuditedSession) -> tuple[None, None]:
        session.add(Company(public_id="x", name="x", name_key="x", profile={}, created_at=clock.now()))
        return None, None

    await read_audited(database, MO, "thing.read", greedy, object_kind="thing", object_id=ITEM)
    async with database.reading() as session:
        assert await session.scalar(text("SELECT count(*) FROM companies")) == 0
    assert len(await entries(database)) == 1
