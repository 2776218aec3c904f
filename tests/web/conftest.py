"""The whole application on each database, shared by the tests of a run: these tests only read."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from fastapi import FastAPI

from tests.application import client_of, shared_application
from tests.databases import migrated


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def shared_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with migrated(request, tmp_path_factory.mktemp("shared")) as url:
        yield url


@pytest.fixture(scope="session")
async def app(shared_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FastAPI]:
    async with shared_application(shared_url, tmp_path_factory.mktemp("var")) as app:
        yield app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as client:
        yield client
