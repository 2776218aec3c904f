"""What the Meilisearch adapter says on the wire.

Over the double; the promises common to all engines are in the contract tests.
"""

import asyncio
from collections.abc import AsyncIterator

import pytest

from search import build_engine
from search.backends.meilisearch_admin import Admin
from search.backends.meilisearch_schema import SETTINGS, today
from search.backends.meilisearch_writer import write as write_to
from search.contract import SearchEngine, SearchQuery, SearchUnavailable
from tests.search.conftest import server_of
from tests.search.documents import KIND, SOME, begin, ids, organisation, write
from tests.search.meilisearch_double import SEARCH_KEY, WRITE_KEY, Double

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


# On the wire.


async def test_a_search_is_one_request_of_opaque_words_within_the_servers_limits(
    engine: SearchEngine, double: Double
) -> None:
    await engine.search(KIND, SearchQuery('-北京 "大学" 第三医院 揭阳市榕城区仙桥街道办事处', ("public",)))
    assert len(double.seen) == 1
    for query in double.seen[0]["queries"]:
        words = query["q"].split()
        assert 1 <= len(words) <= 10
        assert all(word.isascii() and word.isalpha() and len(word) == 9 for word in words)


async def test_reading_and_writing_use_keys_of_their_own(engine: SearchEngine, double: Double) -> None:
    del double.keys[SEARCH_KEY]
    with pytest.raises(SearchUnavailable, match=r"the key for searching.*invalid_api_key"):
        await engine.search(KIND, ASKED)
    await write(engine, organisation("new", "晨光工具厂"))
    double.keys = {SEARCH_KEY: {"search"}}
    assert await ids(engine, "晨光工具厂") == ["new"]
    with pytest.raises(SearchUnavailable, match=r"the key for writing.*invalid_api_key"):
        await write(engine, organisation("newer", "晨星工具厂"))
    health = await engine.health()
    assert (health.state, "the key for writing" in health.detail) == ("down", True)


async def test_settings_are_there_before_the_first_document(engine: SearchEngine, double: Double) -> None:
    kinds = [task["type"] for task in double.store.tasks if task["indexUid"] != LIVE]
    assert kinds.index("settingsUpdate") < kinds.index("documentAdditionOrUpdate")
    assert double.store.indexes[LIVE].settings == SETTINGS


async def test_another_programs_indexes_are_neither_touched_nor_counted(
    engine: SearchEngine, double: Double
) -> None:
    double.store.create("movies", "id")
    double.store.add("movies", [{"id": "1"}])
    await rebuild(engine, "晨光工具厂")
    health = await engine.health()
    assert (health.state, dict(health.documents)) == ("ok", {KIND: 1})
    assert double.store.indexes["movies"].documents == {"1": {"id": "1"}}


async def test_the_index_before_the_live_one_is_kept_and_older_ones_go(
    engine: SearchEngine, double: Double
) -> None:
    for number in range(3):
        await rebuild(engine, f"晨光{number}厂")
    assert indexes(double) == [LIVE, f"{LIVE}_{today()}_4"]


async def test_a_killed_rebuild_is_swept_by_the_next_but_one(engine: SearchEngine, double: Double) -> None:
    killed = await engine.begin_rebuild(KIND)
    await killed.add([organisation("x", "暮光商店")])
    await rebuild(engine, "晨光工具厂")
    assert len(indexes(double)) == 2
    with pytest.raises(SearchUnavailable, match=r"no index|another rebuild"):
        await killed.publish()
    assert await ids(engine, "晨光") == ["晨光工具厂"]


# Writes that meet.


async def test_of_two_writers_at_once_the_newer_document_stays(engine: SearchEngine, double: Double) -> None:
    """Both look before either writes; the older write is done last."""
    uid = LIVE
    late, early = (Admin(double.url, WRITE_KEY) for _ in range(2))
    looked, go_on = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    class Slow(Admin):
        def add(self, uid: str, documents: object) -> int:
            loop.call_soon_threadsafe(looked.set)
            asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result()
            return super().add(uid, documents)  # type: ignore[arg-type]

    slow = Slow(late.url, late.key)
    older = asyncio.create_task(
        asyncio.to_thread(write_to, slow, uid, today(), [organisation("pku", "晨光工具厂", rev=2)])
    )
    await looked.wait()
    await asyncio.to_thread(write_to, early, uid, today(), [organisation("pku", "晨星工具厂", rev=3)])
    go_on.set()
    await older
    assert await ids(engine, "晨星") == ["pku"]
    assert await ids(engine, "晨光工具厂") == ["pku"], "found by likeness alone"
    assert (await engine.health()).documents[KIND] == len(SOME)


async def test_what_another_process_writes_during_a_swap_is_carried_over(
    engine: SearchEngine, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    swap = Admin.swap
    other = build_engine(server_of(double))

    def write_first(admin: Admin, one: str, another: str) -> None:
        write_to(admin, LIVE, today(), [organisation("late", "暮光商店")])
        swap(admin, one, another)

    monkeypatch.setattr(Admin, "swap", write_first)
    await rebuild(engine, "晨光工具厂")
    assert await ids(engine, "暮光商店") == ["late"]
    assert (await other.health()).documents[KIND] == 2
    await other.close()
