"""Purchases that wait at the same moment: one message, one transaction, and nobody's trouble is another's."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import BigInteger, Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from app.db.direct import alone
from app.db.engine import Database
from app.db.rows import NewRow
from app.db.tenancy import SYSTEM, Tenant, acting_as
from app.db.walls import COMPANY, OF_PERSON, raise_wall
from app.db.writing import run_write
from app.features.ledger.actions import Key, Posted, RowsBeside
from app.features.ledger.errors import PostingRefused
from app.features.ledger.kinds import REVENUE_SHARDS, AccountKind
from app.features.ledger.posting import together
from app.kit.amount import credits
from benchmarks import purchase_skeleton
from tests.features.ledger.books import ANA, BO, CAI, DAN, Books
from tests.features.ledger.conftest import open_path
from tests.postgresql import PostgresForTests

BUYERS = (ANA, BO, CAI, DAN)
AUTHORS = (11, 12)
ACCOUNTS = (
    "INSERT INTO ledger_accounts (kind, owner_id, company_id, shard, floor, asset, balance, seq)"
    " SELECT a.*, 'CR', 0, 0 FROM (VALUES"
    + ", ".join(f"(3, {author}, {author}, 0, 0)" for author in AUTHORS)
    + "".join(f", (21, 0, NULL, {shard}, NULL)" for shard in range(REVENUE_SHARDS))
    + ") AS a"
)


def wall(connection: Connection) -> None:
    with Operations.context(MigrationContext.configure(connection)):
        raise_wall("skeleton_grants", own=f"buyer_id = {COMPANY}", each_row=True)


class Shop:
    """Companies with credits, accounts that were used before, and a wall around what each has bought."""

    def __init__(self, books: Books, owner: Database) -> None:
        self.books, self.owner = books, owner

    async def buy(
        self,
        buyer: int,
        material: int,
        *,
        key: Key | None = None,
        as_company: int | None = None,
        authors: Sequence[int] = AUTHORS,
    ) -> Posted:
        with acting_as(Tenant("member", as_company or buyer)):
            return await purchase_skeleton.buy(
                self.books.database,
                buyer=buyer,
                material=material,
                price=credits(10),
                authors=authors,
                key=key or self.books.key(buyer),
            )

    async def transactions(self, posted: Sequence[Posted]) -> list[int]:
        """In which each was committed."""
        async with self.books.reading() as session:
            rows = await session.execute(text("SELECT id, xact FROM ledger_transfers"))
            by_id = {row.id: row.xact for row in rows}
        return [by_id[one.transfer_id] for one in posted]


@pytest.fixture
def url(postgres: PostgresForTests) -> Iterator[str]:
    with postgres.database() as url:
        yield url


@pytest.fixture
async def shop(postgres: PostgresForTests, url: str) -> AsyncIterator[Shop]:
    owner = Database(postgres.as_owner(url))
    await purchase_skeleton.make_tables(owner, role=make_url(url).username)
    async with owner.engine.begin() as connection:
        await connection.run_sync(wall)
    books = Books(open_path("function", url))
    await books.prepare()
    for buyer in BUYERS:
        await books.top_up(buyer, 100)
    await books.write(text(ACCOUNTS))
    yield Shop(books, owner)
    await books.check()
    async with books.reading() as session:
        assert await purchase_skeleton.audit(session) == []
    await books.database.close()
    await owner.close()


async def all_of(*works: Any) -> list[Any]:
    return await asyncio.gather(*works, return_exceptions=True)


async def test_those_who_wait_are_one_transaction_each_acting_for_itself(shop: Shop) -> None:
    posted = await all_of(*(shop.buy(buyer, at) for at, buyer in enumerate(BUYERS * 3)))
    assert len(set(await shop.transactions(posted))) == 1
    assert len({one.transfer_id for one in posted}) == 12
    for buyer in BUYERS:
        assert (await shop.books.of(buyer)).spendable == credits(70)


async def test_who_is_to_blame_goes_alone(shop: Shop) -> None:
    key = shop.books.key(ANA)
    first = await shop.buy(ANA, 1, key=key)
    poor = 9
    again, refused, *others = await all_of(
        shop.buy(ANA, 1, key=key), shop.buy(poor, 2), *(shop.buy(buyer, 3) for buyer in BUYERS)
    )
    assert (again.replayed, again.transfer_id) == (True, first.transfer_id)
    assert isinstance(refused, PostingRefused)
    assert refused.reason == "insufficient"
    assert len(set(await shop.transactions(others))) == 1


async def test_a_row_of_another_company_is_refused_and_the_others_stand(shop: Shop) -> None:
    """The wall sees for whom each row of a message is written."""
    *others, forged = await all_of(*(shop.buy(buyer, 5) for buyer in BUYERS), shop.buy(ANA, 6, as_company=BO))
    assert isinstance(forged, DBAPIError)
    assert "row-level security" in str(forged.orig)
    assert all(isinstance(one, Posted) for one in others)
    async with shop.books.reading() as session:
        assert not await purchase_skeleton.holds_grant(session, ANA, 6)
    assert (await shop.books.of(ANA)).spendable == credits(90)


async def test_bought_twice_at_once_it_is_paid_once(shop: Shop) -> None:
    came = await all_of(shop.buy(ANA, 1), shop.buy(ANA, 1), shop.buy(BO, 1))
    assert sum(isinstance(one, Posted) for one in came[:2]) == 1
    assert {one.reason for one in came[:2] if isinstance(one, PostingRefused)} == {"owned"}
    assert isinstance(came[2], Posted)


async def test_a_wallet_that_is_locked_keeps_nobody_else_waiting(shop: Shop) -> None:
    lock = f"SELECT 1 FROM ledger_accounts WHERE kind = 1 AND owner_id = {ANA} FOR UPDATE"
    async with shop.owner.engine.begin() as connection:
        await connection.execute(text(lock))
        waiting = asyncio.create_task(shop.buy(ANA, 1))
        others = await all_of(*(shop.buy(buyer, 1) for buyer in (BO, CAI, DAN)))
        assert [type(one) for one in others] == [Posted] * 3
        assert not waiting.done()
    assert isinstance(await waiting, Posted)


async def test_who_gave_up_before_it_was_sent_has_bought_nothing(shop: Shop) -> None:
    gone, stays = asyncio.create_task(shop.buy(ANA, 1)), asyncio.create_task(shop.buy(BO, 1))
    await asyncio.sleep(0)  # both stand in line
    gone.cancel()
    assert isinstance(await stays, Posted)
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert (await shop.books.of(ANA)).spendable == credits(100)


async def test_whoever_comes_as_a_line_ends_is_served(shop: Shop) -> None:
    async def several(buyer: int) -> None:
        for number in range(10):
            await shop.buy(buyer, number)

    await asyncio.gather(*(several(buyer) for buyer in BUYERS))
    for buyer in BUYERS:
        assert (await shop.books.of(buyer)).spendable == credits(0)


async def test_without_a_server_each_hears_it_and_nobody_waits_for_ever(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise ConnectionRefusedError

    monkeypatch.setattr(shop.books.database.engine.sync_engine.pool, "connect", refuse)
    came = await all_of(*(shop.buy(buyer, 1) for buyer in BUYERS))
    assert [type(one) for one in came] == [ConnectionRefusedError] * 4
    monkeypatch.undo()
    assert isinstance(await shop.buy(ANA, 1), Posted)


async def test_all_fees_of_a_message_go_to_one_account(shop: Shop) -> None:
    """It locks one of the sixteen, so that others need not wait for it."""
    sales = await all_of(*(shop.buy(buyer, at) for at, buyer in enumerate(BUYERS * 3)))
    fees = {
        leg.account for sale in sales for leg in sale.legs if leg.account.kind == AccountKind.PLATFORM_REVENUE
    }
    assert len(fees) == 1
    assert await shop.books.balance(AccountKind.PLATFORM_REVENUE) == 12 * 2_000
    await shop.books.refund(sales[0])  # finds it
    assert await shop.books.balance(AccountKind.PLATFORM_REVENUE) == 11 * 2_000


async def test_one_after_the_other_on_the_same_account(shop: Shop) -> None:
    """What one of a message did to an account is where the next begins."""
    posted = await all_of(*(shop.buy(ANA, number) for number in range(10)))
    assert len(set(await shop.transactions(posted))) == 1
    async with shop.books.reading() as session:
        rows = await session.execute(
            text(
                "SELECT e.account_seq, e.balance_after FROM ledger_entries e JOIN ledger_accounts a"
                f" ON a.id = e.account_id WHERE a.kind = 1 AND a.owner_id = {ANA} ORDER BY e.account_seq"
            )
        )
        assert [tuple(row) for row in rows] == [(at + 1, 100_000 - 10_000 * at) for at in range(11)]
    refused = await all_of(shop.buy(ANA, 11), shop.buy(BO, 11))
    assert [type(one) for one in refused] == [PostingRefused, Posted]


async def test_the_system_may_wait_with_members(shop: Shop) -> None:
    async def by_system() -> Posted:
        with acting_as(SYSTEM):
            return await purchase_skeleton.buy(
                shop.books.database, buyer=BO, material=9, price=credits(1), authors=AUTHORS,
                key=shop.books.key(BO),
            )  # fmt: skip

    assert len(set(await shop.transactions(await all_of(shop.buy(ANA, 9), by_system())))) == 1


async def test_nothing_of_a_message_stays_where_the_line_fails(shop: Shop) -> None:
    """A fault of the last row beside: the longer way meets it too, and tells it."""
    async with shop.owner.engine.begin() as connection:
        await connection.execute(
            text("ALTER TABLE outbox_jobs ADD CHECK (topic <> 'skeleton.material_bought')")
        )
    came = await all_of(*(shop.buy(buyer, 1) for buyer in BUYERS))
    assert all(isinstance(one, DBAPIError) for one in came)

    async def kept(session: Any) -> int:
        return await session.scalar(text("SELECT count(*) FROM ledger_transfers WHERE kind = 4"))  # type: ignore[no-any-return]

    assert await run_write(shop.books.database, kept) == 0


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many purchases each message had."""
    sizes: list[int] = []

    async def noted(database: Database, statement: Any, values: Any) -> Any:
        sizes.append(values["moves"].count(","))
        return await alone(database, statement, values)

    monkeypatch.setattr(together, "alone", noted)
    return sizes


