"""Keeping other writers away from a table for the length of a transaction."""

from sqlalchemy import text

from app.db.base import Base
from app.db.engine import WriteSession


async def lock_table(session: WriteSession, table: type[Base]) -> None:
    """Others may read `table` but not write it until this transaction ends (on SQLite that is so anyway)."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text(f'LOCK TABLE "{table.__tablename__}" IN SHARE ROW EXCLUSIVE MODE'))
