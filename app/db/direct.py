"""Statements of a write that run thousands of times, by the shortest way to the driver.

SQLAlchemy needs several times as long to send a small statement as the driver does. What money waits for
goes here: texts that live as long as the process, in the transaction of the session or as one of their own.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import ClauseElement, Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.util import await_only, greenlet_spawn

from app.db.engine import Database, WriteSession

_Binding = tuple[str, Callable[[Any], Any] | None]
_ERRORS = (
    asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, sqlite3.Error,
)  # fmt: skip
_SERVER_ENDS = ("57P01", "57P02", "57P03")  # shut down, crashed, not ready
_compiled: dict[tuple[ClauseElement, str], tuple[str, Sequence[_Binding]]] = {}


async def direct(session: WriteSession, statement: ClauseElement, values: Mapping[str, Any]) -> Sequence[Any]:
    """The rows of a statement whose values are bound by name, as the driver gives them.

    What the session has not flushed yet is not seen. Raises DBAPIError as `session.execute` does.
    """
    connection = session.get_bind()
    assert isinstance(connection, Connection), "handed out by run_write"
    return await _send(connection, statement, values, begin=True)


async def alone(database: Database, statement: ClauseElement, values: Mapping[str, Any]) -> Sequence[Any]:
    """The same of a statement that is a whole transaction: PostgreSQL commits with it, in one message.

    Nobody is said to act in it, unless it says so itself.
    """
    assert not database.is_sqlite, "has nothing to gain by it"

    def send() -> Sequence[Any]:
        with database.engine.sync_engine.connect() as connection:
            rows: Sequence[Any] = await_only(_send(connection, statement, values, begin=False))
            return rows

    return await greenlet_spawn(send)


async def _send(
    connection: Connection, statement: ClauseElement, values: Mapping[str, Any], *, begin: bool
) -> Sequence[Any]:
    sql, bindings = _compile(statement, connection)
    arguments = [values[name] if to is None else to(values[name]) for name, to in bindings]
    adapter: Any = connection.connection.dbapi_connection
    dialect: Any = connection.dialect
    try:
        if dialect.name == "sqlite":
            return adapter.driver_connection.rows(sql, arguments)  # type: ignore[no-any-return]
        # SQLAlchemy begins with its own first statement; ours is earlier.
        if adapter._transaction is None and begin:
            await adapter._start_transaction()
        return await adapter.driver_connection.fetch(sql, *arguments)  # type: ignore[no-any-return]
    except (dialect.loaded_dbapi.Error, *_ERRORS) as error:
        is_lost = dialect.name == "postgresql" and _is_lost(error, adapter.driver_connection)
        if is_lost:
            connection.invalidate(error)
        kind = OperationalError if is_lost else _kind(error)
        raise kind(sql, None, error, hide_parameters=True, connection_invalidated=is_lost) from error


def _is_lost(error: Exception, connection: asyncpg.Connection) -> bool:
    """Whether the connection must not be used again: the driver closes it only some moments later, and a
    statement that began no transaction has none whose end would tell."""
    state = getattr(error, "sqlstate", None) or ""
    ended = state.startswith("08") or state in _SERVER_ENDS
    return ended or isinstance(error, OSError | asyncpg.InternalClientError) or connection.is_closed()


def _compile(statement: ClauseElement, connection: Connection) -> tuple[str, Sequence[_Binding]]:
    key = statement, connection.dialect.name
    known = _compiled.get(key)
    if known is None:
        compiled: Any = statement.compile(dialect=connection.dialect)
        names = compiled.positiontup or ()
        known = str(compiled), [(name, compiled._bind_processors.get(name)) for name in names]
        _compiled[key] = known
    return known


def _kind(error: Exception) -> type[DBAPIError]:
    """As SQLAlchemy tells them apart: a broken rule, a database that is away or busy, anything else."""
    if isinstance(error, asyncpg.IntegrityConstraintViolationError | sqlite3.IntegrityError):
        return IntegrityError
    if isinstance(error, asyncpg.PostgresError) and not isinstance(error, asyncpg.PostgresConnectionError):
        return DBAPIError
    return OperationalError
