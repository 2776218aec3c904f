"""Bringing a database to the schema of this code, and telling whether it is there."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData

from app.db.engine import Database

_INI = Path(__file__).resolve().parents[2] / "alembic.ini"


def head_revision() -> str:
    """The newest revision this code knows."""
    head = ScriptDirectory.from_config(Config(_INI)).get_current_head()
    if head is None:
        raise RuntimeError("no migration found")
    return head


async def upgrade(database: Database, *, revision: str = "head") -> None:
    """Run the missing migrations."""
    await _run(database, lambda config: command.upgrade(config, revision))


async def downgrade(database: Database, *, revision: str) -> None:
    await _run(database, lambda config: command.downgrade(config, revision))


async def drift(database: Database, metadata: MetaData) -> list[str]:
    """How the migrated schema differs from the models; empty when they agree."""

    def compare(connection: Connection) -> list[str]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [repr(difference) for difference in compare_metadata(context, metadata)]

    async with database.engine.connect() as connection:
        return await connection.run_sync(compare)


async def _run(database: Database, step: Callable[[Config], None]) -> None:
    config = Config(_INI)

    def run(connection: Connection) -> None:
        config.attributes["connection"] = connection
        step(config)

    async with database.engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
