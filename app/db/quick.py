"""Single reads without a session or a transaction, for what is asked with every keystroke.

A session of its own costs several times what its one small statement does. Each statement sees the
newest committed state; a page whose statements must agree with each other takes `Database.reading()`.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from sqlalchemy import Connection, Executable, Result, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection


class Reader(Protocol):
    """What a read session and a quick reader have in common."""

    async def execute(self, statement: Any, params: Any = None, /) -> Result[Any]: ...

    async def scalar(self, statement: Any, params: Any = None, /) -> Any: ...


class InlineReader:
    """Reads SQLite where it is called: no thread, no greenlet, no transaction, no writing."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def execute(self, statement: Executable, params: Mapping[str, Any] | None = None, /) -> Result[Any]:
        return self._connection.execute(statement, params)

    async def scalar(self, statement: Executable, params: Mapping[str, Any] | None = None, /) -> Any:
        return self._connection.execute(statement, params).scalar()


class ConnectionReader:
    """Reads PostgreSQL on a connection that commits after each statement."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def execute(self, statement: Executable, params: Mapping[str, Any] | None = None, /) -> Result[Any]:
        return await self._connection.execute(statement, params)

    async def scalar(self, statement: Executable, params: Mapping[str, Any] | None = None, /) -> Any:
        return await self._connection.scalar(statement, params)


def open_inline(url: str) -> Connection:
    """A connection to the SQLite file of `url` that refuses to write."""
    engine = create_engine(
        make_url(url).set(drivername="sqlite+pysqlite"),
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        connect_args={"check_same_thread": False},
    )
    connection = engine.connect()
    connection.exec_driver_sql("PRAGMA query_only=ON")
    connection.exec_driver_sql("PRAGMA busy_timeout=200")
    return connection
