"""A registry of a few organisations, in both databases, and the way to bring files into it."""

import csv
import gzip
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest

from app.db.engine import Database, ReadSession
from app.db.writing import run_write
from app.features.knowledge.actions import load_into
from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.loading import load_pack
from app.features.registry.importing import import_organisations
from tests.features.registry.sample import COLUMNS, ROWS, Row

WriteCsv = Callable[[Sequence[Row]], Path]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_pack()


@pytest.fixture
def write_csv(tmp_path: Path) -> WriteCsv:
    """Writes rows of the import format to a gzip file; absent columns stay empty."""

    def write(rows: Sequence[Row]) -> Path:
        path = tmp_path / "organisations.csv.gz"
        with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


@pytest.fixture
async def stocked(database: Database, catalogue: Catalogue, write_csv: WriteCsv) -> Database:
    """The database with the knowledge pack and the sample organisations."""
    await run_write(database, lambda session: load_into(session, catalogue))
    await import_organisations(database, write_csv(ROWS), catalogue)
    return database


@pytest.fixture
async def session(stocked: Database) -> AsyncIterator[ReadSession]:
    async with stocked.reading() as session:
        yield session
