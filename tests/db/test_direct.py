"""`direct`: statements past SQLAlchemy, in the transaction of the session and with its errors."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import bindparam, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.db.base import UtcDateTime
from app.db.direct import alone, direct
from app.db.engine import Database, WriteSession
from app.db.tenancy import Tenant, acting_as
from app.db.writing import run_write

COUNT = text("SELECT count(*) FROM outbox_jobs")
WHEN = datetime(2026, 1, 1, 12, tzinfo=UTC)
INSERT = text(
    "INSERT INTO outbox_jobs (id, topic, payload, created_at, available_at, attempts)"
    " VALUES (:id, :topic, '{}', :at, :at, 0) RETURNING topic"
).bindparams(bindparam("at", type_=UtcDateTime()))
TOLD = text("SELECT current_setting('top.actor', true), current_setting('top.company', true)")
END_ME = text("SELECT pg_terminate_backend(pg_backend_pid())")


async def insert(session: WriteSession, number: int = 1) -> Sequence[Any]:
    return await direct(session, INSERT, {"id": number, "topic": f"t{number}", "at": WHEN})


async def times(database: Database) -> list[Any]:
    statement = text("SELECT created_at FROM outbox_jobs").columns(created_at=UtcDateTime())
    async with database.reading() as session:
        return list(await session.scalars(statement))


async def test_returning_keeps_and_raising_undoes(database: Database) -> None:
    (row,) = await run_write(database, insert)
    assert row[0] == "t1"

    async def fail(session: WriteSession) -> None:
        await insert(session, 2)
        raise LookupError

    with pytest.raises(LookupError):
        await run_write(database, fail)
    assert await times(database) == [WHEN]


@pytest.mark.parametrize("is_first", [True, False])
async def test_it_shares_one_transaction_with_the_session(database: Database, is_first: bool) -> None:
    async def work(session: WriteSession, *, fails: bool) -> int:
        if not is_first:
            await session.execute(COUNT)
        await insert(session)
        seen: int = await session.scalar(COUNT) or 0
        if fails:
            raise LookupError
        return seen

    with pytest.raises(LookupError):
        await run_write(database, lambda session: work(session, fails=True))
    assert await times(database) == []
    assert await run_write(database, lambda session: work(session, fails=False)) == 1
    assert await times(database) == [WHEN]


async def test_a_broken_rule_is_told_as_the_session_tells_it(database: Database) -> None:
    await run_write(database, insert)
    with pytest.raises(IntegrityError, match=r"(?i)unique"):
        await run_write(database, insert)


async def test_a_bad_statement_is_no_broken_rule(database: Database) -> None:
    with pytest.raises(DBAPIError) as caught:
        await run_write(database, lambda session: direct(session, text("SELECT nothing_there"), {}))
    assert not isinstance(caught.value, IntegrityError)


async def test_the_first_statement_already_acts_for_somebody(database: Database) -> None:
    if database.is_sqlite:
        return  # has no second wall
    with acting_as(Tenant("member", 7)):
        (row,) = await run_write(database, lambda session: direct(session, TOLD, {}))
    assert tuple(row) == ("member", "7")


async def test_a_lost_connection_is_replaced_and_the_work_repeated(database: Database) -> None:
    if database.is_sqlite:
        return  # no server
    attempts = 0

    async def work(session: WriteSession) -> int:
        nonlocal attempts
        attempts += 1
        await insert(session)
        if attempts == 1:
            await direct(session, END_ME, {})
        await direct(session, COUNT, {})
        return attempts

    assert await run_write(database, work) == 2
    assert await times(database) == [WHEN]


async def test_alone_a_statement_is_committed_at_once_and_nobody_acts_in_it(database: Database) -> None:
    if database.is_sqlite:
        return  # whose statements would gain nothing
    with acting_as(Tenant("member", 7)):
        (row,) = await alone(database, TOLD, {})
        await alone(database, INSERT, {"id": 1, "topic": "t1", "at": WHEN})
    assert not any(row)
    assert await times(database) == [WHEN]


async def test_alone_a_lost_connection_is_told_and_replaced(database: Database) -> None:
    if database.is_sqlite:
        return  # no server
    for _ in range(2):  # as often as it is asked for, on a connection that it was given anew
        with pytest.raises(DBAPIError) as lost:
            await alone(database, END_ME, {})
        assert lost.value.connection_invalidated
    assert await alone(database, TOLD, {})
