"""The wall between companies: posting passes it, reading does not."""

import pytest
from sqlalchemy import text

from app.db.tenancy import NOBODY, Tenant
from app.kit.amount import credits
from tests.features.ledger.books import ANA, BO, Books


async def test_a_member_buys_and_sees_the_own_company_alone(books: Books) -> None:
    await books.top_up(ANA, 100)
    await books.allow_bonuses()
    await books.bonus(ANA, 5)
    books.tenant = Tenant("member", ANA)
    key = books.key()
    sale, again = await books.buy(10, BO, key=key), await books.buy(10, BO, key=key)
    assert again.legs == sale.legs
    assert (await books.of(ANA)).spendable == credits(95)
    if not books.database.is_sqlite:
        assert not (await books.of(BO)).pending


@pytest.mark.parametrize("tenant", [NOBODY, Tenant("member", BO)], ids=["nobody", "another"])
async def test_others_see_and_change_nothing(books: Books, tenant: Tenant) -> None:
    if books.database.is_sqlite:
        return  # it has the first wall alone
    await books.top_up(ANA, 100)
    books.tenant = tenant
    async with books.reading() as session:
        for table in ("accounts", "payouts", "deposits", "freezes", "appeals", "proposals"):
            assert await session.scalar(text(f"SELECT count(*) FROM ledger_{table}")) == 0
