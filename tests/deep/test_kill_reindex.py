"""The index build, killed at any moment: the next one goes on, to the result of an undisturbed one."""

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.engine import Database
from app.db.writing import run_write
from app.features.registry.documents import KIND
from app.features.registry.life.lifecycle import close
from app.features.registry.models import Organisation
from search import build_engine
from search.backends.directories import KindDirectory
from search.backends.tantivy_index import TantivyIndex
from search.contract import Document, SearchQuery
from tests.deep.conftest import ROWS
from tests.deep.processes import Moment, topctl

pytestmark = [pytest.mark.deep, pytest.mark.xdist_group("kills")]

_ASKED = 150
_KILLS = [
    *(Moment("indexing", 0.0, word) for word in (1, 3, 4, 6, 7, 11, 15)),
    *(Moment("indexing", delay, 15) for delay in (0.02, 0.05, 0.1, 0.2)),
]


@pytest.fixture(scope="module")
def imported(organisations: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    var = tmp_path_factory.mktemp("imported")
    assert topctl(var, "import", "organisations", organisations).end() == 0
    shutil.rmtree(var / "search")
    (var / "log").unlink()
    return var


@dataclass(frozen=True)
class State:
    """Every document of the live index, how many the engine counts, and what is found first for names from
    all over the registry. (Of what is only similar, the last places depend on how segments were merged.)"""

    documents: list[Document]
    counted: int
    first: dict[str, str]


async def _state(var: Path) -> State:
    database, engine = Database(f"sqlite+aiosqlite:///{var / 'top.db'}"), build_engine(var / "search")
    try:
        async with database.reading() as session:
            names = list(await session.scalars(select(Organisation.name).order_by(Organisation.id)))
        first = {}
        for name in names[:: len(names) // _ASKED]:
            page = await engine.search(KIND, SearchQuery(name, ("public",)))
            first[name] = page.hits[0].id
        live = KindDirectory(var / "search" / KIND).current()
        assert live is not None
        stored = [one for one in TantivyIndex(live).touched_since(0) if isinstance(one, Document)]
        counted = (await engine.health()).documents[KIND]
        return State(sorted(stored, key=lambda one: one.id), counted, first)
    finally:
        await engine.close()
        await database.close()


@pytest.fixture(scope="module")
def undisturbed(imported: Path, tmp_path_factory: pytest.TempPathFactory) -> State:
    var = Path(shutil.copytree(imported, tmp_path_factory.mktemp("undisturbed") / "var"))
    assert topctl(var, "reindex").end() == 0
    state = asyncio.run(_state(var))
    assert len(state.documents) == state.counted == ROWS
    return state


async def _mark(var: Path) -> str | None:
    engine = build_engine(var / "search", warm=False)
    health = await engine.health()
    await engine.close()
    return health.unfinished.get(KIND)


@pytest.mark.parametrize("moment", _KILLS, ids=str)
def test_a_killed_build_is_gone_on_with(
    imported: Path, undisturbed: State, tmp_path: Path, moment: Moment
) -> None:
    var = Path(shutil.copytree(imported, tmp_path / "var"))
    killed = topctl(var, "reindex").kill_at(moment)
    assert killed or moment.delay, "it ended before it could be killed"
    mark = asyncio.run(_mark(var))
    assert mark or moment.delay or moment.word < 4, "nothing is left to go on from"
    assert topctl(var, "reindex").end() == 0
    assert ("index_build_goes_on" in (var / "log").read_text("utf-8")) == (mark is not None)
    assert asyncio.run(_state(var)) == undisturbed


def test_killed_again_and_again_it_ends_all_the_same(
    imported: Path, undisturbed: State, tmp_path: Path
) -> None:
    var = Path(shutil.copytree(imported, tmp_path / "var"))
    for _ in range(3):
        assert topctl(var, "reindex").kill_at(Moment("indexing", 0.0, word=4))
    assert topctl(var, "reindex").end() == 0
    assert (var / "log").read_text("utf-8").count("index_build_goes_on") == 3
    assert asyncio.run(_state(var)) == undisturbed
    indexes = [path for path in (var / "search" / KIND).iterdir() if path.is_dir()]
    assert len(indexes) == 1, "the remains of killed builds pile up"


def test_what_changed_under_a_killed_build_makes_it_begin_anew(imported: Path, tmp_path: Path) -> None:
    var = Path(shutil.copytree(imported, tmp_path / "var"))
    assert topctl(var, "reindex").kill_at(Moment("indexing", 0.0, word=8))
    name = asyncio.run(_close_the_first(var))
    assert topctl(var, "reindex").end() == 0
    assert "index_build_begins_anew" in (var / "log").read_text("utf-8")
    state = asyncio.run(_state(var))
    assert len(state.documents) == state.counted == ROWS - 1
    assert name not in asyncio.run(_names_found(var, name))


async def _close_the_first(var: Path) -> str:
    database = Database(f"sqlite+aiosqlite:///{var / 'top.db'}")
    try:
        async with database.reading() as session:
            first = select(Organisation.public_id).order_by(Organisation.id).limit(1)
            public_id = await session.scalar(first)
        assert public_id is not None
        return await run_write(database, lambda session: close(session, public_id))
    finally:
        await database.close()


async def _names_found(var: Path, text: str) -> list[str]:
    engine = build_engine(var / "search")
    page = await engine.search(KIND, SearchQuery(text, ("public",)))
    await engine.close()
    return [hit.name for hit in page.hits]
