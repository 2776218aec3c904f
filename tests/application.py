"""The whole application in the test's process, on a small registry."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from fastapi import FastAPI
from sqlalchemy import insert

from app.db.engine import Database, WriteSession
from app.db.tenancy import NOBODY, acting_as
from app.db.writing import run_write
from app.features.knowledge.actions import load_into
from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.loading import load_pack
from app.features.registry.importing import import_organisations
from app.features.registry.life.models import Report
from app.features.registry.rebuilding import rebuild_index
from app.kit import clock
from app.main import create_app
from app.settings import Settings
from search import build_engine
from search.contract import SearchEngine
from tests.purchases import add_purchase

REPORT = "ReportOfTheTests"
ORGANISATIONS = Path(__file__).parent / "browser" / "organisations.csv"


async def fill(database: Database, catalogue: Catalogue, engine: SearchEngine) -> None:
    """Load the pack and the small registry with one purchase, and index it."""

    async def load(session: WriteSession) -> None:
        await load_into(session, catalogue)

    await run_write(database, load)
    await import_organisations(database, ORGANISATIONS, catalogue)
    await run_write(database, report_something)
    await add_purchase(database)
    await rebuild_index(database, engine)


async def report_something(session: WriteSession) -> None:
    """One correction that waits, at an address that tests know."""
    waiting = {"kind": "correction", "about": "organisation", "subject": "x", "proposed": {}, "state": "open"}
    await session.execute(
        insert(Report).values(public_id=REPORT, text="词句", digest=REPORT, created_at=clock.now(), **waiting)
    )


def settings_for(database_url: str, var: Path) -> Settings:
    return Settings(
        var=var, database_url=database_url, worker="separate", reads_per_second=10_000, reads_burst=10_000
    )


class OwnTask(httpx.ASGITransport):
    """Each request in a task of its own, as a server has it: for whom one acts ends with it."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        with acting_as(NOBODY):
            return await asyncio.create_task(super().handle_async_request(request))


@asynccontextmanager
async def client_of(app: FastAPI, *, raise_errors: bool = True) -> AsyncIterator[httpx.AsyncClient]:
    """A client without a network; `raise_errors=False` shows what a reader gets instead of a failure."""
    transport = OwnTask(app=app, raise_app_exceptions=raise_errors)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


@asynccontextmanager
async def application(
    database_url: str, var: Path, catalogue: Catalogue, engine: SearchEngine
) -> AsyncIterator[FastAPI]:
    """The application on a filled database."""
    app = create_app(settings_for(database_url, var), engine=engine)
    await fill(app.state.database, catalogue, engine)
    try:
        yield app
    finally:
        await app.state.database.close()


@asynccontextmanager
async def shared_application(database_url: str, var: Path) -> AsyncIterator[FastAPI]:
    """The same with the real pack and search engine, for fixtures that several tests share."""
    engine = build_engine(var / "search")
    async with application(database_url, var, load_pack(), engine) as app:
        yield app
    await engine.close()
