"""The purchase skeleton on every path: credits, holds, grant, purchase and event stand or fall together."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.db.engine import Database
from app.db.tenancy import TellingConnection, acting_as
from app.features.ledger.actions import Key, Posted
from app.features.ledger.errors import KeyReused, PostingRefused
from app.features.ledger.kinds import REVENUE_SHARDS
from app.kit.amount import credits
from benchmarks import purchase_skeleton
from tests.features.ledger.books import ANA, BO, CAI, DAN, Books
from tests.postgresql import PostgresForTests

MATERIAL = 77
TABLES = ("skeleton_grants", "skeleton_purchases", "outbox_jobs", "ledger_holds", "ledger_transfers")
# All that a purchase changes: where one is missing, the function goes the longer way. Bonuses nobody had.
_ROWS = [f"({kind}, {owner}, {owner}, 0, 0)" for kind, owner in ((1, ANA), (3, BO), (3, CAI))]
_FEES = [f"(21, 0, NULL, {shard}, NULL)" for shard in range(REVENUE_SHARDS)]
ACCOUNTS = (
    "INSERT INTO ledger_accounts (kind, owner_id, company_id, shard, floor, asset, balance, seq)"
    f" SELECT a.*, 'CR', 0, 0 FROM (VALUES {', '.join(_ROWS + _FEES)}) AS a"
)


@pytest.fixture
async def shop(books: Books, books_url: str, request: pytest.FixtureRequest) -> AsyncIterator[Books]:
    """Books beside the skeleton's tables, audited with them at the end."""
    if books.database.is_sqlite:
        await purchase_skeleton.make_tables(books.database)
    else:
        postgres: PostgresForTests = request.getfixturevalue("postgres")
        owner = Database(postgres.as_owner(books_url))
        await purchase_skeleton.make_tables(owner, role=make_url(books_url).username)
        await owner.close()
    await books.write(text(ACCOUNTS))
    yield books
    async with books.reading() as session:
        assert await purchase_skeleton.audit(session) == []


async def buy(
    shop: Books, *authors: int, key: Key | None = None, material: int = MATERIAL, buyer: int = ANA
) -> Posted:
    key = key or shop.key(buyer)
    with acting_as(shop.tenant):
        return await purchase_skeleton.buy(
            shop.database,
            buyer=buyer,
            material=material,
            price=credits(10),
            authors=authors or (BO,),
            key=key,
        )


async def written(shop: Books) -> dict[str, int]:
    async with shop.reading() as session:
        return {table: await session.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in TABLES}


async def test_all_of_it_is_written(shop: Books) -> None:
    await shop.top_up(ANA, 100)
    posted = await buy(shop, BO, CAI)
    assert not posted.replayed
    assert (await shop.of(ANA)).spendable == credits(90)
    assert await written(shop) == dict(zip(TABLES, (1, 1, 1, 2, 2), strict=True))
    async with shop.reading() as session:
        told = await session.scalar(text("SELECT payload FROM outbox_jobs"))
        kept = (await session.execute(text("SELECT transfer_id, gross FROM skeleton_purchases"))).one()
        granted = await purchase_skeleton.holds_grant(session, ANA, MATERIAL)
    assert posted.public_id in str(told)
    assert tuple(kept) == (posted.transfer_id, 10_000)
    assert granted


async def test_again_under_its_key_it_is_the_same(shop: Books) -> None:
    await shop.top_up(ANA, 100)
    key = shop.key()
    first, before = await buy(shop, key=key), await written(shop)
    again = await buy(shop, key=key)
    assert (again.replayed, again.transfer_id, again.legs) == (True, first.transfer_id, first.legs)
    assert await written(shop) == before
    with pytest.raises(KeyReused):
        await buy(shop, key=key, material=MATERIAL + 1)


async def test_what_one_has_is_not_sold_twice_and_the_answer_stays(shop: Books) -> None:
    await shop.top_up(ANA, 100)
    await buy(shop)
    key = shop.key()
    for _ in range(2):
        with pytest.raises(PostingRefused) as refusal:
            await buy(shop, key=key)
        assert refusal.value.reason == "owned"
    assert (await shop.of(ANA)).spendable == credits(90)
    assert await written(shop) == dict(zip(TABLES, (1, 1, 1, 1, 3), strict=True))
    assert await shop.transfers("rejected") == 1


async def test_without_credits_nothing_stays_but_the_refusal(shop: Books) -> None:
    await shop.top_up(ANA, 9)
    key = shop.key()
    for _ in range(2):
        with pytest.raises(PostingRefused) as refusal:
            await buy(shop, key=key)
        assert refusal.value.reason == "insufficient"
        assert "积分不足" in refusal.value.message.zh
    assert await written(shop) == dict(zip(TABLES, (0, 0, 0, 0, 2), strict=True))


async def test_bonus_credits_used_up_are_noted_with_it(shop: Books) -> None:
    await shop.top_up(ANA, 100)
    await shop.allow_bonuses()
    await shop.bonus(ANA, 4)
    await buy(shop)
    ana = await shop.of(ANA)
    assert (ana.bonus, ana.spendable) == (credits(0), credits(94))
    async with shop.reading() as session:
        assert await session.scalar(text("SELECT remaining FROM ledger_bonuses")) == 0


async def test_an_account_never_used_is_made_with_it(shop: Books) -> None:
    await shop.top_up(ANA, 100)
    await buy(shop, DAN)
    assert (await shop.of(DAN)).pending == credits(8)
    assert await written(shop) == dict(zip(TABLES, (1, 1, 1, 1, 2), strict=True))


async def test_of_many_at_once_one_buys(shop: Books) -> None:
    await shop.top_up(ANA, 100)
    came = await asyncio.gather(*(buy(shop) for _ in range(8)), return_exceptions=True)
    bought = [one for one in came if isinstance(one, Posted)]
    refused = [one.reason for one in came if isinstance(one, PostingRefused)]
    assert (len(bought), refused) == (1, ["owned"] * 7)
    assert (await shop.of(ANA)).spendable == credits(90)


async def test_the_function_needs_one_message_for_it(
    shop: Books, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shop.top_up(ANA, 100)
    await buy(shop)
    sent: list[str] = []

    async def note(self: Any, query: str, *arguments: Any, of: Any, **options: Any) -> Any:
        sent.append(query)
        return await of(self, query, *arguments, **options)

    for name in ("execute", "fetch"):
        whole = getattr(TellingConnection, name)
        monkeypatch.setattr(TellingConnection, name, lambda *a, of=whole, **o: note(*a, of=of, **o))
    await buy(shop, material=MATERIAL + 1)
    assert (len(sent) == 1) is (path == "function")
    if path == "function":  # the rows of the first purchase, too, came with its transfer
        async with shop.reading() as session:
            by_table = [
                set(await session.scalars(text(f"SELECT CAST(CAST(xmin AS text) AS bigint) FROM {of}")))
                for of in ("skeleton_grants", "outbox_jobs", "ledger_transfers WHERE kind = 4")
            ]
        assert by_table[0] == by_table[1] == by_table[2]
        assert len(by_table[0]) == 2
