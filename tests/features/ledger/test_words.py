"""What is told with a posting comes out as it went in, whoever else is in its message."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import JSON, BigInteger, Column, MetaData, String, Table, select, text
from sqlalchemy.engine import make_url

from app.db.engine import Database
from app.db.rows import NewRow
from app.db.tenancy import acting_as
from app.features.ledger.actions import Beside, Cause, Key, Posted, RowsBeside
from app.features.ledger.kinds import AccountKind, TransferKind
from app.features.ledger.models import LedgerTransfer
from app.features.ledger.posting.moves import Account, give, take
from app.features.ledger.posting.requests import Posting, Request
from app.features.ledger.posting.running import run_alone
from app.features.ledger.posting.transfers import post_this
from app.kit.amount import credits
from app.kit.text import Text
from tests.features.ledger.books import ANA, Books
from tests.postgresql import PostgresForTests

_tables = MetaData()
NOTES = Table(
    "notes",
    _tables,
    Column("transfer_id", BigInteger, primary_key=True),
    Column("words", String, nullable=False),
    Column("many", BigInteger, nullable=False),
    Column("told", JSON, nullable=False),
)
NOTED = RowsBeside(
    NewRow(
        "notes (transfer_id, words, many, told)",
        ":transfer, :words, :many, :told",
        {"words": String(), "many": BigInteger(), "told": JSON()},
    )
)
WORDS = (
    "plain",
    'He said "no", \\ and \\"; {} [] , NULL, (), %s :words $1 -- \'; /*',
    r"\u0000 \n \\u2028 \x00",
    "\u2028\u2029\u200b\ufeff\u202e\x01\x1f\x7f\x85\t\r\n",
    "甲公司 🙂 e\u0301 \U0010ffff",
    "</script><!--",
    "long " * 40_000,
)
MANY = (2**53 + 1, -(2**63), 2**63 - 1)


@pytest.fixture
async def noted(books: Books, books_url: str, request: pytest.FixtureRequest) -> Books:
    owner = books.database
    if not owner.is_sqlite:
        postgres: PostgresForTests = request.getfixturevalue("postgres")
        owner = Database(postgres.as_owner(books_url))
    async with owner.engine.begin() as connection:
        await connection.run_sync(_tables.create_all)
        if owner is not books.database:
            await connection.execute(text(f"GRANT SELECT, INSERT ON notes TO {make_url(books_url).username}"))
    if owner is not books.database:
        await owner.close()
    await books.top_up(ANA, 100)
    return books


async def note(books: Books, words: str, many: int = 1, **forged: Any) -> Posted:
    told = {words[:100]: words, "list": [words, None, many]}
    wallet, clearing = Account(AccountKind.WALLET, ANA), Account(AccountKind.PAYMENT_CLEARING)
    beside = Beside(
        NOTED,
        lambda _: {"words": words, "many": many, "told": told, **forged},
        "taken",
        Text(zh="有", en="taken"),
    )
    request = Request(
        Key("test", books.name("note")), TransferKind.CHARGEBACK, Cause("x", words[:30]), told, actor_id=many
    )
    with acting_as(books.tenant):
        moves = [take(credits(1), wallet), give(credits(1), clearing)]
        posting = Posting.of(request, moves, beside=beside)
        return await run_alone(books.database, posting, lambda session: post_this(session, posting))


async def test_words_and_numbers_come_out_as_they_went_in(noted: Books) -> None:
    given = [(words, number) for words in WORDS for number in MANY]
    posted = await asyncio.gather(*(note(noted, words, number) for words, number in given))
    async with noted.reading() as session:
        rows = {row.transfer_id: row for row in await session.execute(select(NOTES))}
        kept = {
            row.id: row
            for row in await session.execute(
                select(
                    LedgerTransfer.id,
                    LedgerTransfer.cause_id,
                    LedgerTransfer.content,
                    LedgerTransfer.actor_id,
                )
            )
        }
    for (words, number), one in zip(given, posted, strict=True):
        told = {words[:100]: words, "list": [words, None, number]}
        row, transfer = rows[one.transfer_id], kept[one.transfer_id]
        assert (row.words, row.many, row.told) == (words, number, told)
        assert (transfer.cause_id, transfer.content, transfer.actor_id) == (words[:30], told, number)


@pytest.mark.parametrize("words", ["\ud800", "a\x00b"])
async def test_what_cannot_be_written_harms_its_own_alone(noted: Books, path: str, words: str) -> None:
    if path == "sqlite" and "\x00" in words:
        return  # which can write it
    before, bad, after = await asyncio.gather(
        note(noted, "before"), note(noted, words), note(noted, "after"), return_exceptions=True
    )
    assert isinstance(before, Posted)
    assert isinstance(bad, Exception)
    assert isinstance(after, Posted)
    assert (await noted.of(ANA)).spendable == credits(98)


async def test_whose_rows_they_are_is_for_the_message_to_say(noted: Books) -> None:
    """Whatever else a room names its values."""
    first, second = await asyncio.gather(note(noted, "first", place=2), note(noted, "second", place=1))
    async with noted.reading() as session:
        rows = {row.transfer_id: row.words for row in await session.execute(select(NOTES))}
    assert rows == {first.transfer_id: "first", second.transfer_id: "second"}
