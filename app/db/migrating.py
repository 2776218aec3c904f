"""Bringing a database to the schema of this code, and telling whether it is there."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, MetaData

from app.db.base import ONLY_ON
from app.db.engine import Database
from app.db.tenancy import SYSTEM, acting_as

if TYPE_CHECKING:
    from alembic.config import Config

# Alembic is imported where it is used: a start that finds everything migrated does without it.
_ROOT = Path(__file__).resolve().parents[2]
_INI = _ROOT / "alembic.ini"
_REVISION = re.compile(r'^revision = "(\w+)"$', re.MULTILINE)


@cache
def head_revision() -> str:
    """The newest revision this code knows: that of the last file, for their names begin with the date."""
    newest = max((_ROOT / "migrations" / "versions").glob("*.py"))
    found = _REVISION.search(newest.read_text("utf-8"))
    if found is None:
        raise RuntimeError(f"{newest.name} names no revision")
    return found.group(1)


async def upgrade(database: Database, *, revision: str = "head") -> None:
    """Run the missing migrations."""
    from alembic import command

    await _run(database, lambda config: command.upgrade(config, revision))


async def downgrade(database: Database, *, revision: str) -> None:
    from alembic import command

    await _run(database, lambda config: command.downgrade(config, revision))


async def drift(database: Database, metadata: MetaData) -> list[str]:
    """How the migrated schema differs from the models; empty when they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    def compare(connection: Connection) -> list[str]:
        name = connection.dialect.name

        def is_meant(thing: Any, *_: object) -> bool:
            return bool(thing.info.get(ONLY_ON, name) == name)

        opts = {"compare_type": True, "include_object": is_meant}
        context = MigrationContext.configure(connection, opts=opts)
        return [repr(difference) for difference in compare_metadata(context, metadata)]

    async with database.engine.connect() as connection:
        return await connection.run_sync(compare)


async def _run(database: Database, step: Callable[["Config"], None]) -> None:
    from alembic.config import Config

    config = Config(_INI)

    def run(connection: Connection) -> None:
        config.attributes["connection"] = connection
        step(config)

    with acting_as(SYSTEM):  # a migration may change rows of every company
        async with database.engine.connect() as connection:
            await connection.run_sync(run)
            await connection.commit()
