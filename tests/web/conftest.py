"""The whole application on each database, shared by the tests of a run: these tests only read."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app.features.knowledge.loading import load_pack
from search import build_engine
from tests.application import application, client_of
from tests.postgresql import PostgresForTests


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def shared_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        copy = tmp_path_factory.mktemp("shared") / "top.db"
        copy.write_bytes(template.read_bytes())
        yield f"sqlite+aiosqlite:///{copy}"
        return
    server: PostgresForTests = request.getfixturevalue("postgres")
    with server.database() as url:
        yield url


@pytest.fixture(scope="session")
async def app(shared_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FastAPI]:
    var = tmp_path_factory.mktemp("var")
    engine = build_engine(var / "search")
    async with application(shared_url, var, load_pack(), engine) as app:
        yield app
    await engine.close()


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as client:
        yield client
