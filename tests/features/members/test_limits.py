"""Counters in the database: how often, how long to wait, and that they forget."""

import asyncio
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from app.db.engine import Database
from app.db.writing import run_write
from app.features.members.limits import give_back, spend
from app.features.members.signing_in.models import Counter
from app.kit import clock
from app.kit.errors import LimitReached

FIVE_MINUTES = timedelta(minutes=5)


async def spent(database: Database, key: str = "k", limit: int = 2) -> int:
    """0, or the seconds to wait."""
    try:
        await run_write(database, lambda session: spend(session, key, limit, FIVE_MINUTES))
    except LimitReached as error:
        return error.retry_after or -1
    return 0


async def test_a_key_is_held_back_until_its_span_ends(database: Database) -> None:
    with time_machine.travel(clock.now(), tick=False) as travel:
        assert [await spent(database) for _ in range(2)] == [0, 0]
        assert await spent(database, "another") == 0
        travel.shift(timedelta(minutes=2))
        assert await spent(database) == 180
        travel.shift(timedelta(minutes=3))
        assert [await spent(database) for _ in range(3)] == [0, 0, 300]


async def test_what_was_right_does_not_count(database: Database) -> None:
    for _ in range(5):
        assert await spent(database) == 0
        await run_write(database, lambda session: give_back(session, "k", FIVE_MINUTES))


async def test_no_more_than_the_limit_get_through_at_once(database: Database) -> None:
    waits = await asyncio.gather(*(spent(database, limit=3) for _ in range(8)))
    assert sum(not wait for wait in waits) == 3


async def test_spans_of_one_key_are_counted_apart(database: Database) -> None:
    await spent(database)
    await run_write(database, lambda session: spend(session, "k", 1, timedelta(hours=1)))
    assert await spent(database) == 0
    with pytest.raises(LimitReached) as refused:
        await run_write(database, lambda session: spend(session, "k", 1, timedelta(hours=1)))
    assert refused.value.retry_after == pytest.approx(3600, abs=60)


async def test_neither_keys_nor_old_counters_are_kept(database: Database) -> None:
    with time_machine.travel(clock.now(), tick=False) as travel:
        await spent(database, "ana@example.com")
        async with database.reading() as session:
            assert "ana" not in str((await session.execute(select(Counter.__table__))).all())
        travel.shift(timedelta(hours=1))
        await spent(database, "another")
        async with database.reading() as session:
            assert await session.scalar(select(func.count()).select_from(Counter)) == 1
