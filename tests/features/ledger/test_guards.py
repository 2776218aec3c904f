"""What the database itself refuses, whoever asks: changes of history, unbalanced transfers, overdrafts."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.db.engine import Database, WriteSession
from app.features.ledger.checking import take_checkpoint
from tests.features.ledger.books import ANA, Books

# The role of the product has no right to; its owner meets the trigger.
NEVER = "append-only|permission denied|must be owner|stay what they are"


async def refused(books: Books, statement: str, what: str = NEVER) -> None:
    with pytest.raises(DBAPIError, match=what):
        await books.write(text(statement))


@pytest.mark.statement(20)
@pytest.mark.parametrize("table", ["ledger_transfers", "ledger_entries", "ledger_checkpoints"])
async def test_history_is_append_only(books: Books, table: str) -> None:
    await books.top_up()
    await books.run(take_checkpoint)
    column = {"ledger_transfers": "reason", "ledger_entries": "amount", "ledger_checkpoints": "balance"}[
        table
    ]
    await refused(books, f"UPDATE {table} SET {column} = {column}")
    await refused(books, f"DELETE FROM {table}")
    if books.database.is_sqlite:
        await refused(books, f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    else:
        await refused(books, f"TRUNCATE {table} CASCADE")


@pytest.mark.statement(20)
async def test_the_owner_of_the_tables_meets_the_triggers(
    books: Books, path: str, books_url: str, request: pytest.FixtureRequest
) -> None:
    if path == "sqlite":
        return  # whose role owns everything: the test before this one
    await books.top_up()
    owner = Database(request.getfixturevalue("postgres").as_owner(books_url))
    for statement in (
        "UPDATE ledger_entries SET amount = amount",
        "DELETE FROM ledger_transfers",
        "TRUNCATE ledger_entries",
        "TRUNCATE ledger_accounts CASCADE",
        "INSERT INTO ledger_transfers SELECT * FROM ledger_transfers ON CONFLICT (id) DO UPDATE SET kind = 2",
    ):
        with pytest.raises(DBAPIError, match=NEVER):
            async with owner.engine.begin() as connection:
                await connection.execute(text(statement))
    await owner.close()


async def test_accounts_stay_and_stay_what_they_are(books: Books) -> None:
    await books.top_up()
    await refused(books, "DELETE FROM ledger_accounts")
    await refused(books, "UPDATE ledger_accounts SET owner_id = 7, company_id = 7 WHERE owner_id = 1")
    if not books.database.is_sqlite:
        await refused(books, "TRUNCATE ledger_accounts CASCADE")
        await refused(books, "UPDATE ledger_accounts SET id = 999 WHERE owner_id = 1")


@pytest.mark.parametrize(
    "change",
    [
        "balance = -1 WHERE owner_id = 1",
        "balance = 9000000000000001 WHERE owner_id = 1",
        "ceiling = 1 WHERE owner_id = 1",
        "seq = -1 WHERE owner_id = 1",
    ],
)
async def test_no_balance_leaves_its_bounds(books: Books, change: str) -> None:
    await books.top_up(ANA)
    with pytest.raises(IntegrityError):
        await books.write(text(f"UPDATE ledger_accounts SET {change}"))


_TRANSFER = (
    "INSERT INTO ledger_transfers (id, public_id, scope, idem_key, request_hash, state, reason, kind,"
    " cause_kind, cause_id, content, created_at)"
    " VALUES (90, 'x', 's', 'k', 'h', '{state}', {reason}, 1, 'a', 'b', '{{}}', '2026-01-01 00:00:00')"
)

_YUAN = (
    "INSERT INTO ledger_accounts (id, kind, owner_id, asset, shard, balance, seq)"
    " VALUES (70, 23, 0, 'CNY', 0, 0, 0)"
)


@pytest.mark.parametrize(
    "legs",
    [
        "(90, 1, 1, 7, 5, 5)",
        "(90, 1, 1, 7, 5, 5), (90, 2, 2, 7, -4, 5)",
        "(90, 1, 1, 7, 5, 5), (90, 2, 1, 8, -5, 0)",
        "(90, 1, 1, 7, 5, 5), (90, 2, 999, 8, -5, 0)",
        "(90, 1, 1, 7, 5, 5), (90, 3, 2, 7, -5, 5)",
        "(91, 1, 1, 7, 5, 5), (91, 2, 2, 7, -5, 5)",
        "(90, 1, 1, 7, 5, 5), (90, 2, 70, 7, -5, 5)",
    ],
    ids=["one leg", "unbalanced", "one account", "no account", "a gap", "no transfer", "two assets"],
)
async def test_postgresql_refuses_a_transfer_that_does_not_balance(books: Books, legs: str) -> None:
    if books.database.is_sqlite:
        return  # there the check finds it: see test_check.py
    await books.top_up()

    async def work(session: WriteSession) -> None:
        await session.execute(text(_YUAN))
        await session.execute(text(_TRANSFER.format(state="posted", reason="NULL")))
        await session.execute(text(f"INSERT INTO ledger_entries VALUES {legs}"))

    with pytest.raises(IntegrityError, match="does not balance"):
        await books.run(work)


async def test_postgresql_refuses_a_second_helping_and_entries_of_what_was_rejected(books: Books) -> None:
    if books.database.is_sqlite:
        return
    await books.top_up()
    pair = "VALUES ({0}, 3, 1, 7, 5, 5), ({0}, 4, 2, 7, -5, 5)"
    await refused(books, f"INSERT INTO ledger_entries {pair.format(1)}", "does not balance")

    async def rejected(session: WriteSession) -> None:
        await session.execute(text(_TRANSFER.format(state="rejected", reason="'x'")))
        await session.execute(text(f"INSERT INTO ledger_entries {pair.format(90)}"))

    with pytest.raises(IntegrityError, match="does not balance"):
        await books.run(rejected)


@pytest.mark.parametrize(
    "values",
    ["(1, 9, 1, 9, 0, 0)", "(1, 9, 1, 9, 1000000000001, 0)", "(1, 9, 1, 1, 5, 0)", "(1, 9, 1, 0, 5, 0)",
     "(1, 9, 999, 9, 5, 0)"],
    ids=["nothing", "too much", "number taken", "number 0", "no account"],
)  # fmt: skip
async def test_odd_entries_are_refused(books: Books, values: str) -> None:
    await books.top_up()
    with pytest.raises(IntegrityError):
        await books.write(text(f"INSERT INTO ledger_entries VALUES {values}"))
