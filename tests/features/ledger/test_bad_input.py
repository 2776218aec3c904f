"""What nobody may move: every verb refuses it by name, and posts nothing."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import select, text

from app.db.engine import WriteSession
from app.features.ledger import actions as ledger
from app.features.ledger.actions import Author, Cause, Download, Key
from app.features.ledger.errors import KeyReused, PostingRefused
from app.features.ledger.kinds import AccountKind
from app.features.ledger.models import LedgerTransfer
from app.features.ledger.posting.moves import Account
from app.kit.amount import MAX_MINOR, Amount, credits
from app.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.features.ledger.books import ANA, BO, CONTROLLER, FINANCE, Books

CAUSE = Cause("payment", "p")
Verb = Callable[[WriteSession, Key, Amount], Awaitable[Any]]
# Every verb that takes an amount.
VERBS: dict[str, Verb] = {
    "top_up": lambda s, key, amount: ledger.top_up(s, key=key, company_id=ANA, amount=amount, cause=CAUSE),
    "top_up_by_hand": lambda s, key, amount: ledger.top_up_by_hand(
        s, key=key, company_id=ANA, amount=amount, cause=CAUSE, actor_id=FINANCE
    ),
    "goodwill": lambda s, key, amount: ledger.give_goodwill(
        s, key=key, company_id=ANA, amount=amount, cause=CAUSE, actor_id=FINANCE
    ),
    "bonus": lambda s, key, amount: ledger.grant_bonus(
        s, campaign="c", occasion="o", company_id=ANA, amount=amount, days=30
    ),
    "download": lambda s, key, amount: ledger.pay_for_download(
        s, Download(key, ANA, amount, [Author(BO)], fee_basis_points=0, cause=CAUSE, actor_id=None)
    ),
    "to_wallet": lambda s, key, amount: ledger.move_earnings_to_wallet(
        s, key=key, company_id=ANA, amount=amount, actor_id=None
    ),
    "payout": lambda s, key, amount: ledger.request_payout(
        s, key=key, company_id=ANA, amount=amount, actor_id=None
    ),
    "budget": lambda s, key, amount: ledger.propose_budget(s, amount=amount, reason="r", actor_id=FINANCE),
    "proposed_top_up": lambda s, key, amount: ledger.propose_top_up(
        s, company_id=ANA, amount=amount, reason="r", actor_id=FINANCE
    ),
    "proposed_goodwill": lambda s, key, amount: ledger.propose_goodwill(
        s, company_id=ANA, amount=amount, reason="r", actor_id=FINANCE
    ),
}  # fmt: skip
AMOUNTS = {
    "negative": Amount("CR", -1_000),
    "zero": Amount("CR", 0),
    "above the limit": Amount("CR", MAX_MINOR + 1),
    "10^30": Amount("CR", 10**30),
    "a foreign asset": Amount("CNY", 1_000),
}


@pytest.mark.statement(50)
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("path", ["sqlite"], indirect=True)
async def test_amounts_that_nobody_may_move(books: Books, verb: str) -> None:
    for what, amount in AMOUNTS.items():
        with pytest.raises(Invalid) as refusal:
            await books.run(lambda s, amount=amount: VERBS[verb](s, books.key(), amount))
        assert refusal.value.field in ("amount", "price"), what
        told = "not in" if amount.asset == "CNY" else "between 0.001"
        assert told in refusal.value.message.en, what
    assert await books.transfers() == await books.transfers("rejected") == 0


@pytest.mark.parametrize("path", ["sqlite"], indirect=True)
async def test_amounts_of_refunds_and_chargebacks(books: Books) -> None:
    payment = await books.top_up(ANA, 100)
    sale = await books.buy(10)
    for amount in AMOUNTS.values():
        with pytest.raises(Invalid):
            await books.refund(sale, amount)
        with pytest.raises(Invalid):
            await books.run(
                lambda s, amount=amount: ledger.take_chargeback(
                    s, key=books.key(), top_up=payment.public_id, amount=amount, cause=CAUSE
                )
            )
    with pytest.raises(PostingRefused) as refusal:
        await books.refund(sale, Amount("CR", 10_001))
    assert (refusal.value.reason, refusal.value.field) == ("above_price", "amount")
    assert "10" in refusal.value.message.en  # the price is named
    assert await books.transfers() == 2


@pytest.mark.parametrize("amount", [1.5, "5", None, True, 10.0])
def test_a_fraction_is_no_amount_of_minor_units(amount: Any) -> None:
    with pytest.raises(TypeError, match="whole number"):
        Amount("CR", amount)


@pytest.mark.statement(49)
@pytest.mark.parametrize("verb", ["top_up", "goodwill", "to_wallet", "download"])
async def test_the_same_key_with_another_amount(books: Books, verb: str) -> None:
    await books.top_up(ANA, 100)
    await books.top_up(BO, 100)
    await books.buy(50, ANA, buyer=BO, fee=0)
    await books.make_due()
    await books.release(ANA)
    key = books.key()
    await books.run(lambda s: VERBS[verb](s, key, credits(5)))
    posted = await books.transfers()
    with pytest.raises(KeyReused):
        await books.run(lambda s: VERBS[verb](s, key, credits(6)))
    assert await books.transfers() == posted


@pytest.mark.statement(50)
async def test_what_is_ones_own_is_not_bought(books: Books) -> None:
    await books.top_up(ANA)
    with pytest.raises(NotAllowed, match="your own"):
        await books.buy(10, ANA)
    assert await books.transfers() == 1


@pytest.mark.parametrize(
    ("kind", "verb"),
    [
        (AccountKind.WALLET, "download"),
        (AccountKind.EARNINGS_AVAILABLE, "payout"),
        (AccountKind.EARNINGS_AVAILABLE, "to_wallet"),
    ],
)
async def test_a_frozen_account_spends_nothing_and_says_until_when(
    books: Books, kind: AccountKind, verb: str
) -> None:
    await books.top_up(ANA, 100)
    await books.run(
        lambda s: ledger.freeze_account(s, company_id=ANA, kind=kind, days=7, reason="r", actor_id=FINANCE)
    )
    with pytest.raises(PostingRefused) as refusal:
        await books.run(lambda s: VERBS[verb](s, books.key(), credits(5)))
    assert refusal.value.reason == "frozen"
    assert refusal.value.message.en
    assert (await books.of(ANA)).spendable == credits(100)


@pytest.mark.parametrize("verb", ["top_up", "goodwill", "download"])
async def test_a_closed_account_takes_no_part(books: Books, verb: str) -> None:
    await books.top_up(ANA, 100)
    await books.write(
        text("UPDATE ledger_accounts SET closed_at = '2026-01-01 00:00:00' WHERE owner_id = 1 AND kind = 1")
    )
    with pytest.raises(PostingRefused) as refusal:
        await books.run(lambda s: VERBS[verb](s, books.key(), credits(5)))
    assert refusal.value.reason == "closed"
    assert (await books.of(ANA)).spendable == credits(100)


async def correct(books: Books, **given: Any) -> Any:
    """Proposed by one, approved by another."""
    legs = given.get("legs", [])
    proposal = await books.run(
        lambda s: ledger.propose_correction(
            s, legs=legs, reason="r", actor_id=FINANCE, reverses=given.get("reverses")
        )
    )
    return await books.run(lambda s: ledger.approve_proposal(s, proposal, actor_id=CONTROLLER))


async def test_a_transfer_is_reversed_once(books: Books) -> None:
    payment = await books.top_up(ANA, 100)
    await correct(books, reverses=payment.public_id)
    assert (await books.of(ANA)).spendable == credits(0)
    with pytest.raises(Conflict, match="taken back already"):
        await correct(books, reverses=payment.public_id)
    assert await books.transfers() == 2


async def test_two_proposals_to_reverse_one_transfer_reverse_it_once(books: Books) -> None:
    """Both were proposed while nothing stood against it."""
    await books.top_up(ANA, 100)
    payment = await books.top_up(ANA, 50)
    first, second = [
        await books.run(
            lambda s: ledger.propose_correction(
                s, legs=[], reason="r", actor_id=FINANCE, reverses=payment.public_id
            )
        )
        for _ in range(2)
    ]
    await books.run(lambda s: ledger.approve_proposal(s, first, actor_id=CONTROLLER))
    with pytest.raises(Conflict):
        await books.run(lambda s: ledger.approve_proposal(s, second, actor_id=CONTROLLER))
    assert (await books.of(ANA)).spendable == credits(100)


async def test_a_sale_that_was_refunded_in_part_is_not_reversed_too(books: Books) -> None:
    await books.top_up(ANA, 100)
    sale = await books.buy(10)
    await books.refund(sale, credits(4))
    with pytest.raises(Conflict, match="taken back already"):
        await correct(books, reverses=sale.public_id)
    with pytest.raises(NotFound):
        await correct(books, reverses="NoSuchTransfer")


async def test_a_correction_makes_no_difference_to_what_explains_a_balance(books: Books) -> None:
    await books.top_up(ANA, 100)
    await books.buy(10)
    legs = [(Account(AccountKind.EARNINGS_PENDING, BO), -1_000), (Account(AccountKind.SUSPENSE), 1_000)]
    with pytest.raises(PostingRefused) as refusal:
        await correct(books, legs=legs)
    assert refusal.value.reason == "unexplained"


@pytest.mark.parametrize(
    "legs",
    [
        [(Account(AccountKind.WALLET, ANA), 1_000)],
        [(Account(AccountKind.WALLET, ANA), 1_000), (Account(AccountKind.SUSPENSE), -999)],
        [(Account(AccountKind.WALLET, ANA), 0), (Account(AccountKind.SUSPENSE), 0)],
        [(Account(AccountKind.WALLET, ANA), 10**30), (Account(AccountKind.SUSPENSE), -(10**30))],
        [(Account(AccountKind.WALLET, ANA), 1_000), (Account(AccountKind.SUSPENSE, 0, "CNY"), -1_000)],
    ],
)
@pytest.mark.parametrize("path", ["sqlite"], indirect=True)
async def test_a_correction_that_cannot_be_is_refused_when_it_is_proposed(
    books: Books, legs: list[tuple[Account, int]]
) -> None:
    with pytest.raises(Invalid) as refusal:
        await correct(books, legs=legs)
    assert refusal.value.field == "legs"
    async with books.reading() as session:
        assert await session.scalar(select(LedgerTransfer.id)) is None
