"""Room for transactions of millions of rows."""

from sqlalchemy import text

from app.db.engine import WriteSession

_CACHE_KB = 512 * 1024


async def make_room(session: WriteSession) -> None:
    """Let SQLite keep the pages of a long transaction in memory, up to 512 MB: with its usual few, every
    insert into an index in random order would write a page to the log again. For short-lived processes."""
    if session.get_bind().dialect.name == "sqlite":
        await session.execute(text(f"PRAGMA cache_size=-{_CACHE_KB}"))
