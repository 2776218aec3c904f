"""Postings that wait at the same moment go to PostgreSQL in one message and are committed together.

Beginning, sending and committing cost several times what booking does, and once for all of them. A message is
for what nothing speaks against: it posts everything in it or leaves nothing behind. Whoever it blames then
goes the longer way, a transaction of its own, and the others are sent again; after any other fault, or the
third blame, all of them go it. What became of each is said there, so that nobody hears of another's trouble.
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
from app.features.ledger.kinds import AccountKind
from app.features.ledger.posting.beside import RowsBeside
from app.features.ledger.posting.message import accounts_of_all, calling, posted_of, values_of
from app.features.ledger.posting.moves import Account
from app.features.ledger.posting.requests import Posted, Posting
from app.kit.amount import Asset

MOST = 32  # in one message: all their accounts stay locked until it is committed
LANES = 2  # messages under way: the next one is put together while PostgreSQL works on another
SENT = 3  # times at most: a message blames first for keys, then for what the rules say, then for rows beside
_UNDONE = "TL001"  # SQLSTATE of what `ledger_undo` raises; the detail has the places of those it blames

_log = structlog.get_logger()
_Waiting = tuple[Posting, asyncio.Future[Posted | None]]


class _Line:
    """Postings with rows of one sort beside them that wait for one database."""

    def __init__(self, rows: RowsBeside | None) -> None:
        self._statement = calling(rows, alone=True)
        self._waiting: deque[_Waiting] = deque()
        self._lanes: set[asyncio.Task[None]] = set()  # the loop itself does not keep them

    async def post(self, database: Database, posting: Posting) -> Posted | None:
        future: asyncio.Future[Posted | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((posting, future))
        self._open_lane(database)
        return await future

    def _open_lane(self, database: Database) -> None:
        """If somebody waits. Asked again as each ends: who came in its last moment would wait for nobody."""

        def ended(lane: asyncio.Task[None]) -> None:
            self._lanes.discard(lane)
            self._open_lane(database)

        if self._waiting and len(self._lanes) < LANES:
            # For all of them: it knows nothing of who happened to come first.
            lane = asyncio.create_task(self._serve(database), context=Context())
            self._lanes.add(lane)
            lane.add_done_callback(ended)

    async def _serve(self, database: Database) -> None:
        while taken := self._take():
            for _ in range(SENT):
                if taken:
                    taken = await self._send(database, taken)
            _answer(taken, [None] * len(taken))

    def _take(self) -> list[_Waiting]:
        """The next ones in the order of their keys: two messages with the same never wait for each other."""
        taken: list[_Waiting] = []
        while self._waiting and len(taken) < MOST:
            one = self._waiting.popleft()
            if not one[1].done():  # nobody waits for it any more
                taken.append(one)
        return sorted(taken, key=lambda one: (one[0].request.key.scope, one[0].request.key.value))

    async def _send(self, database: Database, taken: list[_Waiting]) -> list[_Waiting]:
        """Who has no answer yet, and is sent again: without newcomers, of whom each could be to blame."""
        postings = _with_one_fee_account([posting for posting, _ in taken])
        accounts = accounts_of_all(postings)
        try:
            (row,) = await alone(database, self._statement, values_of(postings, accounts))
            _answer(taken, posted_of(row, postings, accounts))
            return []
        except asyncio.CancelledError:
            for _, future in taken:
                future.cancel()
            raise
        except Exception as error:
            blamed = _blamed(error)
            if not blamed:
                kind = type(getattr(error, "orig", error)).__name__
                _log.warning("postings_go_one_by_one", postings=len(taken), error=kind)
                blamed = set(range(len(taken)))
        _answer([taken[at] for at in blamed], [None] * len(blamed))
        return [one for at, one in enumerate(taken) if at not in blamed and not one[1].done()]


def _with_one_fee_account(postings: Sequence[Posting]) -> Sequence[Posting]:
    """All fees on the shard of the first: a message that locks most shards waits for every other one."""
    first: dict[Asset, Account] = {}
    changed = []
    for posting in postings:
        fees = [one for one in posting.accounts if one.kind is AccountKind.PLATFORM_REVENUE]
        if len(fees) == 1:
            shard = first.setdefault(fees[0].asset, fees[0])
            posting = posting.with_account(shard, instead_of=fees[0])
        changed.append(posting)
    return changed


def _answer(taken: Sequence[_Waiting], outcomes: Sequence[Posted | None]) -> None:
    for (_, future), outcome in zip(taken, outcomes, strict=True):
        if not future.done():
            future.set_result(outcome)


def _blamed(error: Exception) -> set[int]:
    """The places, from 0, of those that something speaks against; none where it was another fault."""
    raised: Any = error.orig if isinstance(error, DBAPIError) else None
    if getattr(raised, "sqlstate", None) != _UNDONE:
        return set()
    return {int(place) - 1 for place in raised.detail.split(",")}


_lines: WeakKeyDictionary[Database, dict[RowsBeside | None, _Line]] = WeakKeyDictionary()


async def post_together(database: Database, posting: Posting) -> Posted | None:
    """Post what nothing else is written with; None, and nothing of it there, where it takes longer."""
    rows = None if posting.beside is None else posting.beside.rows
    lines = _lines.setdefault(database, {})
    if rows not in lines:
        lines[rows] = _Line(rows)
    return await lines[rows].post(database, posting)
