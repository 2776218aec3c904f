"""A rebuild that another process goes on with: what was checkpointed is there, and once."""

import subprocess
import sys
from pathlib import Path

import pytest

from search import build_engine
from search.contract import Document, SearchEngine
from tests.search.documents import KIND, ids, organisation

NAMES = ("晨光工具厂", "暮光商店", "北京大学", "青岛市第八人民医院")
_INTERRUPTED = """
import asyncio, os, signal, sys
from pathlib import Path
from search import build_engine
from search.contract import Document

async def main() -> None:
    rebuild = await build_engine(Path(sys.argv[1])).begin_rebuild("organisation", resume=True)
    await rebuild.add([Document("a", 1, "晨光工具厂")])
    await rebuild.checkpoint("first")
    await rebuild.add([Document("b", 1, "暮光商店")])
    if sys.argv[2] == "unnoted":  # killed after its commit, before the note of it
        rebuild._writer.commit()
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "search"


def interrupt(root: Path, how: str = "plain") -> None:
    assert subprocess.run([sys.executable, "-c", _INTERRUPTED, str(root), how], check=False).returncode < 0


async def build(engine: SearchEngine, *documents: Document) -> None:
    rebuild = await engine.begin_rebuild(KIND)
    await rebuild.add(documents)
    await rebuild.publish()


async def documents_in(engine: SearchEngine) -> int:
    return (await engine.health()).documents.get(KIND, 0)


@pytest.mark.parametrize("how", ["plain", "unnoted"])
async def test_it_goes_on_from_the_last_checkpoint(root: Path, how: str) -> None:
    interrupt(root, how)
    engine = build_engine(root)
    before = await engine.health()
    assert (before.state, before.unfinished) == ("empty", {KIND: "first"})
    rebuild = await engine.begin_rebuild(KIND, resume=True)
    assert rebuild.resumed == "first"
    await rebuild.add([organisation("b", NAMES[1]), organisation("c", NAMES[2])])
    await rebuild.publish()
    assert [await ids(engine, name) for name in NAMES[:3]] == [["a"], ["b"], ["c"]]
    assert await documents_in(engine) == 3
    assert (await engine.health()).unfinished == {}
    await engine.close()


async def test_unless_told_so_it_begins_anew(root: Path) -> None:
    interrupt(root)
    engine = build_engine(root)
    rebuild = await engine.begin_rebuild(KIND)
    assert rebuild.resumed is None
    await rebuild.add([organisation("b", NAMES[1])])
    await rebuild.publish()
    assert await documents_in(engine) == 1
    await engine.close()


async def test_one_of_other_analysis_is_not_gone_on_with(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupt(root)
    monkeypatch.setattr("search.schema.ANALYSIS_VERSION", 0)
    engine = build_engine(root)
    rebuild = await engine.begin_rebuild(KIND, resume=True)
    assert rebuild.resumed is None
    await rebuild.abort()
    await engine.close()


async def test_one_that_somebody_is_building_is_left_to_him(root: Path) -> None:
    interrupt(root)
    engine, other = build_engine(root), build_engine(root)
    mine = await engine.begin_rebuild(KIND, resume=True)
    his = await other.begin_rebuild(KIND, resume=True)
    assert (mine.resumed, his.resumed) == ("first", None)
    await his.abort()
    await mine.publish()
    assert await ids(engine, NAMES[0]) == ["a"]
    await engine.close()
    await other.close()


async def test_a_suspended_one_goes_on_and_an_aborted_one_does_not(root: Path) -> None:
    engine = build_engine(root)
    rebuild = await engine.begin_rebuild(KIND, resume=True)
    await rebuild.add([organisation("a", NAMES[0])])
    await rebuild.checkpoint("half")
    await rebuild.suspend()
    again = await engine.begin_rebuild(KIND, resume=True)
    assert again.resumed == "half"
    await again.abort()
    assert (await engine.begin_rebuild(KIND, resume=True)).resumed is None
    await engine.close()


async def test_what_changed_in_the_live_index_since_the_first_begin_is_carried_over(root: Path) -> None:
    engine = build_engine(root)
    await build(engine, organisation("a", NAMES[0]))
    await engine.close()
    interrupt(root)
    engine = build_engine(root)
    await engine.settle(await engine.upsert(KIND, [organisation("a", NAMES[3], rev=2)]), timeout=20)
    rebuild = await engine.begin_rebuild(KIND, resume=True)
    assert rebuild.resumed == "first"
    await rebuild.publish()
    assert await ids(engine, NAMES[3]) == ["a"]
    await engine.close()


_FULL = """
import asyncio, resource, signal, sys
from pathlib import Path
from search import build_engine
from search.contract import Document, SearchUnavailable

async def main() -> None:
    engine = build_engine(Path(sys.argv[1]))
    rebuild = await engine.begin_rebuild("organisation")
    resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    try:
        for number in range(20):
            names = [f"第{number}区第{n}晨光工具厂" for n in range(100)]
            await rebuild.add([Document(name, 1, name) for name in names])
            await rebuild.checkpoint(str(number))
    except SearchUnavailable as error:
        await rebuild.abort()
        print(error)

asyncio.run(main())
"""


def run_out_of_room(root: Path) -> str:
    arguments = [sys.executable, "-c", _FULL, str(root)]
    return subprocess.run(arguments, capture_output=True, text=True, check=True).stdout


async def test_a_disk_without_room_is_told_and_the_live_index_serves_on(root: Path) -> None:
    """The limit on the size of a file stands for the end of the disk: a write fails half way."""
    engine = build_engine(root)
    await build(engine, organisation("a", NAMES[0]))
    told = run_out_of_room(root)
    assert "cannot be written" in told
    assert await ids(engine, NAMES[0]) == ["a"]
    assert len([path for path in (root / KIND).iterdir() if path.is_dir()]) == 1, "the remains take room"
    assert (await engine.health()).unfinished == {}
    await engine.close()
