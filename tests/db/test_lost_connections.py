"""Connections that the server closed are replaced before anybody notices."""

from sqlalchemy import text

from app.db.engine import Database

_OTHERS = text(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


async def test_after_the_server_closed_them_all_the_next_reader_finds_it_open(
    database: Database, owned_database: Database
) -> None:
    if database.is_sqlite:
        return  # no server
    async with database.reading() as first, database.reading() as second:  # two in the pool
        await first.execute(text("SELECT 1"))
        await second.execute(text("SELECT 1"))
    async with owned_database.engine.connect() as connection:
        assert await connection.scalar(_OTHERS) == 2
    for _ in range(2):
        async with database.reading() as session:
            assert await session.scalar(text("SELECT 1")) == 1
