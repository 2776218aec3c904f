"""Clocks that jump: nothing is released early or twice, whatever the machine of the product believes."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.features.ledger.policy import HOLD_DAYS
from app.features.ledger.side_models import LedgerHold
from app.kit.amount import credits
from tests.features.ledger.books import ANA, BO, Books

NOW = datetime.now(UTC)
JUMPS = {
    "a day on": NOW + timedelta(days=1),
    "a day back": NOW - timedelta(days=1),
    "a year on": NOW + timedelta(days=400),
    "leap day": datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC),
    "when clocks change in Europe": datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
}


@pytest.mark.parametrize("moment", JUMPS.values(), ids=JUMPS)
async def test_the_products_own_clock_decides_nothing(books: Books, moment: datetime) -> None:
    await books.top_up(ANA, 100)
    with time_machine.travel(moment, tick=True):
        await books.buy(10, BO, fee=0)
        assert await books.release(BO) is None
    async with books.reading() as session:
        due = (await session.scalars(select(LedgerHold.release_at))).one()
    assert abs(due - NOW - timedelta(days=HOLD_DAYS)) < timedelta(hours=2)


async def test_what_was_released_stays_released_when_the_clock_goes_back(books: Books) -> None:
    await books.top_up(ANA, 100)
    await books.buy(10, BO, fee=0)
    await books.make_due()
    await books.release(BO)
    with time_machine.travel(NOW - timedelta(days=1), tick=True):
        await books.make_due()
        assert await books.release(BO) is None
    assert (await books.of(BO)).available == credits(10)
