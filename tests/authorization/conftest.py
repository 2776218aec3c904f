"""The whole application with companies A and B in it, once per database."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from fastapi import FastAPI

from app.db import writing
from app.db.engine import Database, WriteSession
from tests.application import client_of, shared_application
from tests.authorization.world import World, build
from tests.databases import migrated


@pytest.fixture(scope="package", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.deep)])
def shared_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The full matrix on both databases is for `make test-deep`; the second wall has tests in any run."""
    with migrated(request, tmp_path_factory.mktemp("shared")) as url:
        yield url


@pytest.fixture(scope="package")
async def app(shared_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FastAPI]:
    async with shared_application(shared_url, tmp_path_factory.mktemp("var")) as app:
        yield app


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

    async def once(
        database: Database, work: writing.Work[writing.Result], *, shared: bool = False
    ) -> writing.Result:
        async with (
            database.engine.connect() as connection,
            WriteSession(connection, expire_on_commit=False) as session,
        ):
            try:
                return await work(session)
            finally:
                await session.rollback()
                await connection.rollback()  # `direct` may have begun without the session

    monkeypatch.setattr(writing, "_once", once)
