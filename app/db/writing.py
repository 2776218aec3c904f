"""`run_write`: the only way to change the database."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.util import await_only, greenlet_spawn

from app.db.engine import Database, WriteSession
from app.db.grouping import do_in_line
from app.kit.errors import NotAllowed, NotFound, SecondPersonNeeded

Result = TypeVar("Result")
Work = Callable[[WriteSession], Awaitable[Result]]

# PostgreSQL: serialisation failure, deadlock, lock timeout.
_RETRIED_SQLSTATES = {"40001", "40P01", "55P03"}
_DISK_FULL = "53100"  # PostgreSQL; SQLite says it in words
_DENIALS = (NotAllowed, NotFound, SecondPersonNeeded)
_BACKOFF_SECONDS = 0.02


async def run_write(
    database: Database,
    work: Work[Result],
    *,
    retries: int = 3,
    on_denied: Work[None] | None = None,
    shared: bool = False,
) -> Result:
    """Run `work` in one transaction and commit it; raise to undo, return to keep.

    `shared`: on SQLite others may do theirs in the same transaction (see `app.db.grouping`), each undone
    alone where it raises.

    The whole work is repeated on deadlock, serialisation failure, a busy database or a lost
    connection, so it must change nothing but the session. `on_denied` runs in a transaction of its
    own after a denial (see `_DENIALS`) has rolled the work back: the place to record it.
    """
    for attempt in range(retries + 1):
        try:
            return await _once(database, work, shared=shared)
        except DBAPIError as error:
            if attempt == retries or not is_transient(error):
                raise
            await asyncio.sleep(_BACKOFF_SECONDS * 2**attempt * random.uniform(0.5, 1.5))
        except _DENIALS:
            if on_denied is not None:
                await _once(database, on_denied, shared=shared)
            raise
    raise AssertionError("unreachable: the loop returns or raises")


async def _once(database: Database, work: Work[Result], *, shared: bool = False) -> Result:
    if shared and database.is_sqlite:
        return await do_in_line(database, work)
    return await greenlet_spawn(_in_transaction, database, work)  # one for all; SQLAlchemy's own is four


def _in_transaction(database: Database, work: Work[Result]) -> Result:
    with database.engine.sync_engine.begin() as connection:
        session = WriteSession(AsyncConnection(database.engine, connection), expire_on_commit=False)
        result: Result = await_only(_done(session, work))
        return result


async def _done(session: WriteSession, work: Work[Result]) -> Result:
    try:
        result = await work(session)
        if session.in_transaction():  # it was used, and not passed by with `direct` alone
            await session.commit()  # flushes; the connection's transaction is committed after it
        return result
    finally:
        if session.in_transaction():
            await session.close()


def is_disk_full(error: BaseException) -> bool:
    """Whether there is no room for what was to be written; it was undone as a whole."""
    origin = getattr(error, "orig", None)
    return getattr(origin, "sqlstate", None) == _DISK_FULL or "disk is full" in str(origin)


def is_transient(error: DBAPIError) -> bool:
    """Whether running the same work again may succeed."""
    if error.connection_invalidated:
        return True
    sqlstate = getattr(error.orig, "sqlstate", None)
    if sqlstate is not None:
        return sqlstate in _RETRIED_SQLSTATES
    return "database is locked" in str(error.orig) or "database is busy" in str(error.orig)
