"""Connections that the server closed are replaced before anybody notices."""

import asyncio
from typing import Any

from sqlalchemy import text

from app.db.engine import Database, ReadSession

_OTHERS = text(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND usename <> current_user"
)


async def _driver(session: ReadSession) -> Any:
    await session.execute(text("SELECT 1"))
    return (await (await session.connection()).get_raw_connection()).driver_connection


async def test_after_the_server_closed_them_all_the_next_reader_finds_it_open(
    database: Database, owned_database: Database
) -> None:
    if database.is_sqlite:
        return  # no server
    async with database.reading() as first, database.reading() as second:  # two in the pool
        pooled = [await _driver(one) for one in (first, second)]
    async with owned_database.engine.connect() as connection:
        assert await connection.scalar(_OTHERS) == 2
    async with asyncio.timeout(20):
        while not all(one.is_closed() for one in pooled):  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0)  # the driver hears of it from the loop
    for _ in range(2):
        async with database.reading() as session:
            assert await session.scalar(text("SELECT 1")) == 1
