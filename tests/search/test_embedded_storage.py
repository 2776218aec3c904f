"""What the embedded engine keeps on disk: swaps, staleness, locks, other processes."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from search import build_engine
from search.contract import SearchEngine, SearchQuery, SearchTimeout, SearchUnavailable
from tests.search.documents import KIND, SOME, begin, ids, organisation, write


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "search"


@pytest.fixture
async def engine(root: Path) -> AsyncIterator[SearchEngine]:
    built = build_engine(root)
    await begin(built)
    yield built
    await built.close()


def indexes(root: Path) -> list[str]:
    return sorted(path.name for path in (root / KIND).iterdir() if path.is_dir())


def spoil(root: Path, pattern: str) -> None:
    for file in root.rglob(pattern):
        whole = file.read_bytes()
        file.write_bytes(bytes(len(whole) // 2) + whole[len(whole) // 2 :])


async def rebuild(engine: SearchEngine, *names: str) -> None:
    new = await engine.begin_rebuild(KIND)
    await new.add(organisation(name, name) for name in names)
    await new.publish()


async def test_what_was_written_is_there_after_reopening(engine: SearchEngine, root: Path) -> None:
    await write(engine, *SOME)
    await engine.close()
    again = build_engine(root)
    assert (await ids(again, "北大"))[0] == "pku"
    assert (await again.health()).documents == {KIND: len(SOME)}
    await again.close()


async def test_another_process_sees_writes_and_swaps(engine: SearchEngine, root: Path) -> None:
    reader = build_engine(root)
    await write(engine, *SOME)
    assert (await ids(reader, "北大"))[0] == "pku"
    await rebuild(engine, "晨光工具厂")
    assert await ids(reader, "晨光工具厂") == ["晨光工具厂"]
    await reader.close()


async def test_writes_go_on_after_another_engine_swapped(engine: SearchEngine, root: Path) -> None:
    await write(engine, *SOME)
    other = build_engine(root)
    await rebuild(other, "晨光工具厂")
    await other.close()
    await write(engine, organisation("late", "暮光商店"))
    assert await ids(engine, "暮光商店") == ["late"]
    assert await ids(engine, "晨光工具厂") == ["晨光工具厂"]


async def test_only_one_engine_writes_and_the_other_says_so(engine: SearchEngine, root: Path) -> None:
    await write(engine, *SOME)
    second = build_engine(root)
    ticket = await second.upsert(KIND, [organisation("x", "暮光商店")])
    with pytest.raises(SearchUnavailable, match="another process"):
        await second.settle(ticket, timeout=20)
    await engine.close()
    await write(second, organisation("x", "暮光商店"))
    assert await ids(second, "暮光商店") == ["x"]
    await second.close()


async def test_an_index_of_other_analysis_is_stale_and_never_served(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("search.schema.ANALYSIS_VERSION", 0)
        old = build_engine(root)
        await begin(old)
        await write(old, *SOME)
        await old.close()
    engine = build_engine(root)
    assert (await engine.health()).state == "stale"
    with pytest.raises(SearchUnavailable, match="stale"):
        await ids(engine, "北大")
    with pytest.raises(SearchUnavailable, match="stale"):
        await write(engine, *SOME)
    await rebuild(engine, "晨光工具厂")
    assert (await engine.health()).state == "ok"
    assert await ids(engine, "晨光") == ["晨光工具厂"]
    await engine.close()


async def test_the_index_before_the_live_one_is_kept_and_older_ones_go(
    engine: SearchEngine, root: Path
) -> None:
    for number in range(4):
        await rebuild(engine, f"晨光{number}厂")
    assert [name.rpartition("-")[2] for name in indexes(root)] == ["4", "5"]
    assert (root / KIND / "CURRENT").read_text().endswith("-5")


async def test_an_unfinished_rebuild_is_ignored_and_swept_later(engine: SearchEngine, root: Path) -> None:
    await rebuild(engine, "晨光工具厂")
    dead = build_engine(root)
    unfinished = await dead.begin_rebuild(KIND)
    await unfinished.add([organisation("x", "暮光商店")])
    assert await ids(engine, "晨光") == ["晨光工具厂"]
    for _ in range(2):
        await rebuild(engine, "晨星工具厂")
    assert len(indexes(root)) == 2
    await dead.close()


async def test_searches_never_fail_while_indexes_are_swapped(engine: SearchEngine) -> None:
    await rebuild(engine, "晨光工具厂")
    done = asyncio.Event()
    answers: list[str] = []

    async def keep_asking() -> None:
        while not done.is_set():
            answers.extend(await ids(engine, "晨光工具厂"))

    asking = [asyncio.create_task(keep_asking()) for _ in range(3)]
    for _ in range(5):
        await rebuild(engine, "晨光工具厂", "晨星工具厂")
    done.set()
    await asyncio.gather(*asking)
    assert answers.count("晨光工具厂") >= 5
    assert set(answers) <= {"晨光工具厂", "晨星工具厂"}


async def test_a_damaged_index_is_down_not_empty(engine: SearchEngine, root: Path) -> None:
    await write(engine, *SOME)
    await engine.close()
    (root / KIND / indexes(root)[0] / "meta.json").write_text("{")
    damaged = build_engine(root)
    assert (await damaged.health()).state == "down"
    with pytest.raises(SearchUnavailable, match="cannot be read"):
        await ids(damaged, "北大")
    await rebuild(damaged, "晨光工具厂")
    assert (await damaged.health()).state == "ok"
    await damaged.close()


async def test_an_emptied_directory_is_no_index(engine: SearchEngine, root: Path) -> None:
    await write(engine, *SOME)
    await engine.close()
    live = root / KIND / (root / KIND / "CURRENT").read_text()
    for file in live.iterdir():
        file.unlink()
    emptied = build_engine(root)
    assert (await emptied.health()).state == "empty"
    with pytest.raises(SearchUnavailable, match="no index"):
        await ids(emptied, "北大")
    with pytest.raises(SearchUnavailable, match="no index"):
        await write(emptied, *SOME[:1])
    assert list(live.iterdir()) == []
    await rebuild(emptied, "晨光工具厂")
    assert (await emptied.health()).state == "ok"
    await emptied.close()


@pytest.mark.parametrize("part", ["store", "term", "idx"])
async def test_an_index_damaged_inside_is_down_and_refuses(
    engine: SearchEngine, root: Path, part: str
) -> None:
    """What the check at opening does not see: the files end as they should."""
    await write(engine, *SOME)
    await engine.close()
    spoil(root, f"*.{part}")
    damaged = build_engine(root)
    for ask in (damaged.search, damaged.suggest):
        with pytest.raises(SearchUnavailable, match="cannot be read"):
            await ask(KIND, SearchQuery("北京大学", ("public",)))
    assert (await damaged.health()).state == "down"
    with pytest.raises(SearchUnavailable):
        await write(damaged, *SOME)
    await rebuild(damaged, "晨光工具厂")
    assert (await damaged.health()).state == "ok"
    await damaged.close()


async def test_settling_in_vain_times_out(engine: SearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    await write(engine, *SOME)
    gate = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(*_: object) -> None:
        asyncio.run_coroutine_threadsafe(gate.wait(), loop).result()

    monkeypatch.setattr("search.backends.embedded_kind.write_batch", slow)
    ticket = await engine.upsert(KIND, [organisation("x", "暮光商店")])
    with pytest.raises(SearchTimeout):
        await engine.settle(ticket, timeout=0.01)
    gate.set()
    await engine.settle(ticket, timeout=20)


async def test_a_closed_engine_takes_no_writes(engine: SearchEngine) -> None:
    await write(engine, *SOME)
    await engine.close()
    with pytest.raises(SearchUnavailable, match="closed"):
        await engine.upsert(KIND, SOME)


async def test_kind_names_no_other_directory(engine: SearchEngine, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="kind"):
        await engine.search("../outside", SearchQuery("x", ("public",)))
    assert not (tmp_path / "outside").exists()
