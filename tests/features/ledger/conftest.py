"""Books on every path a posting can take: SQLite, PostgreSQL by statements, PostgreSQL by its function."""

from collections.abc import AsyncIterator, Iterator

import pytest

from app.db.engine import Database
from app.features.ledger.posting.server import PORTABLE
from tests.features.ledger.books import Books
from tests.postgresql import PostgresForTests

PATHS = ("sqlite", "portable", "function")


def open_path(path: str, url: str) -> Database:
    database = Database(url, pool_size=16)
    if path == "portable":
        database.engine = database.engine.execution_options(**{PORTABLE: True})
    return database


@pytest.fixture(params=PATHS)
def path(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def books_url(path: str, request: pytest.FixtureRequest) -> Iterator[str]:
    if path == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    postgres: PostgresForTests = request.getfixturevalue("postgres")
    with postgres.database() as url:
        yield url


@pytest.fixture
async def books(path: str, books_url: str) -> AsyncIterator[Books]:
    """Empty books, checked at the end of the test."""
    database = open_path(path, books_url)
    opened = Books(database)
    await opened.prepare()
    yield opened
    await opened.check()
    await database.close()
