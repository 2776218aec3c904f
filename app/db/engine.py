"""Engine and session types. A read session has another type than a write session, so signatures tell."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from app.db.inline_sqlite import BEGIN_IMMEDIATE, connect_inline, connect_writing
from app.db.quick import ConnectionReader, InlineReader, Reader, open_inline
from app.db.tenancy import TellingConnection

# Without recursive triggers, INSERT OR REPLACE would delete a row past the trigger that refuses it.
_WRITING = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=5000",
    "recursive_triggers=ON",
)
_READING = ("query_only=ON", "busy_timeout=200")


class ReadSession(AsyncSession):
    """For GET routes and reports: never flushed, never committed."""


class AuditedSession(ReadSession):
    """For reads that leave a row in the audit trail, in the transaction that reads: what must not be read
    otherwise takes this type. Handed out by `read_audited` of the room `members` alone."""


class WriteSession(AsyncSession):
    """Handed out by `run_write` alone, inside its transaction."""


class Database:
    """One database, SQLite or PostgreSQL, with its pools. `engine` writes; reads may have their own."""

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self._url = url
        self._inline: InlineReader | None = None
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        if self.is_sqlite:
            self.engine = _sqlite_engine(
                url,
                begin=BEGIN_IMMEDIATE,
                pragmas=_WRITING,
                connect_args={"async_creator_fn": connect_writing},
            )
            self._reading = _sqlite_engine(
                url,
                begin="BEGIN",
                pragmas=_READING,
                connect_args={"async_creator_fn": connect_inline},
                pool_size=pool_size,
            )
        else:
            self.engine = create_async_engine(
                url,
                hide_parameters=True,  # they may hold names; errors must not repeat them
                pool_size=pool_size,
                max_overflow=0,
                pool_use_lifo=True,  # the connection used last has its plans and caches at hand
                pool_timeout=5,
                connect_args={"connection_class": TellingConnection},
            )
            event.listen(self.engine.sync_engine, "checkout", _refuse_closed)
            self._reading = self.engine

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ReadSession]:
        """A session whose transaction is rolled back at the end, so that nothing read-only can write."""
        async with ReadSession(self._reading, autoflush=False, expire_on_commit=False) as session:
            try:
                yield session
            finally:
                await session.rollback()

    def glancing(self) -> AbstractAsyncContextManager[Reader]:
        """A reader for single statements that need not agree with each other."""
        if self.is_sqlite:
            self._inline = self._inline or InlineReader(open_inline(self._url))
            return self._inline
        return self._connected()

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Reader]:
        async with self.engine.connect() as connection:
            yield ConnectionReader(await connection.execution_options(isolation_level="AUTOCOMMIT"))

    async def close(self) -> None:
        if self._inline is not None:
            self._inline.close()
        await self.engine.dispose()
        if self._reading is not self.engine:
            await self._reading.dispose()


def _refuse_closed(connection: Any, record: Any, proxy: Any) -> None:
    """Have the pool make new connections once the server has closed the old ones.

    The driver knows without asking: a ping of SQLAlchemy is three round trips, before every transaction.
    """
    if connection.driver_connection.is_closed():
        raise InvalidatePoolError


def _sqlite_engine(url: str, *, begin: str, pragmas: tuple[str, ...], **options: Any) -> AsyncEngine:
    engine = create_async_engine(url, hide_parameters=True, **options)

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, record: Any) -> None:
        # Transactions are opened by us (to write: BEGIN IMMEDIATE), never by the driver.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin_transaction(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine
