"""Books on every path a posting can take: SQLite, PostgreSQL by statements, PostgreSQL by its function."""

from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import text

from app.db.engine import Database
from app.db.tables import metadata
from app.features.ledger.posting.server import PORTABLE
from tests.features.ledger.books import Books
from tests.postgresql import PostgresForTests

PATHS = ("sqlite", "portable", "function")


def open_path(path: str, url: str) -> Database:
    database = Database(url, pool_size=16)
    if path == "portable":
        database.engine = database.engine.execution_options(**{PORTABLE: True})
    return database


async def empty(owner_url: str) -> None:
    """Forget everything, past the triggers that refuse it: a database for each test would take longer."""
    owner = Database(owner_url)
    async with owner.engine.begin() as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        tables = ", ".join(name for name in metadata.tables if name.startswith("ledger_"))
        await connection.execute(text(f"TRUNCATE {tables}, outbox_jobs RESTART IDENTITY"))
    await owner.close()


@pytest.fixture(params=PATHS)
def path(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def shared_postgres_url(postgres: PostgresForTests) -> Iterator[str]:
    with postgres.database() as url:
        yield url


@pytest.fixture
def books_url(path: str, request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("sqlite_url" if path == "sqlite" else "shared_postgres_url"))


@pytest.fixture
async def books(path: str, books_url: str, request: pytest.FixtureRequest) -> AsyncIterator[Books]:
    """Empty books, checked at the end of the test."""
    if path != "sqlite":
        await empty(request.getfixturevalue("postgres").as_owner(books_url))
    database = open_path(path, books_url)
    opened = Books(database)
    await opened.prepare()
    yield opened
    await opened.check()
    await database.close()
