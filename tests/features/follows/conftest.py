"""The whole application on each database, with the small registry, shared: each test has its own people.

Ana and Cleo are at A, Bo is at B.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app.features.knowledge.loading import load_pack
from search import build_engine
from tests.application import application, client_of
from tests.people import Known, add_company, add_person
from tests.postgresql import PostgresForTests


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
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


@pytest.fixture(scope="package")
async def app(shared_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FastAPI]:
    var = tmp_path_factory.mktemp("var")
    engine = build_engine(var / "search")
    async with application(shared_url, var, load_pack(), engine) as app:
        yield app
    await engine.close()


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
