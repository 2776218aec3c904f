"""Payouts in two phases, deposits, sweeps and goodwill."""

from datetime import date

import pytest

from app.features.ledger import actions as ledger
from app.features.ledger.actions import Cause, Key, Posted
from app.features.ledger.errors import PostingRefused
from app.features.ledger.kinds import AccountKind
from app.kit.amount import Amount, credits
from app.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from app.kit.text import Text
from tests.features.ledger.books import ANA, BO, CAI, FINANCE, Books


async def earn(books: Books, company: int = BO, amount: int = 100) -> None:
    await books.top_up(ANA, amount)
    await books.buy(amount, company, fee=0)
    await books.make_due()
    await books.release(company)


async def ask(books: Books, amount: int, *, key: Key | None = None, closed: Text | None = None) -> Posted:
    key = key or books.key(BO)
    return await books.run(
        lambda s: ledger.request_payout(
            s, key=key, company_id=BO, amount=credits(amount), actor_id=None, closed_because=closed
        )
    )


async def test_reserved_sent_and_settled(books: Books) -> None:
    await earn(books)
    payout = (await ask(books, 60)).public_id
    assert (await books.of(BO)).available == credits(40)
    await books.run(lambda s: ledger.mark_payout_sent(s, payout))
    for _ in range(2):
        await books.run(lambda s: ledger.settle_payout(s, payout, provider_ref="p1"))
    assert await books.balance(AccountKind.PAYOUT_CLEARING) == 0
    assert await books.balance(AccountKind.PAYOUT_SETTLED) == 60_000
    with pytest.raises(Conflict):
        await books.run(lambda s: ledger.fail_payout(s, payout, reason="late"))


async def test_a_failed_payout_gives_the_earnings_back_once(books: Books) -> None:
    await earn(books)
    payout = (await ask(books, 60)).public_id
    await books.run(lambda s: ledger.mark_payout_sent(s, payout))
    for _ in range(2):
        await books.run(lambda s: ledger.fail_payout(s, payout, reason="account closed"))
    assert (await books.of(BO)).available == credits(100)
    with pytest.raises(Conflict):
        await books.run(lambda s: ledger.settle_payout(s, payout, provider_ref="p1"))


async def test_one_at_a_time_and_never_more_than_there_is(books: Books) -> None:
    await earn(books)
    with pytest.raises(PostingRefused) as refusal:
        await ask(books, 101)
    assert refusal.value.reason == "insufficient"
    key = books.key(BO)
    first = await ask(books, 10, key=key)
    assert (await ask(books, 10, key=key)).transfer_id == first.transfer_id
    with pytest.raises(PostingRefused) as refusal:
        await ask(books, 10)
    assert refusal.value.reason == "under_way"


async def test_cancelling_is_possible_until_it_is_sent_and_for_the_own_company(books: Books) -> None:
    await earn(books)
    payout = (await ask(books, 10)).public_id
    with pytest.raises(NotFound):
        await books.run(lambda s: ledger.cancel_payout(s, payout, company_id=CAI))
    await books.run(lambda s: ledger.cancel_payout(s, payout, company_id=BO))
    assert await books.run(lambda s: ledger.mark_payout_sent(s, payout)) is None
    second = (await ask(books, 10)).public_id
    await books.run(lambda s: ledger.mark_payout_sent(s, second))
    with pytest.raises(Conflict):
        await books.run(lambda s: ledger.cancel_payout(s, second, company_id=BO))


async def test_cash_out_that_is_closed_says_why(books: Books) -> None:
    await earn(books)
    with pytest.raises(NotAllowed, match="no licence yet"):
        await ask(books, 10, closed=Text(zh="还没有牌照。", en="no licence yet."))
    assert (await books.of(BO)).available == credits(100)


async def test_debt_is_repaid_before_anything_is_paid_out(books: Books) -> None:
    await earn(books)
    payment = await books.top_up(BO, 50)
    await books.buy(50, CAI, buyer=BO)
    await books.run(
        lambda s: ledger.take_chargeback(
            s, key=Key("provider:test", "cb"), top_up=payment.public_id, cause=Cause("chargeback", "cb")
        )
    )
    with pytest.raises(PostingRefused) as refusal:
        await ask(books, 10)
    assert refusal.value.reason == "debt"


async def test_deposits_come_in_and_go_back_or_are_forfeited(books: Books) -> None:
    async def pay(company: int) -> str:
        key = Key("provider:test", books.name("deposit"))
        posted = await books.run(
            lambda s: ledger.take_deposit(
                s, key=key, company_id=company, amount=Amount("CNY", 500_000), cause=Cause("membership", "m")
            )
        )
        return str(posted.public_id)

    kept, lost = await pay(BO), await pay(CAI)
    with pytest.raises(PostingRefused):
        await pay(BO)
    for _ in range(2):
        await books.run(lambda s: ledger.return_deposit(s, kept))
        await books.run(lambda s: ledger.forfeit_deposit(s, lost, reason="fraud", actor_id=FINANCE))
    with pytest.raises(Conflict):
        await books.run(lambda s: ledger.forfeit_deposit(s, kept, reason="fraud", actor_id=FINANCE))
    with pytest.raises(Conflict):
        await books.run(lambda s: ledger.return_deposit(s, lost))
    with pytest.raises(Invalid):
        await books.run(lambda s: ledger.forfeit_deposit(s, lost, reason=" ", actor_id=FINANCE))
    assert await books.balance(AccountKind.PLATFORM_REVENUE) == 500_000
    await pay(BO)


async def test_a_sweep_collects_the_fees_once_a_day(books: Books) -> None:
    await books.top_up(ANA, 1_000)
    for _ in range(20):
        await books.buy(10)

    async def sweep() -> Posted | None:
        return await books.run(lambda s: ledger.sweep_revenue(s, date(2026, 11, 29)))

    first = await sweep()
    assert first is not None
    assert first.legs[-1].balance_after == 20_000
    assert await sweep() is None
    await books.buy(10)
    assert (again := await sweep()) is not None
    assert again.replayed


async def test_goodwill_is_at_the_platforms_cost_and_bounded_for_one(books: Books) -> None:
    async def give(amount: int) -> Posted:
        key = Key("refund", books.name("goodwill"))
        return await books.run(
            lambda s: ledger.give_goodwill_by_hand(
                s, key=key, company_id=ANA, amount=credits(amount), cause=Cause("case", "1"), actor_id=FINANCE
            )
        )

    await give(1_000)
    assert (await books.of(ANA)).spendable == credits(1_000)
    assert await books.balance(AccountKind.PLATFORM_REVENUE) == -1_000_000
    with pytest.raises(NotAllowed, match="somebody else approves"):
        await give(1_001)
