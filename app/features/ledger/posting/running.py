"""Running work that posts."""

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any
from weakref import WeakKeyDictionary

from app.db.engine import Database
from app.db.writing import Result, Work, run_write
from app.features.ledger.errors import PostingRefused
from app.features.ledger.posting.refusing import remember

RETRIES = 5
_turns: WeakKeyDictionary[Database, asyncio.Lock] = WeakKeyDictionary()


async def run_posting(
    database: Database, work: Work[Result], *, on_denied: Work[None] | None = None
) -> Result:
    """`run_write` for work that posts: what is refused is undone as a whole, then remembered under its key.

    `on_denied` is as in `run_write`. Where the same request was posted by somebody else between the
    refusal and its being remembered, the work runs once more and gives that outcome.
    """
    async with _turn(database):
        try:
            return await run_write(database, work, retries=RETRIES, on_denied=on_denied)
        except PostingRefused as error:
            refusal = error  # the name of an except clause ends with it, a closure would not find it
            if refusal.request is None or await run_write(database, lambda s: remember(s, refusal)):
                raise
        return await run_write(database, work, retries=RETRIES)


def _turn(database: Database) -> AbstractAsyncContextManager[Any]:
    """SQLite has one writer: our own stand in line, first come first served, instead of polling the file."""
    if not database.is_sqlite:
        return nullcontext()
    turn = _turns.get(database)
    if turn is None:
        turn = _turns[database] = asyncio.Lock()
    return turn
