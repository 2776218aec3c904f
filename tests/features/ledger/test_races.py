"""Sixteen at once: opposite directions, one key, the last credit, refund against release, and the like."""

import asyncio
from collections.abc import Awaitable, Iterable
from datetime import date
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from app.db import writing
from app.db.writing import is_transient
from app.features.ledger import actions as ledger
from app.features.ledger.actions import Cause, Key, Posted
from app.features.ledger.errors import PostingRefused
from app.features.ledger.kinds import AccountKind
from app.kit.amount import credits
from app.kit.errors import Conflict
from tests.features.ledger.books import ANA, BO, CAI, Books

CLIENTS = 16


async def all_of(works: Iterable[Awaitable[Any]]) -> tuple[list[Any], list[BaseException]]:
    """What came of works that run at once: results, refusals. Anything else fails the test."""
    came = await asyncio.gather(*works, return_exceptions=True)
    faults = [one for one in came if isinstance(one, BaseException) and not isinstance(one, Conflict)]
    assert faults == []
    return [one for one in came if not isinstance(one, BaseException)], [
        one for one in came if isinstance(one, BaseException)
    ]


async def test_six_accounts_in_opposite_directions_never_wait_for_each_other(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No deadlock at all, rather than one that is retried."""
    for company in range(1, 7):
        await books.top_up(company, 1_000)
    deadlocks: list[str] = []

    def count(error: DBAPIError) -> bool:
        if "deadlock" in str(error.orig).lower():
            deadlocks.append(str(error.orig))
        return is_transient(error)

    monkeypatch.setattr(writing, "is_transient", count)
    pairs = [(a, b) for a in range(1, 7) for b in range(1, 7) if a != b] * 2
    done, refused = await all_of(books.buy(1, author, buyer=buyer) for buyer, author in pairs)
    assert (len(done), refused, deadlocks) == (60, [], [])


async def test_a_storm_of_one_key_posts_once(books: Books) -> None:
    await books.top_up(ANA, 1_000)
    keys = [books.key() for _ in range(4)]
    done, refused = await all_of(books.buy(10, key=keys[number % 4]) for number in range(4 * CLIENTS))
    assert refused == []
    assert len({posted.transfer_id for posted in done}) == 4
    assert sum(not posted.replayed for posted in done) == 4
    assert (await books.of(ANA)).spendable == credits(960)


@pytest.mark.statement(48)
async def test_the_last_credit_is_spent_once(books: Books) -> None:
    await books.top_up(ANA, 10)
    done, refused = await all_of(books.buy(10) for _ in range(CLIENTS))
    assert (len(done), len(refused)) == (1, CLIENTS - 1)
    assert {one.reason for one in refused if isinstance(one, PostingRefused)} == {"insufficient"}
    assert (await books.of(ANA)).spendable == credits(0)


async def test_a_storm_of_a_refused_key_is_remembered_once(books: Books) -> None:
    await books.top_up(ANA, 5)
    key = books.key()
    done, refused = await all_of(books.buy(10, key=key) for _ in range(CLIENTS))
    assert (done, len(refused)) == ([], CLIENTS)
    assert await books.transfers("rejected") == 1


async def test_first_purchases_make_the_accounts_once(books: Books) -> None:
    for company in range(1, 9):
        await books.top_up(company, 100)
    done, refused = await all_of(books.buy(1, 9, 10, 11, buyer=1 + number % 8) for number in range(CLIENTS))
    assert (len(done), refused) == (CLIENTS, [])


async def test_refund_and_release_share_what_there_is(books: Books) -> None:
    await books.top_up(ANA, 1_000)
    sales = [await books.buy(10, BO, fee=0) for _ in range(8)]
    await books.make_due()
    works: list[Awaitable[Any]] = [books.refund(sale) for sale in sales]
    works += [books.release(BO) for _ in range(8)]
    await all_of(works)
    await books.release(BO)
    bo = await books.of(BO)
    assert (bo.pending, bo.available.minor - bo.debt.minor) == (credits(0), 0)
    assert (await books.of(ANA)).spendable == credits(1_000)


async def test_partial_refunds_at_once_stay_below_the_price(books: Books) -> None:
    await books.top_up(ANA, 100)
    sale = await books.buy(10, BO, CAI)
    done, refused = await all_of(books.refund(sale, credits(3)) for _ in range(CLIENTS))
    assert (len(done), len(refused)) == (3, CLIENTS - 3)
    assert (await books.of(ANA)).spendable == credits(99)


async def test_two_releases_release_once(books: Books) -> None:
    await books.top_up(ANA, 100)
    for _ in range(5):
        await books.buy(10, BO, fee=0)
    await books.make_due()
    done, _ = await all_of(books.release(BO) for _ in range(CLIENTS))
    released = [posted for posted in done if posted is not None]
    total = sum(leg.amount for posted in released for leg in posted.legs if leg.amount > 0)
    assert total == 50_000
    assert (await books.of(BO)).available == credits(50)


async def test_payout_and_chargeback_at_once_leave_nothing_half_done(books: Books) -> None:
    payment = await books.top_up(BO, 50)
    await books.buy(50, CAI, buyer=BO)
    await books.top_up(ANA, 100)
    await books.buy(100, BO, fee=0)
    await books.make_due()
    await books.release(BO)

    def pay_out() -> Awaitable[Any]:
        key = books.key(BO)
        return books.run(
            lambda s: ledger.request_payout(s, key=key, company_id=BO, amount=credits(60), actor_id=None)
        )

    def charge_back() -> Awaitable[Any]:
        event = books.name("event")
        key, cause = Key("provider:test", event), Cause("chargeback", event)
        return books.run(lambda s: ledger.take_chargeback(s, key=key, top_up=payment.public_id, cause=cause))

    done, refused = await all_of([pay_out(), charge_back(), pay_out(), charge_back(), pay_out()])
    assert 1 <= len(done) <= 2
    assert len(done) + len(refused) == 5
    assert (await books.of(BO)).debt == credits(50)
    assert await books.balance(AccountKind.PAYOUT_CLEARING) in {0, 60_000}


async def test_payout_ends_race_and_one_wins(books: Books) -> None:
    await books.top_up(ANA, 100)
    await books.buy(100, BO, fee=0)
    await books.make_due()
    await books.release(BO)
    key = books.key(BO)
    payout: Posted = await books.run(
        lambda s: ledger.request_payout(s, key=key, company_id=BO, amount=credits(60), actor_id=None)
    )
    works: list[Awaitable[Any]] = []
    for _ in range(4):
        works += [
            books.run(lambda s: ledger.settle_payout(s, payout.public_id, provider_ref="r")),
            books.run(lambda s: ledger.fail_payout(s, payout.public_id, reason="no")),
            books.run(lambda s: ledger.cancel_payout(s, payout.public_id, company_id=BO)),
        ]
    await all_of(works)
    assert await books.balance(AccountKind.PAYOUT_CLEARING) == 0
    assert await books.balance(AccountKind.PAYOUT_SETTLED) in {0, 60_000}


async def test_bonuses_spent_at_once_are_spent_once(books: Books) -> None:
    await books.allow_bonuses()
    for _ in range(4):
        await books.bonus(ANA, 5)
    done, refused = await all_of(books.buy(3) for _ in range(CLIENTS))
    assert (len(done), len(refused)) == (6, CLIENTS - 6)
    assert (await books.of(ANA)).bonus == credits(2)


async def test_two_sweeps_at_once_sweep_once(books: Books) -> None:
    await books.top_up(ANA, 1_000)
    for _ in range(10):
        await books.buy(10)
    await all_of(books.run(lambda s: ledger.sweep_revenue(s, date(2026, 11, 29))) for _ in range(4))
    assert await books.balance(AccountKind.PLATFORM_REVENUE) == 10_000
