"""Posting on every path: replays, refusals that are remembered, other content under a key."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.db.engine import WriteSession
from app.features.ledger import actions as ledger
from app.features.ledger.actions import Cause, Key
from app.features.ledger.errors import KeyReused, Misposted, PostingRefused
from app.features.ledger.kinds import AccountKind, TransferKind
from app.features.ledger.posting.moves import Account, Leg, Move
from app.features.ledger.posting.portable import lock_accounts, write_down
from app.features.ledger.posting.requests import Claim, Request
from app.features.ledger.posting.transfers import post
from app.kit import clock
from app.kit.amount import Amount, credits
from app.kit.text import Text
from app.outbox.models import OutboxJob
from app.outbox.recorder import record
from tests.features.ledger.books import ANA, BO, CAI, Books
from tests.features.ledger.events import SomethingSold


async def test_a_purchase_moves_everything_at_once(books: Books) -> None:
    await books.top_up(ANA, 100)
    sale = await books.buy(10, BO, CAI)
    assert not sale.replayed
    ana, bo, cai = await books.of(ANA), await books.of(BO), await books.of(CAI)
    assert ana.spendable == credits(90)
    assert bo.pending == cai.pending == Amount("CR", 4_500)
    assert await books.balance(AccountKind.PLATFORM_REVENUE) == 1_000
    assert sum(leg.amount for leg in sale.legs) == 0


async def test_the_same_request_again_changes_nothing(books: Books) -> None:
    await books.top_up()
    key = books.key()
    first, again = await books.buy(10, key=key), await books.buy(10, key=key)
    assert (again.replayed, again.transfer_id, again.public_id) == (True, first.transfer_id, first.public_id)
    assert again.legs == first.legs
    assert (await books.of(ANA)).spendable == credits(90)


async def test_another_request_under_a_used_key_is_refused(books: Books) -> None:
    await books.top_up()
    key = books.key()
    await books.buy(10, key=key)
    with pytest.raises(KeyReused):
        await books.buy(11, key=key)
    assert (await books.of(ANA)).spendable == credits(90)


async def test_a_refusal_is_remembered_under_its_key(books: Books) -> None:
    await books.top_up(ANA, 5)
    key = books.key()
    with pytest.raises(PostingRefused) as refusal:
        await books.buy(10, key=key)
    await books.top_up(ANA, 100)
    with pytest.raises(PostingRefused) as again:
        await books.buy(10, key=key)
    assert again.value.reason == refusal.value.reason == "insufficient"
    assert again.value.message == refusal.value.message
    assert (await books.of(ANA)).spendable == credits(105)
    assert await books.transfers("rejected") == 1
    with pytest.raises(KeyReused):
        await books.buy(11, key=key)
    await books.buy(10)  # a new key is a new request


async def test_keys_of_one_company_are_not_those_of_another(books: Books) -> None:
    await books.top_up(ANA)
    await books.top_up(BO)
    first = await books.buy(10, CAI, key=Key.of_company(ANA, "k"))
    second = await books.buy(10, CAI, buyer=BO, key=Key.of_company(BO, "k"))
    assert not second.replayed
    assert first.transfer_id != second.transfer_id


async def jobs(books: Books) -> int:
    async with books.reading() as session:
        return len((await session.scalars(select(OutboxJob.id))).all())


async def test_what_the_caller_wrote_stands_or_falls_with_the_posting(books: Books) -> None:
    await books.top_up(ANA, 15)

    async def buy(session: WriteSession) -> None:
        record(session, SomethingSold("before"))
        download = ledger.Download(
            key=books.key(),
            buyer_id=ANA,
            price=credits(10),
            authors=[ledger.Author(BO)],
            fee_basis_points=0,
            cause=Cause("purchase", "p"),
            actor_id=None,
        )
        await ledger.pay_for_download(session, download)

    await books.run(buy)
    assert await jobs(books) == 1
    with pytest.raises(PostingRefused):
        await books.run(buy)
    assert await jobs(books) == 1


async def test_a_caller_may_refuse_for_reasons_of_its_own(books: Books) -> None:
    """As the market does when it finds, under the wallet's lock, that the buyer has the file already."""
    await books.top_up()
    key = books.key()

    async def buy(session: WriteSession) -> None:
        posted = await ledger.top_up(
            session, key=key, company_id=ANA, amount=credits(1), cause=Cause("x", "y")
        )
        raise posted.refused("owned", Text(zh="已经拥有", en="You have it"))

    for _ in range(2):
        with pytest.raises(PostingRefused, match="You have it") as refusal:
            await books.run(buy)
        assert refusal.value.reason == "owned"
    assert (await books.of(ANA)).spendable == credits(100)
    assert await books.transfers("rejected") == 1