POOR = 9


async def test_all_who_are_to_blame_are_told_at_once(shop: Shop, sent: list[int]) -> None:
    """However many are refused, the others are sent again once."""
    poor = [shop.buy(POOR, number) for number in range(20)]
    came = await all_of(*poor, *(shop.buy(buyer, 1) for buyer in BUYERS))
    assert {one.reason for one in came[:20]} == {"insufficient"}
    assert sent == [24, 4]
    assert {type(one) for one in came[20:]} == {Posted}
    key = shop.books.key(ANA)
    sent.clear()
    same = await all_of(*(shop.buy(ANA, 7, key=key) for _ in range(8)), shop.buy(BO, 7))
    assert len({one.transfer_id for one in same}) == 2
    assert max(sent[1:]) <= 2


async def test_whom_another_is_refused_beside_need_not_wait_for_more_of_them(
    shop: Shop, sent: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has nothing and tries again and again keeps nobody in line."""
    tries: set[asyncio.Task[Any]] = set()
    real = together.alone

    async def with_another(*given: Any) -> Any:
        if len(tries) < 30:
            tries.add(asyncio.create_task(all_of(shop.buy(POOR, len(tries)))))
        await asyncio.sleep(0)  # it stands in line
        return await real(*given)

    monkeypatch.setattr(together, "alone", with_another)
    await all_of(shop.buy(POOR, 100), *(shop.buy(buyer, 1) for buyer in BUYERS))
    assert len(tries) < 10
    monkeypatch.setattr(together, "alone", real)
    await asyncio.gather(*tries)


async def test_who_owns_it_already_spoils_no_message(shop: Shop) -> None:
    await shop.buy(ANA, 1)
    owned, *others = await all_of(shop.buy(ANA, 1), *(shop.buy(buyer, 2) for buyer in BUYERS))
    assert owned.reason == "owned"
    assert len(set(await shop.transactions(others))) == 1


async def test_a_grant_that_another_is_making_keeps_nobody_else_waiting(shop: Shop) -> None:
    columns = "buyer_id, material_id, transfer_id, state"
    made = f"INSERT INTO skeleton_grants ({columns}) VALUES ({ANA}, 1, 0, 'active')"
    async with shop.owner.engine.connect() as connection:
        await connection.execute(text("SET top.actor = 'system'"))
        await connection.execute(text(made))
        waiting = asyncio.create_task(shop.buy(ANA, 1))
        async with asyncio.timeout(20):
            others = await all_of(*(shop.buy(buyer, 1) for buyer in (BO, CAI, DAN)))
        assert [type(one) for one in others] == [Posted] * 3
        assert not waiting.done()
        await connection.rollback()
    assert isinstance(await waiting, Posted)


async def test_who_is_blamed_took_nothing_from_the_next(shop: Shop, sent: list[int]) -> None:
    """There is no account for its author yet, as is found when the buyer's credits were taken."""
    works = [shop.buy(ANA, 0, authors=(13,)), *(shop.buy(ANA, number) for number in range(1, 11))]
    came = await all_of(*works)
    assert sent[:2] == [11, 10]
    assert sum(isinstance(one, Posted) for one in came) == 10
    assert (await shop.books.of(ANA)).spendable == credits(0)


async def test_a_lane_that_never_began_leaves_nobody_waiting(shop: Shop) -> None:
    waiting = asyncio.create_task(shop.buy(ANA, 1))
    await asyncio.sleep(0)  # it stands in line, and a lane is to begin
    (line,) = together._lines[shop.books.database].values()
    for lane in line._lanes:
        lane.cancel()
    async with asyncio.timeout(20):
        assert isinstance(await waiting, Posted)


async def test_a_wall_that_is_asked_once_cannot_stand_around_rows_of_several(shop: Shop) -> None:
    def wrong(connection: Connection) -> None:
        with Operations.context(MigrationContext.configure(connection)):
            raise_wall("skeleton_purchases", own=OF_PERSON, each_row=True)

    async with shop.owner.engine.begin() as connection:
        with pytest.raises(AssertionError, match="once"):
            await connection.run_sync(wrong)


def test_rows_beside_tell_the_types_of_what_they_bind() -> None:
    """On SQLite they would work without."""
    with pytest.raises(ValueError, match="material"):
        RowsBeside(NewRow("grants (buyer, material)", ":buyer, :material", {"buyer": BigInteger()}))
