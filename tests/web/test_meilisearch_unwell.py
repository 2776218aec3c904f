"""A Meilisearch server that is unwell: readers are answered, told so, within a second; what changed meanwhile
is found once it is well, and once only."""

import copy
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy import select, update
from starlette.responses import JSONResponse, PlainTextResponse

from app.db.engine import WriteSession
from app.db.writing import run_write
from app.features.knowledge.loading import load_pack
from app.features.registry.breaker import FAILURES
from app.features.registry.events import OrganisationsChanged
from app.features.registry.handlers import handlers
from app.features.registry.lookup import Lookup
from app.features.registry.models import Organisation
from app.features.registry.rebuilding import rebuild_index
from app.kit import clock
from app.outbox.claimer import Claimer, backlog_of
from app.outbox.recorder import record
from search import SearchServer, build_engine
from tests.application import application, client_of
from tests.search.meilisearch_double import SEARCH_KEY, WRITE_KEY, Double, running_double

LIVE = "top_organisation"
API = "/api/v1/organisations?q="
Ail = Callable[[Double], None]


@pytest.fixture(scope="module")
def running() -> Iterator[Double]:
    with running_double() as running:
        yield running


@pytest.fixture(scope="module")
async def app_on_server(
    running: Double, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[FastAPI]:
    var = tmp_path_factory.mktemp("meilisearch")
    shutil.copy(sqlite_template, var / "top.db")
    engine = build_engine(SearchServer(running.url, WRITE_KEY, SEARCH_KEY, search_seconds=30))
    async with application(f"sqlite+aiosqlite:///{var / 'top.db'}", var, load_pack(), engine) as app:
        assert await work(app) == 0
        yield app
    await engine.close()


@pytest.fixture
def double(running: Double) -> Iterator[Double]:
    """Well again after every test."""
    indexes = copy.deepcopy({uid: index.documents for uid, index in running.store.indexes.items()})
    keys = dict(running.keys)
    yield running
    running.seconds, running.busy, running.answer_with, running.store.full = 0.0, False, None, False
    running.keys.update(keys)
    if not running.is_running:
        running.start()
    for uid, documents in indexes.items():
        running.store.indexes[uid].documents = documents
        running.store.indexes[uid].changed()


@pytest.fixture
def own(app_on_server: FastAPI, double: Double) -> FastAPI:
    """Patient: a busy machine is not what ails it."""
    app_on_server.state.lookup = Lookup(app_on_server.state.search, budget_seconds=30)
    return app_on_server


async def ask(app: FastAPI, text: str) -> tuple[list[str], bool]:
    async with client_of(app, raise_errors=False) as client:
        answer = await client.get(API + text)
    assert answer.status_code == 200
    body = answer.json()
    return [item["name"] for item in body["items"]], body["degraded"]


def slow(double: Double) -> None:
    double.seconds = 30.0


def busy(double: Double) -> None:
    double.busy = True


def out_of_room(double: Double) -> None:
    double.answer_with = lambda: JSONResponse({"code": "no_space_left_on_device"}, 422)


def gone(double: Double) -> None:
    double.stop()


def wrong_key(double: Double) -> None:
    double.keys.clear()


def other_schema(double: Double) -> None:
    double.store.indexes[LIVE].documents["card"]["terms"] = "another"
    double.store.indexes[LIVE].changed()


def somebody_elses(double: Double) -> None:
    double.store.indexes[LIVE].documents = {"1": {"id": "1", "name": "北京大学"}}
    double.store.indexes[LIVE].changed()


def a_proxys_page(double: Double) -> None:
    double.answer_with = lambda: PlainTextResponse("<html>", 502)


AILMENTS: list[Ail] = [slow, busy, out_of_room, gone, wrong_key, other_schema, somebody_elses, a_proxys_page]


@pytest.mark.parametrize("ail", AILMENTS)
async def test_readers_are_answered_and_told(own: FastAPI, double: Double, ail: Ail) -> None:
    names, degraded = await ask(own, "北医三院")
    assert (names[0], degraded) == ("北京大学第三医院", False)
    ail(double)
    own.state.lookup = Lookup(own.state.search, budget_seconds=0.1)
    for _ in range(FAILURES + 1):
        names, degraded = await ask(own, "北京大学第三医院")
        assert (names[0], degraded) == ("北京大学第三医院", True)
    seen = len(double.seen)
    await ask(own, "北京大学第三医院")
    assert len(double.seen) == seen, "the breaker is open"


async def rename(app: FastAPI, old: str, name: str) -> None:
    """As an import would: the row, its rev and the event in one transaction."""

    async def change(session: WriteSession) -> None:
        row = (await session.execute(select(Organisation).where(Organisation.name == old))).scalar_one()
        values = {"name": name, "name_norm": name, "core": name, "rev": Organisation.rev + 1}
        await session.execute(update(Organisation).where(Organisation.id == row.id).values(**values))
        record(session, OrganisationsChanged(ids=[row.id]))

    await run_write(app.state.database, change)


async def work(app: FastAPI) -> int:
    """What waits afterwards."""
    database, engine = app.state.database, app.state.search

    async def rebuild() -> None:
        await rebuild_index(database, engine)

    claimer = Claimer(database, handlers(database, engine, rebuild=rebuild))
    while await claimer.run_due():
        pass
    async with database.reading() as session:
        backlog = await backlog_of(session)
    assert backlog.dead == 0
    return backlog.waiting


def full(double: Double) -> None:
    double.store.full = True


@pytest.mark.parametrize(
    ("ail", "old", "new"),
    [
        (full, "中国工商银行股份有限公司", "晨光工具厂"),
        (gone, "清华大学", "暮云纺织厂"),
        (wrong_key, "复旦大学", "远山印刷厂"),
    ],
)
async def test_what_changed_meanwhile_is_found_once_when_it_is_well(
    own: FastAPI, double: Double, ail: Ail, old: str, new: str
) -> None:
    keys = dict(double.keys)
    ail(double)
    await rename(own, old, new)
    assert await work(own) == 1
    double.store.full = False
    double.keys.update(keys)
    if ail is gone:
        double.start()
    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=True):
        assert await work(own) == 0
    names, degraded = await ask(own, new)
    assert (names[0], names.count(new), degraded) == (new, 1, False)
    assert (await own.state.search.health()).documents == {"organisation": 65}
