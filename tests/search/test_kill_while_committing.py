"""A process that dies while writing loses nothing acknowledged and leaves nothing half-done."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from search import build_engine
from search.contract import SearchEngine
from tests.search.documents import KIND, begin, found, organisation, write

BATCH = 40
_WRITER = """
import asyncio, sys
from pathlib import Path
from search import build_engine
from search.contract import Document

async def main() -> None:
    engine = build_engine(Path(sys.argv[1]))
    for rev in range(int(sys.argv[2]), 10_000):
        documents = [Document(f"d{n}", rev, f"第{rev}版晨光工具厂") for n in range(int(sys.argv[3]))]
        await engine.settle(await engine.upsert("organisation", documents), timeout=30)
        print(rev, flush=True)

asyncio.run(main())
"""


def write_until_killed(root: Path, *, start: int, acknowledged: int) -> int:
    """Kills the writer right after its last wanted acknowledgement, while the next batch is under way."""
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(root), str(start), str(BATCH)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        seen = [int(process.stdout.readline()) for _ in range(acknowledged)]
        process.send_signal(signal.SIGKILL)
        seen += [int(line) for line in process.stdout.read().split()]
    assert process.returncode == -signal.SIGKILL
    return seen[-1]


async def written_rev(engine: SearchEngine) -> int:
    hits = await found(engine, "晨光工具厂", limit=BATCH + 10)
    assert len({hit.id for hit in hits}) == BATCH
    names = {hit.name for hit in hits}
    assert len(names) == 1, f"half a batch was written: {names}"
    return int(names.pop().removeprefix("第").removesuffix("版晨光工具厂"))


@pytest.mark.parametrize("rounds", [1, pytest.param(8, marks=pytest.mark.deep)])
async def test_acknowledged_writes_survive_a_kill_and_batches_are_whole(tmp_path: Path, rounds: int) -> None:
    start = 1
    first = build_engine(tmp_path)
    await begin(first)
    await first.close()
    for number in range(rounds):
        acknowledged = write_until_killed(tmp_path, start=start, acknowledged=1 + number % 3)
        engine = build_engine(tmp_path)
        rev = await written_rev(engine)
        assert acknowledged <= rev <= acknowledged + 1
        await write(engine, organisation("after", "暮光商店"))
        assert (await engine.health()).documents[KIND] == BATCH + 1
        await engine.close()
        start = rev + 1
