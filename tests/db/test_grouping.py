"""Works that share a transaction of SQLite: each undone alone, all kept or lost together."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from app.db.direct import direct
from app.db.engine import Database, WriteSession
from app.db.inline_sqlite import WritingConnection
from app.db.writing import run_write

COUNT = text("SELECT count(*) FROM outbox_jobs")
IDS = text("SELECT id FROM outbox_jobs ORDER BY id")
INSERT = text(
    "INSERT INTO outbox_jobs (id, topic, payload, created_at, available_at, attempts)"
    " VALUES (:id, 't', '{}', '2026-01-01', '2026-01-01', 0)"
)


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    database = Database(sqlite_url)
    yield database
    await database.close()


@pytest.fixture
def commits(database: Database) -> list[Any]:
    seen: list[Any] = []
    event.listen(database.engine.sync_engine, "commit", lambda connection: seen.append(connection))
    return seen


async def share(database: Database, number: int, then: Callable[[], Any] = lambda: None) -> int:
    async def work(session: WriteSession) -> int:
        await direct(session, INSERT, {"id": number})
        then()
        return number

    return await run_write(database, work, shared=True, retries=0)


def fail(error: Exception) -> Callable[[], None]:
    def then() -> None:
        raise error

    return then


async def kept(database: Database) -> list[int]:
    async with database.reading() as session:
        return list(await session.scalars(IDS))


async def test_those_in_line_are_committed_together(database: Database, commits: list[Any]) -> None:
    assert await asyncio.gather(*(share(database, number) for number in range(1, 9))) == list(range(1, 9))
    assert await kept(database) == list(range(1, 9))
    assert len(commits) == 1
    await share(database, 9)
    assert len(commits) == 2


async def test_what_raises_is_undone_alone(database: Database) -> None:
    came = await asyncio.gather(
        share(database, 1), share(database, 2, fail(LookupError())), share(database, 3), share(database, 1),
        return_exceptions=True,
    )  # fmt: skip
    assert came[::2] == [1, 3]
    assert isinstance(came[1], LookupError)
    assert isinstance(came[3], IntegrityError)
    assert await kept(database) == [1, 3]


async def test_a_session_that_rolls_back_takes_only_its_own_back(database: Database) -> None:
    async def thinks_again(session: WriteSession) -> int:
        await session.execute(INSERT, {"id": 2})
        await session.rollback()
        await session.execute(INSERT, {"id": 3})
        return 3

    await asyncio.gather(share(database, 1), run_write(database, thinks_again, shared=True))
    assert await kept(database) == [1, 3]


async def test_a_later_one_sees_what_an_earlier_one_did(database: Database) -> None:
    async def count(session: WriteSession) -> int:
        return await session.scalar(COUNT) or 0

    first, seen = await asyncio.gather(share(database, 1), run_write(database, count, shared=True))
    assert (first, seen) == (1, 1)


@pytest.fixture
def no_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(self: WritingConnection) -> None:
        raise OperationalError("COMMIT", None, Exception("database or disk is full"))

    monkeypatch.setattr(WritingConnection, "commit", full)


@pytest.mark.usefixtures("no_commit")
async def test_nobody_hears_anything_but_that_all_is_lost(database: Database) -> None:
    came = await asyncio.gather(
        share(database, 1), share(database, 2, fail(LookupError())), return_exceptions=True
    )
    assert [type(one) for one in came] == [OperationalError, OperationalError]
    assert await kept(database) == []


async def test_a_transaction_that_sqlite_gave_up_is_lost_for_all(database: Database) -> None:
    async def given_up(session: WriteSession) -> None:
        connection: Any = session.get_bind()
        connection.connection.driver_connection.rows("ROLLBACK", ())
        raise OperationalError("INSERT", None, Exception("database or disk is full"))

    came = await asyncio.gather(
        share(database, 1), run_write(database, given_up, shared=True), share(database, 2),
        return_exceptions=True,
    )  # fmt: skip
    assert all(isinstance(one, DBAPIError) for one in came)
    assert await kept(database) == []
    assert await share(database, 3) == 3


@pytest.mark.parametrize("cancelled", [0, 1, 2])
async def test_whoever_goes_away_takes_nobody_along(database: Database, cancelled: int) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(session: WriteSession, number: int) -> int:
        await session.execute(INSERT, {"id": number})
        begun.set()
        await go_on.wait()
        return number

    tasks = [
        asyncio.create_task(run_write(database, lambda s, n=number: slow(s, n), shared=True))  # type: ignore[misc]
        for number in range(1, 4)
    ]
    await begun.wait()
    tasks[cancelled].cancel()
    await asyncio.gather(tasks[cancelled], return_exceptions=True)
    go_on.set()
    others = [task for task in tasks if task is not tasks[cancelled]]
    assert await asyncio.gather(*others) == await kept(database)
    assert len(others) == 2
