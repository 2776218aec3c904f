"""Shared fixtures: both databases with the migrated schema."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy.engine import make_url

from app.db.engine import Database
from app.db.migrating import upgrade
from app.db.tenancy import SYSTEM, act_for
from tests.databases import copy_of, migrated
from tests.postgresql import PostgresForTests, memory, postgres_for_tests


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Tests reach this machine alone, and the database server that was named for them."""
    given = os.environ.get("TOP_TEST_DATABASE_URL")
    host = make_url(given).host if given else None
    config.option.allow_hosts = ["127.0.0.1", "::1", *([host] if host else [])]
    config.option.allow_unix_socket = True
    if memory() is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", memory())
    act_for(SYSTEM)  # what a test itself reads and writes; requests act for whoever sends them


# A busy machine is no failure: time is measured in benchmarks, never asserted.
settings.register_profile("top", deadline=None)
settings.load_profile("top")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresForTests]:
    with postgres_for_tests() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file that each test copies."""
    path = tmp_path_factory.mktemp("schema") / "template.db"

    async def build() -> None:
        database = Database(f"sqlite+aiosqlite:///{path}")
        await upgrade(database)
        await database.close()

    asyncio.run(build())
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh, migrated SQLite database, for rules that cannot depend on the engine."""
    return copy_of(sqlite_template, tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated database, once per engine."""
    with migrated(request, tmp_path) as url:
        yield url


@pytest.fixture
def owner_url(request: pytest.FixtureRequest, database_url: str) -> str:
    """The same database for whoever may change its schema."""
    if database_url.startswith("sqlite"):
        return database_url
    server: PostgresForTests = request.getfixturevalue("postgres")
    return server.as_owner(database_url)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    act_for(SYSTEM)  # whoever the tests before acted for
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
async def owned_database(owner_url: str) -> AsyncIterator[Database]:
    database = Database(owner_url)
    yield database
    await database.close()
