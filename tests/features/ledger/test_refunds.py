"""Refunds: early out of the hold, late into debt, in parts, never above the price."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.features.ledger import actions as ledger
from app.features.ledger.actions import Key
from app.features.ledger.errors import KeyReused, PostingRefused
from app.features.ledger.kinds import AccountKind
from app.kit.amount import Amount, credits
from app.kit.errors import NotFound
from tests.features.ledger.books import ANA, BO, CAI, DAN, Books


async def test_inside_the_hold_everybody_gives_back_what_they_got(books: Books) -> None:
    await books.top_up()
    sale = await books.buy(10, BO, CAI)
    await books.refund(sale)
    assert (await books.of(ANA)).spendable == credits(100)
    assert not (await books.of(BO)).pending
    assert await books.balance(AccountKind.PLATFORM_REVENUE) == 0
    await books.make_due()
    assert await books.release(BO) is None


async def test_after_the_release_it_leaves_the_earnings_and_the_rest_is_debt(books: Books) -> None:
    await books.top_up()
    first, second = await books.buy(10, BO), await books.buy(20, BO)
    await books.make_due()
    await books.release(BO)
    assert (await books.of(BO)).available == credits(27)
    await books.refund(second)
    assert (await books.of(BO)).available == credits(9)
    await books.run(lambda s: _to_wallet(s, books, BO, 9))
    await books.refund(first)
    bo = await books.of(BO)
    assert (bo.available, bo.debt) == (credits(0), credits(9))
    assert (await books.of(ANA)).spendable == credits(100)


async def _to_wallet(session: Any, books: Books, company: int, amount: int) -> object:
    return await ledger.move_earnings_to_wallet(
        session, key=books.key(company), company_id=company, amount=credits(amount), actor_id=None
    )


async def test_later_releases_repay_debt_first(books: Books) -> None:
    await books.top_up()
    sale = await books.buy(10, BO)
    await books.make_due()
    await books.release(BO)
    await books.run(lambda s: _to_wallet(s, books, BO, 9))
    await books.refund(sale)
    await books.buy(20, BO)
    await books.make_due()
    await books.release(BO)
    bo = await books.of(BO)
    assert (bo.debt, bo.available) == (credits(0), credits(9))


async def test_refunds_in_parts_never_pass_the_price(books: Books) -> None:
    await books.top_up()
    sale = await books.buy(10, BO, CAI, DAN)
    for part in (Amount("CR", 3_333), Amount("CR", 3_333), Amount("CR", 3_333)):
        await books.refund(sale, part)
    with pytest.raises(PostingRefused, match="above the price") as refusal:
        await books.refund(sale, Amount("CR", 2))
    assert refusal.value.reason == "above_price"
    await books.refund(sale)
    with pytest.raises(PostingRefused):
        await books.refund(sale)
    assert (await books.of(ANA)).spendable == credits(100)
    assert await books.balance(AccountKind.EARNINGS_PENDING) == 0
    assert await books.balance(AccountKind.PLATFORM_REVENUE) == 0


async def test_half_early_half_late(books: Books) -> None:
    await books.top_up()
    sale = await books.buy(10, BO)
    await books.refund(sale, credits(4))
    await books.make_due()
    await books.release(BO)
    assert (await books.of(BO)).available == Amount("CR", 5_400)
    await books.refund(sale)
    assert not (await books.of(BO)).available
    assert (await books.of(ANA)).spendable == credits(100)


async def test_the_fee_comes_back_from_the_shard_that_got_it_after_a_sweep_too(books: Books) -> None:
    await books.top_up()
    sale = await books.buy(10, BO)
    await books.run(lambda s: ledger.sweep_revenue(s, date(2026, 11, 29)))
    await books.refund(sale)
    assert await books.balance(AccountKind.PLATFORM_REVENUE) == 0


async def test_bonus_credits_come_back_as_bonus_and_last(books: Books) -> None:
    await books.top_up(ANA, 100)
    await books.allow_bonuses()
    await books.bonus(ANA, 6)
    sale = await books.buy(10, BO)
    ana = await books.of(ANA)
    assert (ana.bonus, ana.spendable) == (credits(0), credits(96))
    await books.refund(sale, credits(4))
    assert (await books.of(ANA)).spendable == credits(100)
    await books.refund(sale)
    ana = await books.of(ANA)
    assert (ana.bonus, ana.spendable) == (credits(6), credits(100))


async def test_a_refund_again_under_its_key_and_for_other_amounts(books: Books) -> None:
    await books.top_up()
    sale, key = await books.buy(10), Key("refund", "r1")
    first, again = (
        await books.refund(sale, credits(5), key=key),
        await books.refund(sale, credits(5), key=key),
    )
    assert (again.replayed, again.transfer_id) == (True, first.transfer_id)
    with pytest.raises(KeyReused):
        await books.refund(sale, credits(4), key=key)
    assert (await books.of(ANA)).spendable == credits(95)


async def test_only_sales_are_refunded(books: Books) -> None:
    payment = await books.top_up()
    with pytest.raises(NotFound):
        await books.refund(payment)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    price=st.integers(1, 50_000),
    fee=st.integers(0, 9_000),
    parts=st.lists(st.integers(1, 20_000), max_size=4),
    authors=st.integers(1, 5),
)
async def test_any_price_in_any_parts_leaves_no_rest(
    books: Books, price: int, fee: int, parts: list[int], authors: int
) -> None:
    await books.top_up()
    before = (await books.of(ANA)).spendable
    sale = await books.buy(Amount("CR", price), *range(2, 2 + authors), fee=fee)
    left = price
    for part in parts:
        if part <= left:
            await books.refund(sale, Amount("CR", part))
            left -= part
    if left:
        await books.refund(sale)
    assert (await books.of(ANA)).spendable == before
    assert await books.balance(AccountKind.EARNINGS_PENDING) == 0
    assert await books.balance(AccountKind.PLATFORM_REVENUE) == 0
