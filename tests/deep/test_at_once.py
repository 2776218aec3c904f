"""Two processes that do the same at the same time: each thing ends up there once."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.db.engine import Database
from app.features.registry.models import Organisation, OrganisationAlias
from search import build_engine
from tests.application import settings_for
from tests.deep.conftest import ROWS
from tests.deep.processes import topctl

pytestmark = [pytest.mark.deep, pytest.mark.xdist_group("kills")]


async def _counts(database_url: str) -> tuple[int, int, int]:
    database = Database(database_url)
    try:
        async with database.reading() as session:
            return (
                await session.scalar(select(func.count(Organisation.id))) or 0,
                await session.scalar(select(func.count(Organisation.public_id.distinct()))) or 0,
                await session.scalar(select(func.count(OrganisationAlias.id))) or 0,
            )
    finally:
        await database.close()


@pytest.mark.parametrize("round_", range(2))
def test_the_same_import_twice_at_once(
    database_url: str, organisations: Path, tmp_path: Path, round_: int
) -> None:
    """One of them may be refused, and says that nothing of it was imported; a repetition changes nothing."""
    runs = [
        topctl(tmp_path / name, "import", "organisations", organisations, TOP_DATABASE_URL=database_url)
        for name in ("first", "second")
    ]
    statuses = sorted(run.end() for run in runs)
    assert statuses in ([0, 0], [0, 1])
    if 1 in statuses:
        told = "".join((tmp_path / name / "log").read_text("utf-8") for name in ("first", "second"))
        assert "nothing was imported" in told
    once = asyncio.run(_counts(database_url))
    assert once[:2] == (ROWS, ROWS)
    again = topctl(tmp_path, "import", "organisations", organisations, TOP_DATABASE_URL=database_url)
    assert again.end() == 0
    assert asyncio.run(_counts(database_url)) == once


def test_two_starts_at_once_prepare_one_after_the_other(organisations: Path, tmp_path: Path) -> None:
    assert topctl(tmp_path, "import", "organisations", organisations).end() == 0
    runs = [topctl(tmp_path, "prepare") for _ in range(2)]
    assert [run.end() for run in runs] == [0, 0]
    assert "Waiting for another process to prepare" in (tmp_path / "log").read_text("utf-8")
    settings = settings_for("", tmp_path)

    async def indexed() -> int:
        engine = build_engine(settings.search_place)
        health = await engine.health()
        await engine.close()
        return health.documents["organisation"]

    assert asyncio.run(indexed()) == ROWS
    assert asyncio.run(_counts(settings.effective_database_url))[:2] == (ROWS, ROWS)
