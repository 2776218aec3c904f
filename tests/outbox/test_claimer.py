"""Jobs run at least once, retry with back-off, and are given up visibly."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.kit import clock
from app.outbox import claimer as claimer_module
from app.outbox.claimer import LEASE, MAX_ATTEMPTS, Claimer, backlog_of, revive
from app.outbox.models import OutboxJob
from app.outbox.recorder import record


@dataclass(frozen=True)
class Happened:
    topic: ClassVar[str] = "test.happened"
    ids: tuple[int, ...]


async def record_one(database: Database, *ids: int) -> None:
    async def work(session: WriteSession) -> None:
        record(session, Happened(ids))

    await run_write(database, work)


async def waiting(database: Database) -> tuple[int, int]:
    async with database.reading() as session:
        backlog = await backlog_of(session)
    return backlog.waiting, backlog.dead


async def test_a_recorded_event_reaches_its_handler_once(database: Database) -> None:
    seen: list[Happened] = []

    async def handle(event: Happened) -> None:
        seen.append(event)

    await record_one(database, 1, 2)
    claimer = Claimer(database, {Happened: handle})
    assert await claimer.run_due() == 1
    assert await claimer.run_due() == 0
    assert seen == [Happened((1, 2))]
    assert await waiting(database) == (0, 0)


async def test_nothing_is_recorded_when_the_change_fails(database: Database) -> None:
    async def work(session: WriteSession) -> None:
        record(session, Happened((1,)))
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - our own, from above
        await run_write(database, work)
    assert await waiting(database) == (0, 0)


async def test_a_failing_job_waits_longer_each_time_and_is_then_given_up(database: Database) -> None:
    calls = 0

    async def fail(event: Happened) -> None:
        nonlocal calls
        calls += 1
        raise RuntimeError("engine away")

    claimer = Claimer(database, {Happened: fail})
    with time_machine.travel("2026-03-01T00:00:00Z", tick=False) as travel:
        await record_one(database, 1)
        for _ in range(MAX_ATTEMPTS):
            assert await claimer.run_due() == 1
            assert await claimer.run_due() == 0, "no retry before the back-off has passed"
            travel.shift(timedelta(seconds=600))
        assert await claimer.run_due() == 0
    assert calls == MAX_ATTEMPTS
    assert await waiting(database) == (0, 1)
    async with database.reading() as session:
        assert "engine away" in (await session.scalar(select(OutboxJob.last_error)) or "")


@pytest.mark.statement(65)
async def test_a_job_whose_worker_died_runs_again_after_the_lease(database: Database) -> None:
    seen = 0

    async def handle(event: Happened) -> None:
        nonlocal seen
        seen += 1

    async def die(event: Happened) -> None:
        raise SystemExit  # the process ends: neither success nor failure is written

    with time_machine.travel("2026-03-01T00:00:00Z", tick=False) as travel:
        await record_one(database, 1)
        with pytest.raises(SystemExit):
            await Claimer(database, {Happened: die}).run_due()
        survivor = Claimer(database, {Happened: handle})
        assert await survivor.run_due() == 0
        travel.shift(LEASE + timedelta(seconds=1))
        assert await survivor.run_due() == 1
    assert seen == 1


async def test_a_job_that_always_kills_its_process_is_given_up(database: Database) -> None:
    deaths = 0

    async def die(event: Happened) -> None:
        nonlocal deaths
        deaths += 1
        raise SystemExit

    with time_machine.travel("2026-03-01T00:00:00Z", tick=False) as travel:
        await record_one(database, 1)
        for _ in range(MAX_ATTEMPTS):
            with pytest.raises(SystemExit):
                await Claimer(database, {Happened: die}).run_due()
            travel.shift(LEASE + timedelta(seconds=1))
        assert await Claimer(database, {Happened: die}).run_due() == 0
    assert deaths == MAX_ATTEMPTS
    assert await waiting(database) == (0, 1)
    async with database.reading() as session:
        assert "process ended" in (await session.scalar(select(OutboxJob.last_error)) or "")


async def test_an_unknown_topic_is_kept_not_lost(database: Database) -> None:
    await record_one(database, 1)
    assert await Claimer(database, {}).run_due() == 1
    assert await waiting(database) == (1, 0)


async def test_the_lag_is_the_age_of_the_oldest_waiting_job(database: Database) -> None:
    with time_machine.travel("2026-03-01T00:00:00Z", tick=False) as travel:
        await record_one(database, 1)
        travel.shift(timedelta(seconds=90))
        async with database.reading() as session:
            assert (await backlog_of(session)).lag_seconds == 90
        assert clock.now().year == 2026


@pytest.mark.parametrize("failures", [0, 1])
async def test_a_long_job_keeps_its_lease(
    database: Database, monkeypatch: pytest.MonkeyPatch, failures: int
) -> None:
    """Also when the database was away for one renewal."""
    monkeypatch.setattr("app.outbox.claimer.LEASE", timedelta(seconds=1))
    left = failures
    reached = claimer_module.run_write

    async def shaky(database: Database, work: Any) -> Any:
        nonlocal left
        if work.__name__ == "extend" and left:
            left -= 1
            raise OperationalError("UPDATE", {}, OSError("away"))
        return await reached(database, work)

    monkeypatch.setattr("app.outbox.claimer.run_write", shaky)

    async def due_again_at() -> datetime:
        async with database.reading() as session:
            return (await session.execute(select(OutboxJob.available_at))).scalar_one()

    async def run_until_renewed(event: Happened) -> None:
        claimed_until = await due_again_at()
        async with asyncio.timeout(20):
            while await due_again_at() <= claimed_until:  # noqa: ASYNC110 - another process would renew it
                await asyncio.sleep(0)

    await record_one(database, 1)
    assert await Claimer(database, {Happened: run_until_renewed}).run_due() == 1
    assert await waiting(database) == (0, 0)
    assert left == 0
    assert [task for task in asyncio.all_tasks() if "_renew" in repr(task.get_coro())] == []


@dataclass(frozen=True)
class Waited:
    topic: ClassVar[str] = "test.waited"
    patience: ClassVar[timedelta] = timedelta(hours=48)


async def record_patient(database: Database) -> None:
    async def work(session: WriteSession) -> None:
        record(session, Waited())

    await run_write(database, work)


async def test_an_event_may_have_a_patience_of_its_own(database: Database) -> None:
    async def fail(event: Waited) -> None:
        raise RuntimeError("server away")

    claimer = Claimer(database, {Waited: fail})
    with time_machine.travel("2026-03-01T00:00:00Z", tick=False) as travel:
        await record_patient(database)
        for _ in range(47):
            assert await claimer.run_due() == 1
            travel.shift(timedelta(hours=1))
        assert await waiting(database) == (1, 0)
        travel.shift(timedelta(hours=1))
        await claimer.run_due()
        assert await waiting(database) == (0, 1)


async def test_a_patient_job_is_tried_once_however_late(database: Database) -> None:
    seen = 0

    async def handle(event: Waited) -> None:
        nonlocal seen
        seen += 1

    with time_machine.travel("2026-03-01T00:00:00Z", tick=False) as travel:
        await record_patient(database)
        travel.shift(timedelta(days=9))
        await Claimer(database, {Waited: handle}).run_due()
    assert seen == 1


async def test_a_revived_job_has_its_patience_anew(database: Database) -> None:
    async def fail(event: Waited) -> None:
        raise RuntimeError("server away")

    claimer = Claimer(database, {Waited: fail})
    with time_machine.travel("2026-03-01T00:00:00Z", tick=False) as travel:
        await record_patient(database)
        travel.shift(timedelta(days=3))
        await claimer.run_due()
        assert await waiting(database) == (0, 1)
        assert await run_write(database, revive) == 1
        await claimer.run_due()
        assert await waiting(database) == (1, 0)
