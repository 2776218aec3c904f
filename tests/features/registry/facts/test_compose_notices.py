"""What is shipped of the notices: bare facts, and the same bytes every time."""

import csv
import gzip
import hashlib
from pathlib import Path

from sqlalchemy import insert

from app.db.engine import Database
from app.db.writing import run_write
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.facts.commands import (
    ORGANISATIONS,
    PACK,
    import_shipped_notices,
    wants_shipped_notices,
)
from app.features.registry.facts.compose import BARE_SHAPE, compose_notices
from app.features.registry.facts.models import Import
from app.features.registry.facts.shape import GIVEN_SHAPE
from app.kit import clock

SECRET = "qzvertraulich"


def full_file(path: Path) -> Path:
    told = {"title", "published_on", "source", "buyer"}
    kept = {
        "title": "某县医院等保测评项目招标公告",
        "published_on": "2024-05-01",
        "source": "甲",
        "buyer": "某县医院",
    }
    columns = {name: field for field, name in GIVEN_SHAPE.columns.items()} | {
        "winner": "winner",
        "agency": "agency",
    }
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns))
        writer.writeheader()
        row = {
            name: kept.get(field, "" if field in BARE_SHAPE.columns else SECRET)
            for name, field in columns.items()
        }
        assert told <= set(columns.values())
        writer.writerow(row)
    return path


def test_the_text_of_a_notice_and_its_other_parties_stay_behind(tmp_path: Path) -> None:
    source, target = full_file(tmp_path / "full.csv"), tmp_path / "bare.csv.gz"
    assert SECRET in source.read_text()
    assert compose_notices(source, target) == 1
    text = gzip.decompress(target.read_bytes()).decode()
    assert "某县医院等保测评项目招标公告" in text
    assert SECRET not in text
    again = tmp_path / "again.csv.gz"
    compose_notices(source, again)
    assert again.read_bytes() == target.read_bytes()


def test_the_shipped_file_holds_nothing_else() -> None:
    header, first, *_ = gzip.decompress(PACK.read_bytes()).decode().splitlines()
    assert header.split(",") == list(BARE_SHAPE.columns.values())
    assert "content" not in header
    assert first


async def test_they_come_with_the_shipped_registry_and_once(database: Database) -> None:
    async def note(kind: str, digest: str) -> None:
        row = {"kind": kind, "file_name": "a.csv.gz", "file_digest": digest, "report": {}, "state": "undone"}
        row |= {"public_id": digest[:22], "finished_at": clock.now()}
        await run_write(database, lambda session: session.execute(insert(Import).values(row)))

    assert not await wants_shipped_notices(database)
    await note("organisations", "a file of their own")
    assert not await wants_shipped_notices(database)
    await note("organisations", hashlib.sha256(ORGANISATIONS.read_bytes()).hexdigest())
    assert await wants_shipped_notices(database)
    await note("facts", "any notices")
    assert not await wants_shipped_notices(database)


async def test_the_shipped_notices_are_imported(database: Database, catalogue: Catalogue) -> None:
    report = await import_shipped_notices(database, catalogue)
    assert report.rows > 4_000
    assert not report.refused