async def test_a_key_posted_between_refusal_and_memory_gives_that_outcome(books: Books) -> None:
    await books.top_up(ANA, 5)
    key, tries = books.key(), []

    async def buy(session: WriteSession) -> object:
        tries.append(1)
        if len(tries) == 1:
            request = Request(key, TransferKind.TOP_UP, Cause("x", "y"), {})
            raise PostingRefused("insufficient", Text(zh="", en=""), request=request)
        return "the outcome"

    await books.top_up(ANA, 100)
    await books.buy(10, key=key)
    assert await books.run(buy) == "the outcome"


@pytest.mark.parametrize(
    ("kind", "moves"),
    [
        (TransferKind.TOP_UP, [(-1, AccountKind.WALLET, BO), (1, AccountKind.WALLET, ANA)]),
        (TransferKind.TOP_UP, [(-1, AccountKind.PAYMENT_CLEARING, 0), (2, AccountKind.WALLET, ANA)]),
        (TransferKind.TOP_UP, [(-1, AccountKind.PAYMENT_CLEARING, 0), (1, AccountKind.WALLET, 0)]),
        (TransferKind.TOP_UP, [(-1, AccountKind.PAYMENT_CLEARING, 7), (1, AccountKind.WALLET, ANA)]),
        (TransferKind.TOP_UP, [(0, AccountKind.PAYMENT_CLEARING, 0), (0, AccountKind.WALLET, ANA)]),
        (
            TransferKind.TOP_UP,
            [(-(10**12) - 1, AccountKind.PAYMENT_CLEARING, 0), (10**12 + 1, AccountKind.WALLET, ANA)],
        ),
        (TransferKind.BONUS, [(-1, AccountKind.PROMO_ISSUANCE, 0), (1, AccountKind.WALLET, ANA)]),
    ],
)
async def test_what_the_matrix_does_not_know_is_never_posted(
    books: Books, kind: TransferKind, moves: list[tuple[int, AccountKind, int]]
) -> None:
    given = [Move(amount, (Account(account, owner),)) for amount, account, owner in moves]
    request = Request(books.key(), kind, Cause("x", "y"), {})
    with pytest.raises(Misposted):
        await books.run(lambda session: post(session, request, given))
    assert await books.transfers() == 0


@pytest.mark.parametrize("path", ["sqlite", "portable"], indirect=True)
async def test_a_row_that_changed_since_it_was_read_is_never_written(books: Books, path: str) -> None:
    """The last line: should a lock ever fail, the number of the account's last entry does not fit."""
    await books.top_up()
    clearing, wallet = Account(AccountKind.PAYMENT_CLEARING), Account(AccountKind.WALLET, ANA)
    request = Request(books.key(), TransferKind.CORRECTION, Cause("x", "y"), {})

    async def work(session: WriteSession) -> None:
        locked = await lock_accounts(session, (clearing, wallet))
        stale = dict(locked) | {wallet: replace(locked[wallet], seq=locked[wallet].seq - 1)}
        legs = [Leg(clearing, -1, locked[clearing].balance - 1), Leg(wallet, 1, locked[wallet].balance + 1)]
        await write_down(session, Claim(request, 1, "x", clock.now()), legs, (), stale)

    # In one message the entries meet those that are there before anybody counts the changed accounts.
    with pytest.raises(Misposted if path == "sqlite" else IntegrityError):
        await books.run(work)


async def test_after_a_posting_too_nobody_waits_long_for_a_lock(books: Books) -> None:
    """Rows beside may wait for somebody else's, and the accounts are locked by then."""
    if books.database.is_sqlite:
        return  # locks nothing by itself

    async def work(session: WriteSession) -> str | None:
        await ledger.top_up(
            session, key=books.key(), company_id=ANA, amount=credits(1), cause=Cause("x", "y")
        )
        return await session.scalar(text("SHOW lock_timeout"))

    assert await books.run(work) == "2s"
