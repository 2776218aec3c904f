"""kill -9 under load, of the product and of PostgreSQL: what was acknowledged stands, once."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, InterfaceError

from app.db.engine import Database
from app.db.migrating import upgrade
from app.features.ledger.models import LedgerTransfer
from tests.deep.ledger_load import Load, key_of
from tests.features.ledger.books import ANA, BO, CAI, Books
from tests.features.ledger.conftest import open_path
from tests.own_postgres import OwnPostgres, own_postgres

pytestmark = [pytest.mark.deep, pytest.mark.xdist_group("kills"), pytest.mark.timeout(600)]
ROUNDS = 20


@pytest.fixture(scope="module")
def server() -> Iterator[OwnPostgres]:
    with own_postgres() as started:
        if started is None:
            pytest.fail("PostgreSQL is missing (Debian: apt-get install postgresql)")
        asyncio.run(_migrate(started.url.render_as_string()))
        yield started


async def _migrate(url: str) -> None:
    database = Database(url)
    await upgrade(database)
    await database.close()


async def posted_keys(books: Books) -> list[str]:
    async with books.reading() as session:
        statement = select(LedgerTransfer.idem_key).where(
            LedgerTransfer.state == "posted", LedgerTransfer.scope == f"company:{ANA}"
        )
        return list(await session.scalars(statement))


async def rounds_of_killing(path: str, url: str, directory: Path) -> None:
    books, chance, acknowledged = Books(open_path(path, url)), Random(7), []
    await books.prepare()
    await books.top_up(ANA, 100_000)
    for number in range(ROUNDS):
        load = Load(path, url, prefix=f"{path}{number}", acknowledged=directory / f"{path}{number}")
        await load.wait_for(chance.randrange(1, 12))
        load.kill()
        acknowledged += load.acknowledged()
        posted = await posted_keys(books)
        assert len(posted) == len(set(posted))
        assert set(acknowledged) <= set(posted)
        again = await books.buy(1, BO, CAI, key=key_of(acknowledged[-1]))
        assert again.replayed
        await books.check()
    assert len(acknowledged) >= ROUNDS
    await books.database.close()


@pytest.mark.statement(62)
def test_the_product_is_killed_on_sqlite(sqlite_url: str, tmp_path: Path) -> None:
    asyncio.run(rounds_of_killing("sqlite", sqlite_url, tmp_path))


@pytest.mark.statement(62)
@pytest.mark.parametrize("path", ["portable", "function"])
def test_the_product_is_killed_on_postgresql(server: OwnPostgres, path: str, tmp_path: Path) -> None:
    asyncio.run(rounds_of_killing(path, server.url.render_as_string(), tmp_path))


async def server_killed_under_load(server: OwnPostgres, path: str) -> None:
    books = Books(open_path(path, server.url.render_as_string()))
    await books.prepare()
    await books.top_up(ANA, 100_000)
    acknowledged: list[str] = []
    stop = False

    async def caller(number: int) -> None:
        bought = 0
        while not stop:
            name = f"{path}-server-{number}-{bought}"
            while True:  # a client whose answer was lost asks again under the same key
                try:
                    await books.buy(1, BO, CAI, key=key_of(name))
                    break
                except (DBAPIError, InterfaceError, OSError, TimeoutError):
                    await asyncio.sleep(0.02)
            acknowledged.append(name)
            bought += 1

    callers = [asyncio.create_task(caller(number)) for number in range(6)]
    for _ in range(ROUNDS):
        wanted = len(acknowledged) + 10
        while len(acknowledged) < wanted:  # noqa: ASYNC110 - an event for each tenth would say no more
            await asyncio.sleep(0.005)
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)
    stop = True
    await asyncio.gather(*callers)
    posted = [key for key in await posted_keys(books) if key.startswith(f"{path}-server")]
    assert sorted(posted) == sorted(acknowledged)
    await books.check()
    await books.database.close()


@pytest.mark.statement(63)
@pytest.mark.parametrize("path", ["portable", "function"])
def test_postgresql_is_killed_under_load(server: OwnPostgres, path: str) -> None:
    asyncio.run(server_killed_under_load(server, path))
