"""Several works in one transaction of SQLite, which waits for the disk once for all of them.

SQLite has one writer. Whoever would write stands in line, first come first served, instead of polling the
file. The first finds the file free and begins; those who stood in line by the time it is done come next in
the same transaction, each behind a savepoint of its own; then the first commits. Nobody hears what became
of its work, good or bad, before that: what it rests on could still be lost.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy.ext.asyncio import AsyncConnection

from app.db.engine import Database, WriteSession

Result = TypeVar("Result")
Work = Callable[[WriteSession], Awaitable[Result]]


class _Group:
    """One transaction and what has been done in it."""

    def __init__(self, stack: AsyncExitStack, connection: AsyncConnection) -> None:
        self._stack, self._connection = stack, connection
        self._driver: Any = connection.sync_connection.connection.driver_connection  # type: ignore[union-attr]
        self._lost: Exception | None = None
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @classmethod
    async def begin(cls, database: Database) -> "_Group":
        async with AsyncExitStack() as stack:
            group = cls(stack, await stack.enter_async_context(database.engine.connect()))
            # What a savepoint must be able to take back goes to a file otherwise, one for each savepoint.
            group._driver.rows("PRAGMA temp_store=MEMORY", ())
            await group._connection.begin()
            group._stack = stack.pop_all()
            return group

    async def do(self, work: Work[Result]) -> Result:
        """The work, undone as a whole where it raises, and nothing but it."""
        if self._lost is not None:
            raise self._lost
        session = WriteSession(
            self._connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        self._driver.rows("SAVEPOINT work", ())
        try:
            result = await work(session)
            if session.in_transaction():
                await session.commit()
        except BaseException as error:
            if not self._driver.in_transaction:  # a full disk, say: SQLite gave all of it up
                self._lost = error if isinstance(error, Exception) else RuntimeError("given up by SQLite")
                raise
            if session.in_transaction():
                await session.close()
            self._driver.rows("ROLLBACK TO work", ())
            self._driver.rows("RELEASE work", ())
            raise
        self._driver.rows("RELEASE work", ())
        return result

    async def end(self) -> None:
        """Keep what was done, or tell everybody that it is lost."""
        try:
            async with self._stack:
                if self._lost is not None:
                    raise self._lost
                await self._connection.commit()
                self._driver.rows("PRAGMA temp_store=DEFAULT", ())  # others may sort more than fits
        except Exception as error:
            self.ended.set_exception(error)
            self.ended.exception()  # there may be nobody left to hear it
        else:
            self.ended.set_result(None)


class _Line:
    """Those who would write to one database."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._group: _Group | None = None
        self._endings: set[asyncio.Task[None]] = set()

    async def do(self, database: Database, work: Work[Result]) -> Result:
        failure: Exception | None = None
        async with self._turn:
            group, is_first = self._group, self._group is None
            if group is None:
                group = self._group = await _Group.begin(database)
            try:
                result = await group.do(work)
            except Exception as error:
                failure = error
            finally:
                if is_first:  # comes behind all who stand in line by now, even if nobody waits for it
                    ending = asyncio.create_task(self._end(group))
                    self._endings.add(ending)
                    ending.add_done_callback(self._endings.discard)
        await asyncio.shield(group.ended)
        if failure is not None:
            raise failure
        return result

    async def _end(self, group: _Group) -> None:
        async with self._turn:
            self._group = None
            await group.end()


_lines: WeakKeyDictionary[Database, _Line] = WeakKeyDictionary()


async def do_in_line(database: Database, work: Work[Result]) -> Result:
    """Run `work` in a transaction of SQLite that others may share; raise to undo, return to keep."""
    line = _lines.get(database)
    if line is None:
        line = _lines[database] = _Line()
    return await line.do(database, work)
