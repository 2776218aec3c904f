"""The search engine is away, hangs or lost its index: readers still get an answer, told so, in time."""

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app.features.knowledge.loading import load_pack
from app.features.registry.breaker import FAILURES, OPEN_SECONDS, Breaker
from app.features.registry.documents import KIND
from app.features.registry.lookup import BUDGET_SECONDS, Lookup
from app.features.registry.rebuilding import rebuild_index
from search import build_engine
from search.contract import SearchEngine, SearchPage, SearchQuery
from tests.application import application, client_of
from tests.features.registry.engines import AbsentEngine, HangingEngine

NOTICES = {
    "zh": "搜索正在恢复，暂时只按名称开头查找。",
    "en": "Search is recovering; for now only the beginning of names is matched.",
}
# 北京 begins many names, so that the page is the list and no redirect.
LOOKUP, SUGGEST, API = "/lookup?q=北京", "/suggest?q=北京", "/api/v1/organisations?q=北京"

Put = Callable[[Lookup], None]


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def get(app: FastAPI, path: str, *, language: str = "zh") -> httpx.Response:
    """The answer as a reader meets it, failures included; what does not come at all fails the test."""
    async with asyncio.timeout(5), client_of(app, raise_errors=False) as client:
        answer = await client.get(path, headers={"accept-language": language})
    assert answer.status_code == 200, path
    return answer


async def is_degraded(app: FastAPI) -> bool:
    body = (await get(app, API)).json()
    assert body["items"][0]["name"].startswith("北京")
    degraded: bool = body["degraded"]
    for path in (LOOKUP, SUGGEST):
        for language, notice in NOTICES.items():
            text = (await get(app, path, language=language)).text
            assert (notice in text) is degraded, (path, language)
            assert 'href="/organisations/' in text
    return degraded


@pytest.fixture
def put(app: FastAPI) -> Iterator[Put]:
    """Puts another engine under the shared application for one test."""
    real = app.state.lookup

    def replace(lookup: Lookup) -> None:
        app.state.lookup = lookup

    yield replace
    app.state.lookup = real


@pytest.mark.statement(59)
async def test_an_absent_engine_is_told_on_every_face(app: FastAPI, put: Put) -> None:
    assert not await is_degraded(app)
    put(Lookup(AbsentEngine()))
    assert await is_degraded(app)


@pytest.mark.statement(59)
async def test_a_hanging_engine_costs_less_than_a_second(app: FastAPI, put: Put) -> None:
    assert BUDGET_SECONDS < 1
    put(Lookup(HangingEngine()))
    assert (await get(app, API)).json()["degraded"]


@pytest.mark.statement(59)
async def test_a_hanging_engine_is_soon_asked_no_more(app: FastAPI, put: Put) -> None:
    engine = HangingEngine()
    put(Lookup(engine, budget_seconds=0.01))
    answers = await asyncio.gather(*(get(app, path) for path in (LOOKUP, SUGGEST, API) * FAILURES))
    assert len(answers) == 3 * FAILURES
    asked = engine.asked
    assert asked >= FAILURES
    assert await is_degraded(app)
    assert engine.asked == asked


@pytest.mark.statement(59)
async def test_an_engine_that_is_back_is_found_by_one_probe(app: FastAPI, put: Put) -> None:
    clock, engine = Clock(), Returning(app.state.search)
    put(Lookup(engine, breaker=Breaker(now=clock)))
    for _ in range(FAILURES):
        assert (await get(app, API)).json()["degraded"]
    engine.is_away = False
    assert (await get(app, API)).json()["degraded"], "asked again too early"
    clock.now += OPEN_SECONDS
    assert not await is_degraded(app)


class Returning(AbsentEngine):
    """Away until it is told otherwise, then the real one."""

    def __init__(self, real: SearchEngine) -> None:
        super().__init__()
        self.is_away = True
        self._real = real

    async def search(self, kind: str, query: SearchQuery) -> SearchPage:
        if self.is_away:
            return await super().search(kind, query)
        return await self._real.search(kind, query)


def delete_all(search: Path) -> None:
    shutil.rmtree(search)


def lose_the_pointer(search: Path) -> None:
    (search / KIND / "CURRENT").write_text("nowhere-1", "utf-8")


def damage_and_reopen(search: Path) -> None:
    """Every file of the live index holds other bytes, and the engine has to open it anew."""
    pointer = search / KIND / "CURRENT"
    name = pointer.read_text("utf-8")
    for file in (search / KIND / name).iterdir():
        file.write_bytes(b"Z" * file.stat().st_size)
    pointer.unlink()
    pointer.write_text(name, "utf-8")


@pytest.fixture
async def own(sqlite_url: str, tmp_path: Path) -> AsyncIterator[FastAPI]:
    """An application whose index may be broken, with a breaker that never waits."""
    engine = build_engine(tmp_path / "search")
    async with application(sqlite_url, tmp_path, load_pack(), engine) as app:
        app.state.lookup = Lookup(engine, breaker=Breaker(now=itertools.count(step=OPEN_SECONDS).__next__))
        yield app
    await engine.close()


@pytest.mark.statement(59)
@pytest.mark.parametrize("wreck", [delete_all, lose_the_pointer, damage_and_reopen])
async def test_a_lost_index_is_survived_and_a_rebuild_heals(
    own: FastAPI, tmp_path: Path, wreck: Callable[[Path], None]
) -> None:
    assert not await is_degraded(own)
    wreck(tmp_path / "search")
    assert await is_degraded(own)
    assert (await own.state.search.health()).state != "ok"
    await rebuild_index(own.state.database, own.state.search)
    assert not await is_degraded(own)
