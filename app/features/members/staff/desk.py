"""The pages of staff and the queues behind them, as data. A room adds its own; the entry point collects them.

`PAGES = (StaffPage("reports", Text("反馈", "Reports"), "/staff/reports", Permission.STAFF_MODERATE, order=20,
queue=StaffQueue(load, answered_within=timedelta(days=7))),)`
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from app.db.engine import ReadSession
from app.kit import clock
from app.kit.text import Text
from app.kit.viewer import Viewer

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait, and since when the oldest of them does."""

    count: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class StaffQueue:
    """What waits for staff. `load` counts what this viewer may decide, in one query."""

    load: Callable[[ReadSession, Viewer], Awaitable[Waiting]]
    answered_within: timedelta


@dataclass(frozen=True, slots=True)
class StaffPage:
    """A page of the console, for whoever of staff has the permission."""

    key: str
    label: Text
    href: str
    permission: str
    order: int
    queue: StaffQueue | None = None


@dataclass(frozen=True, slots=True)
class QueueState:
    """A queue as it stands. `waiting` is None where it could not be counted: staff must know that, too."""

    page: StaffPage
    waiting: Waiting | None
    due_at: datetime | None
    now: datetime

    @property
    def is_late(self) -> bool:
        return self.due_at is not None and self.due_at < self.now

    @property
    def age(self) -> timedelta | None:
        oldest = self.waiting.oldest_at if self.waiting else None
        return self.now - oldest if oldest else None

    @property
    def left(self) -> timedelta | None:
        """Until it is due; how late it is where that is over."""
        return abs(self.due_at - self.now) if self.due_at else None


class Desk:
    """All pages of staff, of every room."""

    def __init__(self, pages: Iterable[StaffPage]) -> None:
        self._pages = tuple(sorted(pages, key=lambda page: (page.order, page.key)))
        keys = [page.key for page in self._pages]
        if len(set(keys)) != len(keys):
            raise ValueError(f"two staff pages share a key: {sorted(keys)}")

    def open_to(self, viewer: Viewer) -> tuple[StaffPage, ...]:
        return tuple(page for page in self._pages if viewer.may(page.permission))

    async def queues(self, session: ReadSession, viewer: Viewer) -> Sequence[QueueState]:
        """Those of the roles that this viewer holds; the ones with the nearest due date first."""
        states = [await _state(session, viewer, page) for page in self.open_to(viewer) if page.queue]
        return sorted(states, key=lambda state: (state.due_at is None, state.due_at or state.now))


async def _state(session: ReadSession, viewer: Viewer, page: StaffPage) -> QueueState:
    assert page.queue is not None
    now = clock.now()
    try:
        # A savepoint: a failing query must not spoil the page's transaction (PostgreSQL).
        async with session.begin_nested():
            waiting = await page.queue.load(session, viewer)
    except asyncio.CancelledError:
        raise
    except Exception as error:
        log.warning("staff_queue_failed", queue=page.key, error=type(error).__name__)
        return QueueState(page, None, None, now)
    due_at = waiting.oldest_at + page.queue.answered_within if waiting.oldest_at else None
    return QueueState(page, waiting, due_at, now)
