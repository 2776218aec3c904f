"""What the Meilisearch adapter does when the server is unwell.

Over the double; the promises common to all engines are in the contract tests.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from search import build_engine
from search.contract import SearchEngine, SearchQuery, SearchTimeout, SearchUnavailable
from tests.search.conftest import server_of
from tests.search.documents import KIND, SOME, begin, ids, organisation, write
from tests.search.meilisearch_double import MASTER_KEY, SEARCH_KEY, WRITE_KEY, Double

LIVE = "top_organisation"
ASKED = SearchQuery("北京大学第三医院", ("public",))


@pytest.fixture
async def engine(double: Double) -> AsyncIterator[SearchEngine]:
    built = build_engine(server_of(double))
    await begin(built)
    await write(built, *SOME)
    yield built
    double.store.full = False
    double.store.go()
    await built.close()


def indexes(double: Double) -> list[str]:
    return sorted(double.store.indexes)


async def rebuild(engine: SearchEngine, *names: str) -> None:
    new = await engine.begin_rebuild(KIND)
    await new.add(organisation(name, name) for name in names)
    await new.publish()


async def test_an_index_of_other_analysis_is_stale_and_never_served(
    double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("search.schema.ANALYSIS_VERSION", 0)
        old = build_engine(server_of(double))
        await rebuild(old, "晨光工具厂")
        await old.close()
    engine = build_engine(server_of(double))
    health = await engine.health()
    assert (health.state, health.documents) == ("stale", {KIND: 0})
    assert "stale" in health.detail
    for ask in (engine.search, engine.suggest):
        with pytest.raises(SearchUnavailable, match="stale"):
            await ask(KIND, SearchQuery("晨光工具厂", ("public",)))
    with pytest.raises(SearchUnavailable, match="stale"):
        await write(engine, *SOME)
    await rebuild(engine, "晨光工具厂")
    assert (await engine.health()).state == "ok"
    assert await ids(engine, "晨光") == ["晨光工具厂"]
    await engine.close()


async def test_somebody_elses_index_is_neither_served_nor_replaced(double: Double) -> None:
    theirs = [{"key": "1", "terms": "北京大学", "packed": "x", "weight": 1}]
    double.store.create(LIVE, "key")
    double.store.add(LIVE, theirs)
    engine = build_engine(server_of(double))
    assert (await engine.health()).state == "stale"
    with pytest.raises(SearchUnavailable):
        await engine.search(KIND, ASKED)
    with pytest.raises(SearchUnavailable, match="stale"):
        await write(engine, *SOME)
    with pytest.raises(SearchUnavailable, match="not ours"):
        await engine.begin_rebuild(KIND)
    assert list(double.store.indexes[LIVE].documents.values()) == theirs
    await engine.close()


async def test_a_full_server_is_named_and_a_later_try_succeeds(engine: SearchEngine, double: Double) -> None:
    double.store.full = True
    with pytest.raises(SearchUnavailable, match=r"no_space_left_on_device.*disk space"):
        await write(engine, organisation("new", "晨光工具厂"))
    assert (await ids(engine, "北大"))[0] == "pku"
    health = await engine.health()
    assert (health.state, "no_space_left_on_device" in health.detail) == ("ok", True)
    double.store.full = False
    await write(engine, organisation("new", "晨光工具厂"))
    health = await engine.health()
    assert (health.documents[KIND], health.detail) == (len(SOME) + 1, "")


async def test_a_rebuild_on_a_full_server_leaves_the_live_index(engine: SearchEngine, double: Double) -> None:
    double.store.full = True
    new = await engine.begin_rebuild(KIND)
    await new.add([organisation("x", "暮光商店")])
    with pytest.raises(SearchUnavailable, match="no_space_left_on_device"):
        await new.publish()
    await new.abort()
    double.store.full = False
    assert (await ids(engine, "北大"))[0] == "pku"
    assert len(indexes(double)) == 2


async def test_a_restart_loses_nothing(engine: SearchEngine, double: Double) -> None:
    assert (await ids(engine, "北大"))[0] == "pku"
    double.stop()
    with pytest.raises(SearchUnavailable, match="cannot be reached"):
        await engine.search(KIND, ASKED)
    with pytest.raises(SearchUnavailable, match="cannot be reached"):
        await write(engine, organisation("new", "晨光工具厂"))
    health = await engine.health()
    assert (health.state, health.detail) == ("down", "Meilisearch cannot be reached")
    double.start()
    await write(engine, organisation("new", "晨光工具厂"))
    assert await ids(engine, "晨光") == ["new"]


async def test_a_slow_server_is_given_up(engine: SearchEngine, double: Double) -> None:
    hasty = build_engine(replace(server_of(double), search_seconds=0.05))
    double.seconds = 10.0
    for ask in (hasty.search, hasty.suggest):
        with pytest.raises(SearchTimeout):
            await ask(KIND, ASKED)
    double.seconds = 0.0
    await hasty.close()


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda: PlainTextResponse("<html>gateway</html>", 502), "failed .502"),
        (lambda: PlainTextResponse("<html>hello</html>"), "something else"),
        (lambda: JSONResponse(["hits"]), "something else"),
        (lambda: JSONResponse({"hits": [{"packed": 7}], "processingTimeMs": 1}), "stale"),
        (lambda: JSONResponse({"code": "too_many_search_requests"}, 503), "too much to do"),
        (lambda: JSONResponse({"code": "no_space_left_on_device"}, 422), "disk space"),
        (lambda: PlainTextResponse("", 507), "disk space"),
        (lambda: JSONResponse({"code": "invalid_search_filter"}, 400), "not ours"),
        (lambda: JSONResponse({"code": "index_not_found"}, 404), "no index"),
    ],
)
async def test_every_strange_answer_is_told_as_unavailable(
    engine: SearchEngine, double: Double, answer: Callable[[], Response], told: str
) -> None:
    double.answer_with = answer
    with pytest.raises(SearchUnavailable, match=told):
        await engine.search(KIND, ASKED)
    assert (await engine.health()).state == "down"
    double.answer_with = None


async def test_an_answer_that_was_cut_off_is_marked(engine: SearchEngine, double: Double) -> None:
    whole = double.store.federated
    assert not (await engine.search(KIND, ASKED)).degraded
    double.store.federated = lambda body: whole(body) | {"processingTimeMs": 151}  # type: ignore[method-assign]
    for ask in (engine.search, engine.suggest):
        page = await ask(KIND, ASKED)
        assert (page.hits[0].id, page.degraded) == ("puh3", True)


async def test_lag_is_the_age_of_what_waits(engine: SearchEngine, double: Double) -> None:
    assert (await engine.health()).lag_seconds == 0.0
    double.store.hold()
    ticket = await engine.upsert(KIND, [organisation("new", "晨光工具厂")])
    with pytest.raises(SearchTimeout):
        await engine.settle(ticket, timeout=0.3)
    assert (await engine.health()).lag_seconds > 0.0
    assert await ids(engine, "晨光") == []
    double.store.go()
    await engine.settle(ticket, timeout=60)
    assert await ids(engine, "晨光") == ["new"]


async def test_closing_does_not_wait_for_a_server_that_hangs(engine: SearchEngine, double: Double) -> None:
    double.store.hold()
    ticket = await engine.upsert(KIND, [organisation("new", "晨光工具厂")])
    settling = asyncio.create_task(engine.settle(ticket, timeout=60))
    await asyncio.sleep(0)
    async with asyncio.timeout(30):
        await engine.close()
    with pytest.raises(SearchUnavailable, match="closed before"):
        await settling


async def test_neither_what_was_asked_nor_a_key_is_logged_or_told(
    engine: SearchEngine, double: Double, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told = repr(server_of(double))
    double.store.full = True
    for unwell in (503, 400, 403):
        double.answer_with = lambda code=unwell: JSONResponse({"code": "x", "message": "北京大学"}, code)  # type: ignore[misc]
        with pytest.raises(SearchUnavailable) as refused:
            await engine.search(KIND, ASKED)
        told += str(refused.value)
    double.answer_with = None
    with pytest.raises(SearchUnavailable) as failed:
        await write(engine, organisation("new", "北京大学分校"))
    told += str(failed.value) + caplog.text
    assert "meilisearch_task_failed" in caplog.text
    assert not [secret for secret in ("北京大学", SEARCH_KEY, WRITE_KEY, MASTER_KEY) if secret in told]
