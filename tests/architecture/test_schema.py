"""Migrations and models say the same, forwards and backwards, on both databases."""

from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Insert, insert, inspect, text
from sqlalchemy.exc import IntegrityError

from app.db.engine import Database
from app.db.migrating import downgrade, drift, head_revision, upgrade
from app.db.tables import metadata
from app.db.writing import run_write
from app.features.knowledge.entries import kinds_in_order
from app.features.knowledge.models import KnowledgeEntry
from app.features.registry.models import Organisation, OrganisationAlias
from app.kit import clock

ORGANISATION = {
    "id": 1, "public_id": "a", "name": "甲", "place": "", "name_norm": "甲", "core": "甲", "initials": "j",
    "industry": "healthcare", "inferred": {}, "provenance": "observed", "rank": 0.5, "rev": 1,
    "status": "active", "fingerprint": "", "created_at": clock.now(), "updated_at": clock.now(),
}  # fmt: skip
ROOT = Path(__file__).resolve().parents[2]


async def write(database: Database, statement: Insert) -> None:
    await run_write(database, lambda session: session.execute(statement))


async def insert_organisation(database: Database, **changed: object) -> None:
    await write(database, insert(Organisation).values(ORGANISATION | changed))


async def test_migrations_match_the_models(database: Database) -> None:
    assert await drift(database, metadata) == []


async def test_migrations_and_models_check_the_same(database: Database) -> None:
    """The comparison of alembic leaves CHECK constraints out."""
    async with database.engine.connect() as connection:
        for table in metadata.sorted_tables:
            found = await connection.run_sync(
                lambda sync, name=table.name: inspect(sync).get_check_constraints(name)
            )
            wanted = {one.name for one in table.constraints if isinstance(one, CheckConstraint)}
            assert {one["name"] for one in found} == wanted, table.name


@pytest.mark.parametrize(
    ("column", "value"),
    [("provenance", "rumoured"), ("status", "merged"), ("rank", 1.5), ("rank", -0.1)],
)
async def test_an_organisation_cannot_hold_what_no_code_knows(
    database: Database, column: str, value: object
) -> None:
    await insert_organisation(database)
    with pytest.raises(IntegrityError):
        await insert_organisation(database, **{"id": 2, "public_id": "b", "name": "乙", column: value})


async def test_kinds_are_checked(database: Database) -> None:
    await insert_organisation(database)
    alias = insert(OrganisationAlias).values(organisation_id=1, alias="甲", alias_norm="甲")
    entry = insert(KnowledgeEntry).values(slug="a", position=0, body={}, digest="")
    for kinds, statement in ((("short", "former", "english", "curated"), alias), (kinds_in_order(), entry)):
        with pytest.raises(IntegrityError):
            await write(database, statement.values(kind="other"))
        for kind in kinds:
            unique = {"alias": kind} if statement is alias else {}
            await write(database, statement.values(kind=kind, **unique))


async def test_migrating_leaves_the_connection_as_it_was(owned_database: Database) -> None:
    """A pooled connection goes on to serve readers."""
    database = owned_database
    await upgrade(database)
    if database.engine.dialect.name == "postgresql":
        async with database.engine.connect() as connection:
            assert await connection.scalar(text("SHOW lock_timeout")) == "0"
            assert await connection.scalar(text("SHOW statement_timeout")) == "0"


async def test_everything_can_be_taken_back(owned_database: Database) -> None:
    await downgrade(owned_database, revision="base")
    async with owned_database.engine.connect() as connection:
        tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    assert set(tables) <= {"alembic_version"}


def test_the_newest_file_is_the_only_head() -> None:
    directory = ScriptDirectory.from_config(Config(ROOT / "alembic.ini"))
    assert directory.get_heads() == [head_revision()]
