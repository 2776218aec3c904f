"""The whole application on each database, fresh for every test: these tests write."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app.db.tenancy import SYSTEM, act_for
from app.main import create_app
from search import build_engine
from tests.application import client_of, settings_for


@pytest.fixture
async def app(database_url: str, tmp_path: Path) -> AsyncIterator[FastAPI]:
    """Without a registry."""
    act_for(SYSTEM)  # whoever the tests before acted for
    engine = build_engine(tmp_path / "search")
    app = create_app(settings_for(database_url, tmp_path), engine=engine)
    yield app
    app.state.hasher.close()
    await app.state.database.close()
    await engine.close()


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as client:
        yield client
