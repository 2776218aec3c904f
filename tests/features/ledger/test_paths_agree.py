"""The server function against the portable statements: the same commands, the same outcome, to the unit."""

import asyncio
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.db.direct import alone
from app.db.engine import WriteSession
from app.features.ledger.actions import Cause, Key
from app.features.ledger.errors import KeyReused, Misposted, PostingRefused
from app.features.ledger.kinds import AccountKind, TransferKind
from app.features.ledger.posting.message import accounts_of_all, calling, posted_of, values_of
from app.features.ledger.posting.moves import Account, Move, NewHold
from app.features.ledger.posting.requests import Posted, Posting, Request
from app.features.ledger.posting.transfers import begin, complete, post
from tests.features.ledger.books import Books
from tests.features.ledger.conftest import open_path
from tests.postgresql import PostgresForTests

# A correction may touch any account: moves of any shape, over floors, ceilings and several accounts.
ACCOUNTS = (
    Account(AccountKind.WALLET, 1),
    Account(AccountKind.WALLET, 2),
    Account(AccountKind.EARNINGS_AVAILABLE, 1),
    Account(AccountKind.PARTNER_DEBT, 1),
    Account(AccountKind.PARTNER_DEBT, 2),
    Account(AccountKind.PLATFORM_REVENUE, 0, "CR", 3),
    Account(AccountKind.PAYMENT_CLEARING),
    Account(AccountKind.SUSPENSE),
)
some = st.lists(st.sampled_from(ACCOUNTS), min_size=1, max_size=3, unique=True).map(tuple)


@st.composite
def commands(draw: st.DrawFn) -> tuple[str, bool, list[Move], list[NewHold]]:
    amounts = draw(st.lists(st.integers(1, 500), min_size=1, max_size=3))
    moves = [Move(draw(st.sampled_from((1, -1))) * amount, draw(some)) for amount in amounts]
    rest = -sum(move.amount for move in moves)
    if rest:
        moves.append(Move(rest, draw(some)))
    used = [account for move in moves for account in move.accounts]
    holds = (
        [NewHold(draw(st.sampled_from(used)), draw(st.integers(1, 9)), 7, "x")] if draw(st.booleans()) else []
    )
    return draw(st.sampled_from("abcdefgh")), draw(st.booleans()), moves, holds


async def outcome(books: Books, command: tuple[str, bool, list[Move], list[NewHold]]) -> Any:
    key, in_two_steps, moves, holds = command
    request = request_of(key, moves)

    async def work(session: WriteSession) -> Any:
        if not in_two_steps:
            return await post(session, request, moves, holds=holds)
        claimed = await begin(session, request)
        if isinstance(claimed, Posted):
            return claimed
        return await complete(session, claimed, moves, holds=holds)

    try:
        posted = await books.run(work)
    except PostingRefused as refusal:
        return refusal.reason, refusal.message
    except (KeyReused, Misposted) as refusal:
        return type(refusal)
    return posted.replayed, [(leg.account, leg.amount, leg.balance_after) for leg in posted.legs]


_TOLD = (
    "SELECT kind, owner_id, asset, shard, balance, seq, floor, ceiling FROM ledger_accounts"
    " ORDER BY kind, owner_id, asset, shard",
    "SELECT t.idem_key, t.state, t.reason, t.request_hash, e.leg, e.amount, e.account_seq, e.balance_after"
    " FROM ledger_transfers t LEFT JOIN ledger_entries e ON e.transfer_id = t.id"
    " ORDER BY t.idem_key, e.leg",
    "SELECT amount, days, state, reason, released, returned, refunded FROM ledger_holds ORDER BY id",
)


async def books_after(books: Books) -> Any:
    async with books.reading() as session:
        return [[tuple(row) for row in await session.execute(text(sql))] for sql in _TOLD]


def request_of(key: str, moves: list[Move]) -> Request:
    content = {"moves": [[move.amount, [repr(one) for one in move.accounts]] for move in moves]}
    return Request(Key("compare", key), TransferKind.CORRECTION, Cause("x", "y"), content)


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(st.lists(commands(), min_size=3, max_size=12))
def test_both_paths_do_the_same(postgres: PostgresForTests, given_commands: list[Any]) -> None:
    async def played(books: Books) -> Any:
        await books.prepare()
        outcomes = [await outcome(books, command) for command in given_commands]
        after = await books_after(books)
        await books.database.close()
        return outcomes, after

    def run(path: str) -> Any:
        with postgres.database() as url:
            return asyncio.run(played(Books(open_path(path, url))))

    assert run("portable") == run("function")


async def in_one_message(books: Books, commands: list[Any]) -> Any:
    """Under keys in their order; what each did, or None where all of it was undone."""
    try:
        postings = [
            Posting.of(request_of(f"{at:03}", moves), moves, holds)
            for at, (_, _, moves, holds) in enumerate(commands)
        ]
        accounts = accounts_of_all(postings)
        (row,) = await alone(books.database, calling(None, alone=True), values_of(postings, accounts))
    except (DBAPIError, Misposted):
        return None
    return [(False, [tuple(leg) for leg in one.legs]) for one in posted_of(row, postings, accounts)]


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.lists(commands(), min_size=1, max_size=5), st.integers(1, 1_000))
def test_a_message_does_all_that_they_do_one_by_one_or_nothing(
    postgres: PostgresForTests, given_commands: list[Any], given_before: int
) -> None:
    async def begun(path: str, url: str) -> Books:
        books = Books(open_path(path, url))
        await books.prepare()
        for at, account in enumerate(ACCOUNTS[:-1]):  # all there are, so that a message may find them
            amount = -given_before if account.kind == AccountKind.PARTNER_DEBT else given_before
            moves = [Move(-amount, ACCOUNTS[-1:]), Move(amount, (account,))]
            await outcome(books, (f"before {at}", False, moves, []))
        return books

    async def played(url: str) -> Any:
        books = await begun("portable", url)
        outcomes = [
            await outcome(books, (f"{at:03}", False, moves, holds))
            for at, (_, _, moves, holds) in enumerate(given_commands)
        ]
        return outcomes, await books_after(books), await books.database.close()

    async def sent(url: str) -> Any:
        books = await begun("function", url)
        before = await books_after(books)
        did = await in_one_message(books, given_commands)
        return before, did, await books_after(books), await books.database.close()

    with postgres.database() as url:
        outcomes, expected, _ = asyncio.run(played(url))
    with postgres.database() as url:
        before, did, after, _ = asyncio.run(sent(url))
    if all(isinstance(one, tuple) and one[0] is False for one in outcomes):
        event("all of it")
        assert (did, after) == (outcomes, expected)
    else:
        event("nothing of it")
        assert (did, after) == (None, before)
