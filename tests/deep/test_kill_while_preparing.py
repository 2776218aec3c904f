"""Killed at any moment of importing and preparing, and started again: everything is there, and once."""

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from app.db.engine import Database
from app.db.writing import run_write
from app.features.knowledge.models import KnowledgeEntry
from app.features.registry.documents import KIND
from app.features.registry.models import (
    Organisation,
    OrganisationAlias,
    OrganisationCount,
    OrganisationSource,
    Source,
)
from app.kit import clock
from app.outbox.models import OutboxJob
from search import build_engine
from search.contract import SearchQuery
from tests.deep.conftest import ROWS
from tests.deep.processes import Moment, topctl

_REGISTRY = (Organisation, OrganisationAlias, OrganisationSource, Source, OrganisationCount)
_IMPORTING = [
    Moment(None, 0.02),
    Moment(None, 0.2),
    Moment("analysing", 0.0),
    Moment("analysing", 0.1),
    *(Moment("storing", delay) for delay in (0.0, 0.01, 0.02, 0.05, 0.1, 0.2)),
]
_PREPARING = [
    *(Moment(None, delay) for delay in (0.02, 0.1, 0.3, 0.6)),
    *(Moment("indexing", delay) for delay in (0.0, 0.02, 0.05, 0.1, 0.2, 0.4)),
]

pytestmark = [pytest.mark.deep, pytest.mark.xdist_group("kills")]


@dataclass(frozen=True)
class State:
    """Rows by table, the organisations' ids, and what the index holds."""

    rows: dict[str, int]
    ids: frozenset[str]
    indexed: int
    first_hit: str | None


async def _state(var: Path) -> State:
    database, engine = Database(f"sqlite+aiosqlite:///{var / 'top.db'}"), build_engine(var / "search")
    try:
        async with database.reading() as session:
            rows = {
                table.__tablename__: await session.scalar(select(func.count()).select_from(table)) or 0
                for table in (*_REGISTRY, KnowledgeEntry)
            }
            ids = frozenset(await session.scalars(select(Organisation.public_id)))
        health = await engine.health()
        hits = ()
        if health.state == "ok":
            hits = (await engine.search(KIND, SearchQuery("中储粮", ("public",)))).hits
        return State(rows, ids, health.documents.get(KIND, 0), hits[0].name if hits else None)
    finally:
        await engine.close()
        await database.close()


async def _forget_leases(var: Path) -> None:
    """What a dead worker had claimed is due again, as after the time of its lease."""
    database = Database(f"sqlite+aiosqlite:///{var / 'top.db'}")
    await run_write(
        database, lambda session: session.execute(update(OutboxJob).values(available_at=clock.now()))
    )
    await database.close()


def state_of(var: Path) -> State:
    return asyncio.run(_state(var))


def waiting(var: Path) -> int:
    async def count() -> int:
        database = Database(f"sqlite+aiosqlite:///{var / 'top.db'}")
        async with database.reading() as session:
            found = await session.scalar(select(func.count()).select_from(OutboxJob))
        await database.close()
        return found or 0

    return asyncio.run(count())


@pytest.fixture(scope="module")
def imported(organisations: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    var = tmp_path_factory.mktemp("imported")
    assert topctl(var, "import", "organisations", organisations).end() == 0
    shutil.rmtree(var / "search")  # an import indexes, too: leave that to the preparation
    return var


@pytest.fixture(scope="module")
def undisturbed(imported: Path, tmp_path_factory: pytest.TempPathFactory) -> State:
    """How it looks when nothing was killed."""
    var = Path(shutil.copytree(imported, tmp_path_factory.mktemp("undisturbed") / "var"))
    assert topctl(var, "prepare").end() == 0
    state = state_of(var)
    assert (len(state.ids), state.indexed) == (ROWS, ROWS)
    assert state.first_hit == "中国储备粮管理集团有限公司"
    return state


@pytest.mark.parametrize("moment", _IMPORTING, ids=str)
def test_a_killed_import_is_all_or_nothing_and_can_be_repeated(
    organisations: Path, undisturbed: State, tmp_path: Path, moment: Moment
) -> None:
    killed = topctl(tmp_path, "import", "organisations", organisations).kill_at(moment)
    assert killed or moment.delay, "it ended before it could be killed"
    try:
        left = state_of(tmp_path).rows
    except OperationalError:  # killed before there was a schema
        left = dict.fromkeys(undisturbed.rows, 0)
    for table in _REGISTRY:
        assert left[table.__tablename__] in (0, undisturbed.rows[table.__tablename__]), left
    assert len({bool(left[table.__tablename__]) for table in _REGISTRY}) == 1, left

    assert topctl(tmp_path, "import", "organisations", organisations).end() == 0
    state = state_of(tmp_path)
    assert state.rows == undisturbed.rows
    assert state.indexed == ROWS or waiting(tmp_path), "neither indexed nor told to be"


@pytest.mark.parametrize("moment", _PREPARING, ids=str)
def test_a_killed_preparation_is_completed_by_the_next(
    imported: Path, undisturbed: State, tmp_path: Path, moment: Moment
) -> None:
    var = Path(shutil.copytree(imported, tmp_path / "var"))
    killed = topctl(var, "prepare").kill_at(moment)
    assert killed or moment.delay, "it ended before it could be killed"
    assert topctl(var, "prepare").end() == 0
    assert state_of(var) == undisturbed

    asyncio.run(_forget_leases(var))
    assert topctl(var, "prepare").end() == 0
    assert waiting(var) == 0
    assert state_of(var) == undisturbed
    indexes = [path for path in (var / "search" / KIND).iterdir() if path.is_dir()]
    assert len(indexes) <= 2, "the remains of killed rebuilds pile up"
