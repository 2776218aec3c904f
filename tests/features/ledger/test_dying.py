"""A process that dies at any step of a posting: nothing half done, and the same key finishes it once."""

import pytest

from app.kit.amount import credits
from tests.features.ledger.books import ANA, BO, CAI, Books
from tests.features.ledger.dying import DIED, LIVED, buy_and_die, key_of

PRICE = 10


async def die_at(books: Books, path: str, url: str, step: int) -> bool:
    """Whether the purchase of the dead stands; False at the end where the process lived."""
    before = (await books.of(ANA)).spendable
    status = buy_and_die(path, url, step)
    await books.check()
    had_posted = (await books.of(ANA)).spendable < before
    again = await books.buy(PRICE, BO, CAI, key=key_of(step))
    assert again.replayed is had_posted
    assert before - (await books.of(ANA)).spendable == credits(PRICE)
    assert status in (DIED, LIVED)
    return status == DIED


@pytest.mark.parametrize("step", [1, 4, 6])
async def test_dying_on_the_way_loses_nothing_and_doubles_nothing(
    books: Books, path: str, books_url: str, step: int
) -> None:
    await books.top_up(ANA, 1_000)
    assert await die_at(books, path, books_url, step)


@pytest.mark.deep
async def test_dying_at_every_step_there_is(books: Books, path: str, books_url: str) -> None:
    await books.top_up(ANA, 1_000)
    steps = 0
    while await die_at(books, path, books_url, steps + 1):
        steps += 1
    assert steps > 5
