"""Every engine, empty and filled with a handful of organisations."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from search import build_engine
from search.backends.memory import MemoryEngine
from search.contract import SearchEngine
from tests.search.documents import KIND, SOME

_ENGINES: dict[str, Callable[[Path], SearchEngine]] = {
    "embedded": build_engine,
    "memory": lambda _: MemoryEngine(),
}


@pytest.fixture(params=sorted(_ENGINES))
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SearchEngine]:
    built = _ENGINES[request.param](tmp_path / "search")
    yield built
    await built.close()


@pytest.fixture
async def filled(engine: SearchEngine) -> SearchEngine:
    await engine.settle(await engine.upsert(KIND, SOME), timeout=20)
    return engine
