"""The audit trail: a gapless chain that nobody can rewrite unseen."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.members.audit.models import AuditEntry
from app.features.members.audit.recording import START, chained, record_audit
from app.kit.viewer import Viewer

ANA = Viewer(person_id=7, company_id=3, request_id="r", ip_prefix="10.0.0.0/24")


async def append(database: Database, action: str) -> int:
    async def work(session: WriteSession) -> int:
        return await record_audit(session, ANA, action, object_kind="member", object_id="x")

    return await run_write(database, work)


async def entries(database: Database) -> Sequence[Any]:
    async with database.reading() as session:
        return (await session.execute(select(*AuditEntry.__table__.c).order_by(AuditEntry.id))).all()


async def test_entries_form_one_chain_even_when_written_at_once(database: Database) -> None:
    await asyncio.gather(*(append(database, f"test.{number}") for number in range(8)))
    previous = START
    found = await entries(database)
    assert [entry.id for entry in found] == list(range(1, 9))
    for entry in found:
        assert entry.previous == previous
        assert entry.hash == chained(entry._mapping)
        previous = entry.hash


async def test_an_entry_of_undone_work_does_not_exist(database: Database) -> None:
    async def fail(session: WriteSession) -> None:
        await record_audit(session, ANA, "test.undone")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await run_write(database, fail)
    await append(database, "test.kept")
    assert [(entry.id, entry.action) for entry in await entries(database)] == [(1, "test.kept")]


@pytest.mark.statement(20)
@pytest.mark.parametrize(
    "change", ["UPDATE audit_entries SET action = 'x'", "DELETE FROM audit_entries", "TRUNCATE audit_entries"]
)
async def test_the_database_refuses_to_change_the_trail(owned_database: Database, change: str) -> None:
    """Even the owner of the table; the role of the product has no right to try."""
    database = owned_database
    if change.startswith("TRUNCATE") and database.is_sqlite:
        change = "DELETE FROM audit_entries WHERE id = 1"
    await append(database, "test.kept")

    async def rewrite(session: WriteSession) -> None:
        await session.execute(text(change))

    with pytest.raises(DBAPIError, match="append-only"):
        await run_write(database, rewrite)
    assert len(await entries(database)) == 1
