"""The whole application on each database, with the small registry, shared: each test has its own people.

Ana and Cleo are at A, Bo is at B.
"""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from fastapi import FastAPI

from tests.application import client_of, shared_application
from tests.databases import migrated
from tests.people import Known, add_company, add_person


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def shared_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with migrated(request, tmp_path_factory.mktemp("shared")) as url:
        yield url


@pytest.fixture(scope="package")
async def app(shared_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FastAPI]:
    async with shared_application(shared_url, tmp_path_factory.mktemp("var")) as app:
        yield app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app, raise_errors=False) as client:
        yield client


@pytest.fixture
async def company_a(app: FastAPI) -> int:
    return await add_company(app.state.database, "甲公司", verified=False)


@pytest.fixture
async def ana(app: FastAPI, company_a: int) -> Known:
    return await add_person(app.state.database, "安娜", company_id=company_a)


@pytest.fixture
async def cleo(app: FastAPI, company_a: int) -> Known:
    """Ana's colleague."""
    return await add_person(app.state.database, "柯丽", company_id=company_a, role="admin")


@pytest.fixture
async def bo(app: FastAPI) -> Known:
    """A rival."""
    return await add_person(
        app.state.database, "博", company_id=await add_company(app.state.database, "乙公司"), role="admin"
    )


@pytest.fixture
async def hospital(client: httpx.AsyncClient) -> str:
    """The public id of 北京大学第三医院."""
    found = (await client.get("/api/v1/organisations", params={"q": "北京大学第三医院"})).json()
    identifier: str = found["items"][0]["id"]
    return identifier
