"""Claiming due jobs, running their handlers, retrying with back-off, giving up visibly."""

import asyncio
import traceback
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

import structlog
from sqlalchemy import delete, func, select, update

from app.db.engine import Database, ReadSession, WriteSession
from app.db.writing import run_write
from app.kit import clock
from app.outbox.events import Event, Handlers
from app.outbox.models import OutboxJob

LEASE = timedelta(seconds=120)  # a job whose worker died is due again after this
MAX_ATTEMPTS = 8  # of events without a patience of their own
_LONGEST_PAUSE = 600  # seconds
BATCH = 20

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Job:
    id: int
    topic: str
    payload: dict[str, Any]
    attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Backlog:
    """What operators see: jobs waiting, jobs given up, age of the oldest waiting job in seconds."""

    waiting: int
    dead: int
    lag_seconds: float


class Claimer:
    """Runs the jobs of one process. Any number of processes may claim side by side."""

    def __init__(self, database: Database, handlers: Handlers) -> None:
        self._database = database
        self._handlers = {event.topic: (event, handler) for event, handler in handlers.items()}

    async def run_due(self) -> int:
        """Claim one batch of due jobs and run each; returns how many were claimed."""
        jobs = await run_write(self._database, self._claim)
        unfinished = {job.id for job in jobs}
        renewal = asyncio.create_task(self._renew(unfinished))
        try:
            for job in jobs:
                await self._run(job)
                unfinished.discard(job.id)
        finally:
            renewal.cancel()
            await asyncio.gather(renewal, return_exceptions=True)
        return len(jobs)

    async def _renew(self, unfinished: Set[int]) -> None:
        """Keep the lease of jobs that take long, as a rebuild of a large index does."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)

            async def extend(session: WriteSession) -> None:
                until = clock.now() + LEASE
                await session.execute(
                    update(OutboxJob).where(OutboxJob.id.in_(unfinished)).values(available_at=until)
                )

            try:
                await run_write(self._database, extend)
            except Exception as error:  # the next renewal may still be in time
                log.warning("outbox_renewal_failed", error=type(error).__name__)

    async def _run(self, job: Job) -> None:
        try:
            event, handler = self._handlers[job.topic]
            await handler(_rebuild(event, job.payload))
        except Exception as error:
            log.warning("outbox_job_failed", job=job.id, topic=job.topic, error=type(error).__name__)
            where = traceback.format_exception_only(error)[-1][:500]

            async def postpone(session: WriteSession) -> None:
                await self._postpone(session, job, where)

            await run_write(self._database, postpone)
        else:

            async def finish(session: WriteSession) -> None:
                await session.execute(delete(OutboxJob).where(OutboxJob.id == job.id))

            await run_write(self._database, finish)

    async def _claim(self, session: WriteSession) -> Sequence[Job]:
        now = clock.now()
        columns = (OutboxJob.id, OutboxJob.topic, OutboxJob.payload, OutboxJob.attempts, OutboxJob.created_at)
        due = (
            select(*columns)
            .where(OutboxJob.dead_at.is_(None), OutboxJob.available_at <= now)
            .order_by(OutboxJob.available_at, OutboxJob.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        found = [Job(*row) for row in await session.execute(due)]
        hopeless = {job.id for job in found if self._is_hopeless(job, job.attempts)}
        await _bury(session, sorted(hopeless))
        jobs = [job for job in found if job.id not in hopeless]
        if jobs:
            await session.execute(
                update(OutboxJob)
                .where(OutboxJob.id.in_([job.id for job in jobs]))
                .values(available_at=now + LEASE, attempts=OutboxJob.attempts + 1)
            )
        return jobs

    async def _postpone(self, session: WriteSession, job: Job, error: str) -> None:
        now, attempts = clock.now(), job.attempts + 1
        pause = min(2 ** min(attempts, 30), _LONGEST_PAUSE)
        values: dict[str, Any] = {"last_error": error, "available_at": now + timedelta(seconds=pause)}
        if self._is_hopeless(job, attempts):
            values["dead_at"] = now
        await session.execute(update(OutboxJob).where(OutboxJob.id == job.id).values(values))

    def _is_hopeless(self, job: Job, attempts: int) -> bool:
        """Whether it was tried often enough or, where its event has a patience of its own, long enough.

        The first attempt is always made: a worker that was away that long is no reason to give up.
        """
        event = self._handlers[job.topic][0] if job.topic in self._handlers else None
        patience = getattr(event, "patience", None)
        if patience is None:
            return attempts >= MAX_ATTEMPTS
        return attempts > 0 and clock.now() - job.created_at >= patience


async def backlog_of(session: ReadSession) -> Backlog:
    """The state of the queue, for health checks and `topctl doctor`."""
    alive = OutboxJob.dead_at.is_(None)
    waiting, oldest = (
        await session.execute(select(func.count(), func.min(OutboxJob.created_at)).where(alive))
    ).one()
    dead = await session.scalar(select(func.count()).where(~alive)) or 0
    lag = (clock.now() - oldest).total_seconds() if oldest is not None else 0.0
    return Backlog(waiting=waiting, dead=dead, lag_seconds=max(lag, 0.0))


async def backlog_by_topic(session: ReadSession) -> dict[str, Backlog]:
    """The same for each kind of job that there is."""
    now = clock.now()
    is_dead = OutboxJob.dead_at.is_not(None)
    statement = select(OutboxJob.topic, is_dead, func.count(), func.min(OutboxJob.created_at))
    found: dict[str, Backlog] = {}
    for topic, dead, jobs, oldest in await session.execute(statement.group_by(OutboxJob.topic, is_dead)):
        known = found.get(topic, Backlog(0, 0, 0.0))
        lag = max((now - oldest).total_seconds(), 0.0)
        found[topic] = replace(known, dead=jobs) if dead else replace(known, waiting=jobs, lag_seconds=lag)
    return found


async def revive(session: WriteSession) -> int:
    """Give the jobs that were given up another chance; returns how many there are."""
    given_up = update(OutboxJob).where(OutboxJob.dead_at.is_not(None))
    now = clock.now()
    anew = {"dead_at": None, "attempts": 0, "created_at": now, "available_at": now}
    revived = await session.execute(given_up.values(anew))
    return int(cast(Any, revived).rowcount)


async def _bury(session: WriteSession, ids: Sequence[int]) -> None:
    """Give up jobs whose last attempt ended with the process: nobody was left to say so."""
    if ids:
        log.warning("outbox_jobs_buried", jobs=list(ids))
        error = "every attempt failed; in the last one the process ended"
        await session.execute(
            update(OutboxJob).where(OutboxJob.id.in_(ids)).values(dead_at=clock.now(), last_error=error)
        )


def _rebuild(event: type[Event], payload: dict[str, Any]) -> Event:
    return event(
        **{name: tuple(value) if isinstance(value, list) else value for name, value in payload.items()}
    )
