"""The whole application with companies A and B in it, once per database."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app.db import writing
from app.db.engine import Database, WriteSession
from app.features.knowledge.loading import load_pack
from search import build_engine
from tests.application import application, client_of
from tests.authorization.world import World, build
from tests.postgresql import PostgresForTests


@pytest.fixture(scope="package", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.deep)])
def shared_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The full matrix on both databases is for `make test-deep`; the second wall has tests in any run."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        copy = tmp_path_factory.mktemp("shared") / "top.db"
        copy.write_bytes(template.read_bytes())
        yield f"sqlite+aiosqlite:///{copy}"
        return
    server: PostgresForTests = request.getfixturevalue("postgres")
    with server.database() as url:
        yield url


@pytest.fixture(scope="package")
async def app(shared_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FastAPI]:
    var = tmp_path_factory.mktemp("var")
    engine = build_engine(var / "search")
    async with application(shared_url, var, load_pack(), engine) as app:
        yield app
    await engine.close()


@pytest.fixture(scope="package")
async def world(app: FastAPI) -> World:
    return await build(app)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Sees what a reader would see of a failure."""
    async with client_of(app, raise_errors=False) as client:
        yield client


@pytest.fixture
def no_write_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every write is done and taken back: thousands of requests, among them such that delete what the next
    one asks for, meet the same world."""

    async def once(database: Database, work: writing.Work[writing.Result]) -> writing.Result:
        async with database.engine.connect() as connection:
            connection = await connection.execution_options(top_immediate=True)
            async with WriteSession(connection, expire_on_commit=False) as session:
                try:
                    return await work(session)
                finally:
                    await session.rollback()

    monkeypatch.setattr(writing, "_once", once)
