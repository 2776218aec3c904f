"""Migrations and models say the same, forwards and backwards, on both databases."""

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from app.db.engine import Database
from app.db.migrating import downgrade, drift, head_revision
from app.db.tables import metadata

ROOT = Path(__file__).resolve().parents[2]


async def test_migrations_match_the_models(database: Database) -> None:
    assert await drift(database, metadata) == []


async def test_everything_can_be_taken_back(database: Database) -> None:
    await downgrade(database, revision="base")
    async with database.engine.connect() as connection:
        tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    assert set(tables) <= {"alembic_version"}


def test_the_newest_file_is_the_only_head() -> None:
    directory = ScriptDirectory.from_config(Config(ROOT / "alembic.ini"))
    assert directory.get_heads() == [head_revision()]
