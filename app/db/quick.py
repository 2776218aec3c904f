"""Single reads without a session or a transaction, for what is asked with every keystroke.

A session of its own costs several times what its one small statement does. Each statement sees the
newest committed state; a page whose statements must agree with each other takes `Database.reading()`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import CompoundSelect, Connection, Executable, Result, Select, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

_CACHE_KB = 16_384  # its one connection reads the same few tables with every keystroke


Query = Select[Any] | CompoundSelect[Any]


class Reader(Protocol):
    """What a read session and a quick reader have in common."""

    async def execute(self, statement: Any, params: Any = None, /) -> Result[Any]: ...

    async def scalar(self, statement: Any, params: Any = None, /) -> Any: ...


class InlineReader:
    """Reads SQLite where it is called: no thread, no greenlet, no transaction, no writing."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._driver: Any = connection.connection.driver_connection
        self._compiled: dict[Query, tuple[str, Sequence[str]]] = {}

    def rows(self, statement: Query, params: Mapping[str, Any]) -> Sequence[Any]:
        """See the function `rows`."""
        known = self._compiled.get(statement)
        if known is None:
            compiled: Any = statement.compile(self._connection)
            known = self._compiled[statement] = str(compiled), compiled.positiontup or ()
        sql, names = known
        found: Sequence[Any] = self._driver.execute(sql, [params[name] for name in names]).fetchall()
        return found

    async def __aenter__(self) -> "InlineReader":
        return self

    async def __aexit__(self, *_: object) -> None:
        """It stays open for the next."""

    async def execute(self, statement: Executable, params: Mapping[str, Any] | None = None, /) -> Result[Any]:
        return self._connection.execute(statement, params)

    async def scalar(self, statement: Executable, params: Mapping[str, Any] | None = None, /) -> Any:
        return self._connection.execute(statement, params).scalar()

    def close(self) -> None:
        self._connection.close()
        self._connection.engine.dispose()


class ConnectionReader:
    """Reads PostgreSQL on a connection that commits after each statement."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def execute(self, statement: Executable, params: Mapping[str, Any] | None = None, /) -> Result[Any]:
        return await self._connection.execute(statement, params)

    async def scalar(self, statement: Executable, params: Mapping[str, Any] | None = None, /) -> Any:
        return await self._connection.scalar(statement, params)


async def rows(reader: Reader, statement: Query, params: Mapping[str, Any]) -> Sequence[Any]:
    """The rows of a statement that lives as long as the process, by the shortest way there is.

    All its values are bound by name and none expands; on SQLite its columns come as the driver gives
    them, so they are plain texts and numbers (JSON: cast it to text).
    """
    if isinstance(reader, InlineReader):
        return reader.rows(statement, params)
    return (await reader.execute(statement, params)).all()


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
    connection.exec_driver_sql(f"PRAGMA cache_size=-{_CACHE_KB}")
    return connection
