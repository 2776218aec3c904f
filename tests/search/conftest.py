"""Every engine: never built, built and empty, and filled with a handful of organisations."""

import os
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import pytest

from search import SearchServer, build_engine
from search.backends.memory import MemoryEngine
from search.contract import SearchEngine
from tests.search.documents import KIND, SOME, begin
from tests.search.meilisearch_double import SEARCH_KEY, WRITE_KEY, Double, running_double

REAL_URL = os.environ.get("TOP_TEST_MEILI_URL", "")
PATIENT = 30.0  # seconds for a search: a busy machine is no failure


def server_of(double: Double) -> SearchServer:
    return SearchServer(double.url, WRITE_KEY, SEARCH_KEY, search_seconds=PATIENT)


@pytest.fixture
def double() -> Iterator[Double]:
    with running_double() as running:
        yield running


@contextmanager
def _over_the_double(_: Path) -> Iterator[SearchEngine]:
    with running_double() as running:
        yield build_engine(server_of(running))


@contextmanager
def _on_a_server(_: Path) -> Iterator[SearchEngine]:
    """Under a prefix of its own, and swept away afterwards."""
    key, prefix = os.environ.get("TOP_TEST_MEILI_KEY", ""), f"test{uuid.uuid4().hex[:8]}_"
    yield build_engine(SearchServer(REAL_URL, key, prefix=prefix, search_seconds=PATIENT))
    from search.backends.meilisearch_admin import Admin

    admin = Admin(REAL_URL, key)
    for uid in admin.indexes():
        if uid.startswith(prefix):
            admin.drop(uid)


_ENGINES: dict[str, Callable[[Path], AbstractContextManager[SearchEngine]]] = {
    "embedded": lambda root: nullcontext(build_engine(root)),
    "memory": lambda _: nullcontext(MemoryEngine()),
    "meilisearch-double": _over_the_double,
}
if REAL_URL:
    _ENGINES["meilisearch"] = _on_a_server


@pytest.fixture(params=sorted(_ENGINES))
async def bare(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SearchEngine]:
    with _ENGINES[request.param](tmp_path / "search") as built:
        yield built
        await built.close()


@pytest.fixture
async def engine(bare: SearchEngine) -> SearchEngine:
    await begin(bare)
    return bare


@pytest.fixture
async def filled(engine: SearchEngine) -> SearchEngine:
    await engine.settle(await engine.upsert(KIND, SOME), timeout=60)
    return engine
