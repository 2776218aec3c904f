"""Postings that wait at the same moment go to PostgreSQL in one message and are committed together.

Beginning, sending and committing cost several times what booking does, and once for all of them. A message is
for what nothing speaks against: it posts everything in it or leaves nothing behind. Whoever it blames then
goes the longer way, a transaction of its own, and the others are sent again; after any other fault all of
them go it. What became of each is said there, so that nobody hears of another's trouble.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextvars import Context
from typing import Any
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy.exc import DBAPIError

from app.db.direct import alone
from app.db.engine import Database
from app.features.ledger.posting.beside import RowsBeside
from app.features.ledger.posting.message import accounts_of_all, calling, posted_of, values_of
from app.features.ledger.posting.requests import Posted, Posting

MOST = 32  # in one message: all their accounts stay locked until it is committed
LANES = 2  # messages under way: the next one is put together while PostgreSQL works on another
_UNDONE = "TL001"  # SQLSTATE of what `ledger_undo` raises; the detail is the place of the posting it blames

_log = structlog.get_logger()
_Waiting = tuple[Posting, asyncio.Future[Posted | None]]


class _Line:
    """Postings with rows of one sort beside them that wait for one database."""

    def __init__(self, rows: RowsBeside | None) -> None:
        self._statement = calling(rows, alone=True)
        self._waiting: deque[_Waiting] = deque()
        self._serving = 0
        self._lanes: set[asyncio.Task[None]] = set()  # the loop itself does not keep them

    async def post(self, database: Database, posting: Posting) -> Posted | None:
        future: asyncio.Future[Posted | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((posting, future))
        if self._serving < LANES:
            self._serving += 1
            # For all of them: it knows nothing of who happened to come first.
            lane = asyncio.create_task(self._serve(database), context=Context())
            self._lanes.add(lane)
            lane.add_done_callback(self._lanes.discard)
        return await future

    async def _serve(self, database: Database) -> None:
        try:
            while taken := self._take():
                await self._send(database, taken)
        finally:
            self._serving -= 1  # before anybody else has a turn, or who comes then would wait for nobody

    def _take(self) -> list[_Waiting]:
        """The next ones in the order of their keys: two messages with the same never wait for each other."""
        taken: list[_Waiting] = []
        while self._waiting and len(taken) < MOST:
            one = self._waiting.popleft()
            if not one[1].done():  # nobody waits for it any more
                taken.append(one)
        return sorted(taken, key=lambda one: (one[0].request.key.scope, one[0].request.key.value))

    async def _send(self, database: Database, taken: list[_Waiting]) -> None:
        postings = [posting for posting, _ in taken]
        accounts = accounts_of_all(postings)
        outcomes: Sequence[Posted | None] = [None] * len(taken)
        try:
            (row,) = await alone(database, self._statement, values_of(postings, accounts))
            outcomes = posted_of(row, postings, accounts)
        except asyncio.CancelledError:
            for _, future in taken:
                future.cancel()
            raise
        except Exception as error:
            blamed = _blamed(error)
            if blamed is None:
                _log.warning("postings_go_one_by_one", postings=len(taken), error=type(error).__name__)
            else:
                others = [one for at, one in enumerate(taken) if at != blamed]
                self._waiting.extendleft(reversed(others))
                taken, outcomes = [taken[blamed]], [None]
        for (_, future), outcome in zip(taken, outcomes, strict=True):
            if not future.done():
                future.set_result(outcome)


def _blamed(error: Exception) -> int | None:
    """The place, from 0, of the only one that something speaks against."""
    raised: Any = error.orig if isinstance(error, DBAPIError) else None
    if getattr(raised, "sqlstate", None) != _UNDONE or not int(raised.detail):
        return None
    return int(raised.detail) - 1


_lines: WeakKeyDictionary[Database, dict[RowsBeside | None, _Line]] = WeakKeyDictionary()


async def post_together(database: Database, posting: Posting) -> Posted | None:
    """Post what nothing else is written with; None, and nothing of it there, where it takes longer."""
    rows = None if posting.beside is None else posting.beside.rows
    lines = _lines.setdefault(database, {})
    if rows not in lines:
        lines[rows] = _Line(rows)
    return await lines[rows].post(database, posting)
