"""Killed at any moment of importing notices: nothing was stored, or all of it; again, and all is there."""

import asyncio
import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.db.engine import Database
from app.features.registry.facts.models import Fact, Import, Notice
from app.features.registry.models import Organisation
from tests.deep.processes import Moment, topctl
from tests.features.registry.facts.conftest import notice, write_notices

_YEARS, _ORGANISATIONS, _NOTICES = 20, 100, 6_000
_MOMENTS = [
    Moment(None, 0.3),
    Moment("reading", 0.0),
    Moment("reading", 0.0, word=3),
    *(Moment("storing", delay, word) for word in (1, 2, 3) for delay in (0.0, 0.05)),
]

pytestmark = [pytest.mark.deep, pytest.mark.xdist_group("kills")]


async def _counted(var: Path) -> tuple[int, ...]:
    """Notices, facts and imports of facts."""
    database = Database(f"sqlite+aiosqlite:///{var / 'top.db'}")
    try:
        async with database.reading() as session:
            counts = [
                await session.scalar(select(func.count()).select_from(table)) or 0 for table in (Notice, Fact)
            ]
            imports = select(func.count()).select_from(Import).where(Import.kind == "facts")
            return (*counts, await session.scalar(imports) or 0)
    finally:
        await database.close()


async def _names(var: Path) -> list[tuple[str, str]]:
    database = Database(f"sqlite+aiosqlite:///{var / 'top.db'}")
    try:
        async with database.reading() as session:
            columns = select(Organisation.name, func.coalesce(Organisation.province, ""))
            return [(name, place) for name, place in await session.execute(columns.limit(_ORGANISATIONS))]
    finally:
        await database.close()


@pytest.fixture(scope="module")
def registered(organisations: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    var = tmp_path_factory.mktemp("registered")
    assert topctl(var, "import", "organisations", organisations).end() == 0
    return var


@pytest.fixture(scope="module")
def file(registered: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    names = asyncio.run(_names(registered))
    rows = [
        notice(f"{name}{2000 + year}年堡垒机采购{stage}公告", buyer=name, province=province, city="")
        for year in range(_YEARS)
        for name, province in names
        for stage in ("招标", "更正", "中标")
    ]
    assert len(rows) == _NOTICES
    return write_notices(tmp_path_factory.mktemp("csv") / "notices.csv.gz", rows)


@pytest.fixture(scope="module")
def undisturbed(registered: Path, file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, ...]:
    var = Path(shutil.copytree(registered, tmp_path_factory.mktemp("undisturbed") / "var"))
    assert topctl(var, "import", "facts", file).end() == 0
    counted = asyncio.run(_counted(var))
    assert counted[0] == _NOTICES
    assert counted[1] > 0
    return counted


@pytest.mark.parametrize("moment", _MOMENTS, ids=str)
def test_killed_and_run_again(
    moment: Moment, registered: Path, file: Path, undisturbed: tuple[int, ...], tmp_path: Path
) -> None:
    var = Path(shutil.copytree(registered, tmp_path / "var"))
    topctl(var, "import", "facts", file).kill_at(moment)
    assert asyncio.run(_counted(var)) in ((0, 0, 0), undisturbed)
    assert topctl(var, "import", "facts", file).end() == 0
    assert asyncio.run(_counted(var)) == undisturbed
    assert not [path for path in var.iterdir() if path.name.startswith("tmp")]
