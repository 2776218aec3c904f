"""Bonus credits: within the budget, spent first, never paid out, gone when they expire."""

from typing import Any

import pytest
from sqlalchemy import text

from app.features.ledger import actions as ledger
from app.features.ledger.actions.bonuses import expired_bonuses
from app.features.ledger.errors import PostingRefused
from app.features.ledger.kinds import AccountKind
from app.kit.amount import credits
from app.kit.errors import Conflict, Invalid, NotAllowed
from tests.features.ledger.books import ANA, BO, CONTROLLER, FINANCE, Books


async def test_a_budget_takes_two_people_and_bounds_what_is_given(books: Books) -> None:
    with pytest.raises(PostingRefused, match="budget"):
        await books.bonus(ANA, 1)
    proposal = await books.run(
        lambda s: ledger.propose_budget(s, amount=credits(15), reason="spring", actor_id=FINANCE)
    )
    with pytest.raises(NotAllowed):
        await books.run(lambda s: ledger.approve_proposal(s, proposal, actor_id=FINANCE))
    await books.run(lambda s: ledger.approve_proposal(s, proposal, actor_id=CONTROLLER))
    with pytest.raises(Conflict):
        await books.run(lambda s: ledger.approve_proposal(s, proposal, actor_id=CONTROLLER))
    await books.bonus(ANA, 10)
    with pytest.raises(PostingRefused, match="budget"):
        await books.bonus(BO, 6)
    await books.bonus(BO, 5)


async def test_bonus_is_spent_before_credits_and_the_earliest_to_expire_first(books: Books) -> None:
    await books.top_up(ANA, 100)
    await books.allow_bonuses()
    await books.bonus(ANA, 10, days=30)
    await books.bonus(ANA, 10, days=3)
    await books.buy(12)
    ana = await books.of(ANA)
    assert (ana.bonus, ana.spendable) == (credits(8), credits(100))
    async with books.reading() as session:
        left = (
            await session.execute(text("SELECT remaining FROM ledger_bonuses ORDER BY expires_at"))
        ).scalars()
        assert list(left) == [0, 8_000]


async def test_an_occasion_is_rewarded_once(books: Books) -> None:
    await books.allow_bonuses()

    async def welcome(session: Any) -> Any:
        return await ledger.grant_bonus(
            session, campaign="welcome", occasion="joined", company_id=ANA, amount=credits(5), days=30
        )

    first, again = await books.run(welcome), await books.run(welcome)
    assert (first.replayed, again.replayed) == (False, True)
    assert (await books.of(ANA)).bonus == credits(5)


async def test_what_is_left_expires_once_and_goes_back_to_the_budget(books: Books) -> None:
    await books.top_up(ANA, 100)
    await books.allow_bonuses(10)
    await books.bonus(ANA, 10)
    await books.buy(4)
    async with books.reading() as session:
        assert await expired_bonuses(session, limit=10) == []
    await books.make_bonuses_expire()
    async with books.reading() as session:
        (due,) = await expired_bonuses(session, limit=10)
    assert await books.run(lambda s: ledger.expire_bonus(s, due)) is not None
    assert await books.run(lambda s: ledger.expire_bonus(s, due)) is None
    assert not (await books.of(ANA)).bonus
    assert await books.balance(AccountKind.PROMO_ISSUANCE) == -4_000


@pytest.mark.parametrize("days", [0, 367, -1])
async def test_a_bonus_has_an_end(books: Books, days: int) -> None:
    await books.allow_bonuses()
    with pytest.raises(Invalid):
        await books.bonus(ANA, 1, days=days)


async def test_bonus_credits_cannot_be_moved_or_paid_out(books: Books) -> None:
    await books.allow_bonuses()
    await books.bonus(ANA, 10)
    with pytest.raises(PostingRefused, match="available earnings"):
        await books.run(
            lambda s: ledger.request_payout(
                s, key=books.key(), company_id=ANA, amount=credits(1), actor_id=None
            )
        )
