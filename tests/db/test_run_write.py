"""`run_write`: all or nothing, retried when that can help, denials recorded after a rollback."""

import asyncio
from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.kit.errors import NotAllowed
from app.kit.text import Text

COUNT = text("SELECT count(*) FROM outbox_jobs")
INSERT = text(
    "INSERT INTO outbox_jobs (topic, payload, created_at, available_at, attempts)"
    " VALUES (:topic, '{}', '2026-01-01', '2026-01-01', 0)"
)


async def rows_in(database: Database) -> int:
    async with database.reading() as session:
        return await session.scalar(COUNT) or 0


async def insert(session: WriteSession, topic: str = "t") -> None:
    await session.execute(INSERT, {"topic": topic})


async def test_returning_keeps_and_raising_undoes(database: Database) -> None:
    await run_write(database, insert)

    async def fail(session: WriteSession) -> None:
        await insert(session)
        raise LookupError

    with pytest.raises(LookupError):
        await run_write(database, fail)
    assert await rows_in(database) == 1


async def test_a_denial_is_recorded_after_the_rollback(database: Database) -> None:
    async def denied(session: WriteSession) -> None:
        await insert(session)
        raise NotAllowed(Text("不行", "no"))

    with pytest.raises(NotAllowed):
        await run_write(database, denied, on_denied=insert)
    assert await rows_in(database) == 1


async def test_what_is_no_denial_is_not_recorded_as_one(database: Database) -> None:
    async def broken(session: WriteSession) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await run_write(database, broken, on_denied=insert)
    assert await rows_in(database) == 0


async def test_transient_failures_repeat_the_whole_work(database: Database) -> None:
    attempts = 0

    async def flaky(session: WriteSession) -> int:
        nonlocal attempts
        attempts += 1
        await insert(session)
        if attempts < 3:
            raise DBAPIError("statement", {}, Exception("database is locked"))
        return attempts

    assert await run_write(database, flaky) == 3
    assert await rows_in(database) == 1


async def test_lasting_failures_are_not_repeated(database: Database) -> None:
    attempts = 0

    async def broken(session: WriteSession) -> None:
        nonlocal attempts
        attempts += 1
        await session.execute(text("INSERT INTO outbox_jobs (topic) VALUES (NULL)"))

    with pytest.raises(IntegrityError):
        await run_write(database, broken)
    assert attempts == 1


async def test_concurrent_writers_all_get_through(database: Database) -> None:
    await asyncio.gather(*(run_write(database, insert) for _ in range(16)))
    assert await rows_in(database) == 16


async def test_a_read_session_cannot_write(database: Database) -> None:
    async with database.reading() as session:
        with suppress(OperationalError):  # SQLite refuses at once, PostgreSQL's transaction is rolled back
            await session.execute(INSERT, {"topic": "t"})
    assert await rows_in(database) == 0
