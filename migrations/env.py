"""Runs migrations on the database given by the caller (`topctl`, the tests) or by the settings."""

import asyncio
from typing import Literal

from alembic import context
from sqlalchemy import Connection, text

from app.db.base import UtcDateTime
from app.db.engine import Database
from app.db.tables import metadata
from app.db.tenancy import SYSTEM, acting_as
from app.settings import Settings

LOCK_TIMEOUT = "5s"
STATEMENT_TIMEOUT = "600s"


def render_item(kind: str, item: object, _: object) -> str | Literal[False]:
    """Migrations name plain column types: they must outlive the code of the day."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":  # LOCAL: the connection goes back to a pool
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
            connection.execute(text(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'"))
        context.run_migrations()


async def migrate_own_database() -> None:
    database = Database(Settings().owner_database_url)
    with acting_as(SYSTEM):
        async with database.engine.connect() as connection:
            await connection.run_sync(migrate)
            await connection.commit()
    await database.close()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    asyncio.run(migrate_own_database())
