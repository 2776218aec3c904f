"""Made-up organisations stay in the databases of the benches: nothing else takes, ships or shows them."""

import csv
import gzip
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.commands import PACK
from app.features.registry.compose import compose
from app.features.registry.facts.storing import source_ids_of
from app.features.registry.importing import import_organisations
from app.features.registry.licences import LICENSED
from app.features.registry.models import Organisation, Source
from app.features.registry.synthetic import PREFIX
from app.kit.errors import Invalid
from benchmarks.synthetic.database import mark_for_benches
from benchmarks.synthetic.organisations import SOURCE, organisations, write_organisations
from tests.features.registry.conftest import WriteCsv
from tests.features.registry.sample import HOSPITAL

ROWS = 400


@pytest.fixture
def composed(tmp_path: Path) -> Path:
    path = tmp_path / "synthetic.csv.gz"
    write_organisations(path, ROWS)
    return path


async def count(database: Database) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Organisation)) or 0


async def test_a_normal_database_refuses_them_and_keeps_nothing(
    stocked: Database, catalogue: Catalogue, composed: Path
) -> None:
    before = await count(stocked)
    with pytest.raises(Invalid, match="made up for benches"):
        await import_organisations(stocked, composed, catalogue)
    assert await count(stocked) == before


async def test_one_among_real_ones_is_refused_too(
    stocked: Database, catalogue: Catalogue, write_csv: WriteCsv
) -> None:
    before = await count(stocked)
    mixed = [{**HOSPITAL, "name": "晨光市第九人民医院", "source": f"somebody;{SOURCE}"}]
    with pytest.raises(Invalid, match="made up for benches"):
        await import_organisations(stocked, write_csv(mixed), catalogue)
    assert await count(stocked) == before


async def test_facts_of_made_up_sources_are_refused_too(database: Database) -> None:
    async def work(session: WriteSession) -> None:
        await source_ids_of(session, [f"{PREFIX}facts"])

    with pytest.raises(Invalid, match="made up for benches"):
        await run_write(database, work)
    async with database.reading() as session:
        assert not await session.scalar(select(func.count()).select_from(Source))


async def test_a_database_marked_for_benches_takes_them(
    database: Database, catalogue: Catalogue, composed: Path
) -> None:
    await mark_for_benches(database)
    report = await import_organisations(database, composed, catalogue)
    assert (report.new, report.refused) == (ROWS, 0)
    again = await import_organisations(database, composed, catalogue)
    assert (again.new, again.changed) == (0, 0)


def test_nothing_made_up_is_shipped(composed: Path, tmp_path: Path) -> None:
    assert not any(key.startswith(PREFIX) for key in LICENSED)
    with gzip.open(PACK, "rt", encoding="utf-8", newline="") as shipped:
        assert not any(PREFIX in row["source"] for row in csv.DictReader(shipped))
    target = tmp_path / "shipped.csv.gz"
    made = compose(composed, target)
    assert made.rows == ROWS
    with gzip.open(target, "rt", encoding="utf-8", newline="") as shipped:
        names = {row["name"] for row in csv.DictReader(shipped)}
    assert names.isdisjoint(row["name"] for row in organisations(ROWS))


def test_the_same_seed_makes_the_same_rows_and_no_name_twice() -> None:
    rows = list(organisations(20_000))
    assert rows[:500] == list(organisations(500))
    assert rows[:500] != list(organisations(500, seed=2))
    assert len({(row["name"], row["city"]) for row in rows}) == len(rows)
    assert all(row["source"] == SOURCE for row in rows)
    assert len({row["industry"] for row in rows}) >= 12
