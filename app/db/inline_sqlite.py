"""SQLite on the event loop.

aiosqlite hands every call to a thread and back: a dozen hops for one small page, several times the
cost of the queries themselves. Our reads take well under a millisecond each, in WAL mode they never
wait for a writer, and the reading connections refuse to write; so they run where they are made. Of a
writing transaction only its two ends can wait: for another writer, and for the disk.
"""

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

import aiosqlite

Result = TypeVar("Result")
_FETCHED_AT_ONCE = 64
BEGIN_IMMEDIATE = "BEGIN IMMEDIATE"


class InlineConnection(aiosqlite.Connection):
    """An aiosqlite connection without the hops; its thread only opens and closes the file."""

    async def _execute(self, fn: Callable[..., Result], *args: Any, **kwargs: Any) -> Result:
        if not self._running or self._connection is None:
            raise ValueError("Connection closed")
        return fn(*args, **kwargs)


class WritingConnection(aiosqlite.Connection):
    """A connection whose thread begins and commits, and leaves the rest to the loop."""

    async def _execute(self, fn: Callable[..., Result], *args: Any, **kwargs: Any) -> Result:
        if not self._running or self._connection is None:
            raise ValueError("Connection closed")
        if fn == self._connection.commit or (args and args[0] == BEGIN_IMMEDIATE):
            waited: Result = await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]
            return waited
        return fn(*args, **kwargs)

    def rows(self, sql: str, arguments: Sequence[Any]) -> list[Any]:
        """Of one statement, without a cursor of aiosqlite."""
        if self._connection is None:
            raise ValueError("Connection closed")
        return self._connection.execute(sql, arguments).fetchall()


def connect_writing(database: str, **options: Any) -> WritingConnection:
    """As `connect_inline`."""
    options["check_same_thread"] = False
    connection = WritingConnection(partial(sqlite3.connect, database, **options), _FETCHED_AT_ONCE)
    connection._thread.daemon = True
    return connection


def connect_inline(database: str, **options: Any) -> InlineConnection:
    """What the engine calls to open a connection; `options` are those of sqlite3.connect."""
    options["check_same_thread"] = False  # opened by the thread, used by the loop, never by both at once
    connection = InlineConnection(partial(sqlite3.connect, database, **options), _FETCHED_AT_ONCE)
    connection._thread.daemon = True  # as SQLAlchemy does for its own connections
    return connection
