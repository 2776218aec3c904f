"""A full disk and a database that restarts while credits move: told why, nothing half, and on it goes."""

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from app.db.engine import Database
from app.db.writing import is_disk_full
from app.features.ledger.actions import Key, Posted
from app.kit.amount import credits
from tests.features.ledger.books import ANA, BO, Books
from tests.features.ledger.people import cast
from tests.people import signed_in
from tests.postgresql import PostgresForTests

ENOUGH = 5_000  # purchases: far more than a small disk holds
ROOM = 30  # pages of SQLite that are left


async def buy_until_it_is_full(books: Books) -> tuple[int, str]:
    """How many purchases were acknowledged, and the key of the one that found no room."""
    for bought in range(ENOUGH):
        key = books.key()
        try:
            await books.buy(1, BO, key=key, fee=0)
        except DBAPIError as error:
            if is_disk_full(error):
                return bought, key.value
            raise
    raise AssertionError("the disk never filled up")


async def expect_whole(books: Books, bought: int) -> None:
    assert await books.transfers() == bought + 1  # and the top-up
    assert await books.transfers("rejected") == 0  # a full disk is no refusal: the key stays free
    assert (await books.of(ANA)).spendable == credits(10_000 - bought)
    await books.check()


async def buy_again(books: Books, key: str) -> Posted:
    return await books.buy(1, BO, key=Key.of_company(ANA, key), fee=0)


def limit_pages(database: Database, more: int | None) -> None:
    """From the next connection on the file may grow by so many pages."""

    def say(connection: object, *_: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute("PRAGMA page_count")
        (pages,) = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count = {pages + more if more is not None else 2**30}")
        cursor.close()

    event.listen(database.engine.sync_engine, "connect", say)


@pytest.mark.statement(64)
async def test_sqlite_without_a_page_left(sqlite_url: str) -> None:
    books = Books(Database(sqlite_url))
    await books.prepare()
    await books.top_up(ANA, 10_000)
    await books.database.close()
    small = Books(Database(sqlite_url))
    limit_pages(small.database, ROOM)
    bought, key = await buy_until_it_is_full(small)
    assert bought > 0
    await expect_whole(small, bought)
    await small.database.close()
    again = Books(Database(sqlite_url))
    await buy_again(again, key)
    await expect_whole(again, bought + 1)
    await again.database.close()


@contextmanager
def small_disk(at: Path, size: int) -> Iterator[None]:
    at.mkdir()
    mount = shutil.which("mount")
    if mount is None or subprocess.run([mount, "-t", "tmpfs", "-o", f"size={size}", "none", at]).returncode:
        pytest.skip("mounting a small disk takes root")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", at], check=True)


@pytest.mark.statement(64)
def test_sqlite_on_a_disk_that_is_really_full(sqlite_template: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk, sqlite_template.stat().st_size + 600_000):
        shutil.copy(sqlite_template, disk / "test.db")
        asyncio.run(fill_up(disk))


async def fill_up(disk: Path) -> None:
    books = Books(Database(f"sqlite+aiosqlite:///{disk / 'test.db'}"))
    await books.prepare()
    await books.top_up(ANA, 10_000)
    filler = disk / "filler"
    filler.write_bytes(b"x" * (shutil.disk_usage(disk).free - 60_000))
    bought, key = await buy_until_it_is_full(books)
    filler.unlink()
    await expect_whole(books, bought)
    await buy_again(books, key)
    await expect_whole(books, bought + 1)
    await books.database.close()


FULL = """CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$"""


@pytest.mark.parametrize("path", ["portable", "function"], indirect=True)
async def test_postgresql_that_says_its_disk_is_full(
    books: Books, postgres: PostgresForTests, books_url: str
) -> None:
    """What the server raises then, raised by a trigger; the last step of a posting meets it."""
    await books.top_up(ANA, 10_000)
    owner = Database(postgres.as_owner(books_url))
    async with owner.engine.begin() as connection:
        await connection.execute(text(FULL))
        await connection.execute(
            text("CREATE TRIGGER no_room BEFORE INSERT ON ledger_holds EXECUTE FUNCTION no_room()")
        )
    try:
        bought, key = await buy_until_it_is_full(books)
        assert bought == 0
        await expect_whole(books, 0)
    finally:
        async with owner.engine.begin() as connection:
            await connection.execute(text("DROP FUNCTION no_room CASCADE"))
        await owner.close()
    await buy_again(books, key)
    await expect_whole(books, 1)


@pytest.mark.statement(64)
async def test_people_are_told_and_may_try_again(app: FastAPI, client: httpx.AsyncClient) -> None:
    people = await cast(app)
    database: Database = app.state.database
    if not database.is_sqlite:
        pytest.skip("of PostgreSQL the test above shows the error")
    await database.engine.dispose()
    limit_pages(database, 0)
    signed_in(client, people.fin)
    address = f"/api/v1/staff/ledger/companies/{people.ana.company_public_id}/top-ups"
    number = 0
    while True:
        number += 1
        receipt = {"idempotency-key": f"R-{number}", "accept-language": "en"}
        answer = await client.post(address, json={"amount": "1"}, headers=receipt)
        if answer.status_code != 200:
            break
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert "disk of the database is full: nothing was written" in answer.json()["detail"]
    assert (await client.get("/books")).status_code == 200
    limit_pages(database, None)
    await database.engine.dispose()
    answer = await client.post(address, json={"amount": "1"}, headers=receipt)
    assert answer.json()["replayed"] is False
    assert (await people.books.of(people.ana_id)).spendable == credits(number)
    await people.books.check()


@pytest.mark.statement(63)
@pytest.mark.parametrize("path", ["portable", "function"], indirect=True)
async def test_postgresql_restarts_under_postings(
    books: Books, postgres: PostgresForTests, books_url: str
) -> None:
    """As then, every connection ends in the middle of its work; callers ask again, under their keys."""
    await books.top_up(ANA, 10_000)
    owner = Database(postgres.as_owner(books_url))
    cut = text(
        "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    done: list[int] = []

    async def buy(number: int) -> None:
        key = books.key()
        while True:
            try:
                done.append((await books.buy(1, BO, key=key, fee=0)).transfer_id)
                return
            except (DBAPIError, OSError):
                continue

    buying = [asyncio.create_task(buy(number)) for number in range(60)]
    ended = 0
    while not all(one.done() for one in buying):
        async with owner.engine.connect() as connection:
            ended += int((await connection.execute(cut)).scalar_one()) if ended < 40 else 0
    await asyncio.gather(*buying)
    await owner.close()
    assert ended > 0
    assert len(set(done)) == len(done) == 60
    await expect_whole(books, 60)
