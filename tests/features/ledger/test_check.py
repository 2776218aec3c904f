"""The check finds whatever is wrong, by name, and nothing in clean books."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from app.db.engine import Database, ReadSession
from app.db.tenancy import SYSTEM, acting_as
from app.features.ledger.calendar import check_nightly, release_what_is_due, sweep
from app.features.ledger.checking import Finding, check, take_checkpoint
from app.features.ledger.checking.keeping import check_and_keep, newest_check
from app.features.ledger.checking.report import Extent
from app.kit.amount import credits
from app.kit.text import Text
from tests.features.ledger.books import ANA, BO, CAI, Books

# What somebody with the keys to the database could do, and what the check calls it.
_SALE = "(SELECT min(id) FROM ledger_transfers WHERE kind = 4)"
DAMAGE = {
    "UPDATE ledger_accounts SET balance = balance + 1 WHERE kind = 1 AND owner_id = 1": {"I3", "I4"},
    "UPDATE ledger_accounts SET seq = seq + 1 WHERE kind = 1 AND owner_id = 1": {"I3"},
    "UPDATE ledger_entries SET amount = amount + 1 WHERE transfer_id = 1 AND leg = 1": {"I1", "I3"},
    "UPDATE ledger_entries SET balance_after = balance_after + 1 WHERE transfer_id = 1 AND leg = 2": {"I3"},
    f"DELETE FROM ledger_entries WHERE transfer_id = {_SALE} AND leg = 1": {"I1", "I3"},
    f"DELETE FROM ledger_entries WHERE transfer_id = {_SALE}": {"I1", "I3"},
    "UPDATE ledger_transfers SET state = 'rejected', reason = 'x' WHERE id = 1": {"I1"},
    "UPDATE ledger_holds SET returned = 1, refunded = 1 WHERE id = 1": {"I9"},
    "DELETE FROM ledger_bonuses": {"I10"},
    "INSERT INTO ledger_payouts (public_id, company_id, asset, amount, state, requested_at, changed_at)"
    " VALUES ('p', 1, 'CR', 10, 'settled', '2026-01-01 00:00:00', '2026-01-01 00:00:00')": {"I9"},
    "INSERT INTO ledger_payment_events (public_id, provider, event_id, kind, payment, company, asset, amount,"
    " credits, digest, state, transfer_id, received_at) VALUES ('v', 'acme', 'e', 'paid', 'p', 'c', 'CNY',"
    " 1, 10, 'd', 'matched', 1, '2026-01-01 00:00:00')": {"I9"},
    "UPDATE ledger_checkpoints SET balance = balance + 1 WHERE account_id = 1": {"I3"},
}


async def some_books(books: Books, *, checkpoint: bool = False) -> None:
    await books.top_up(ANA, 100)
    await books.top_up(BO, 50)
    await books.buy(10, BO, CAI)
    await books.allow_bonuses()
    await books.bonus(CAI, 5)
    if checkpoint:
        await books.run(take_checkpoint)
        await books.buy(20, BO)


class Keys:
    """Whoever has the keys to the database: no trigger stops them."""

    def __init__(self, owner_url: str) -> None:
        self._url = owner_url

    async def do(self, *statements: str) -> None:
        database = Database(self._url)
        async with database.engine.begin() as connection:
            if database.is_sqlite:
                names = await connection.scalars(
                    text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
                )
                for name in names.all():
                    await connection.execute(text(f"DROP TRIGGER {name}"))
            else:
                await connection.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in statements:
                await connection.execute(text(statement))
        await database.close()


@pytest.fixture
def keys(path: str, books_url: str, request: pytest.FixtureRequest) -> Keys:
    return Keys(books_url if path == "sqlite" else request.getfixturevalue("postgres").as_owner(books_url))


@pytest.mark.parametrize("extent", ["full", "since_checkpoint"])
async def test_clean_books_are_clean(books: Books, extent: Extent) -> None:
    await some_books(books, checkpoint=True)
    report = await books.report(extent)
    assert report.findings == ()
    assert report.outstanding["CR"] > 0
    assert report.entries > report.transfers > 0


@pytest.mark.parametrize("path", ["sqlite", "function"], indirect=True)
@pytest.mark.parametrize("damage", DAMAGE)
async def test_whatever_is_changed_is_found_and_named(books: Books, keys: Keys, damage: str) -> None:
    await some_books(books, checkpoint=True)
    await keys.do(damage)
    report = await books.report()
    found = {finding.invariant for finding in report.findings} - {"I5"}
    assert found == DAMAGE[damage]
    assert all(finding.subject and finding.detail for finding in report.findings)
    books.is_damaged = True


@pytest.mark.parametrize("path", ["sqlite", "function"], indirect=True)
async def test_the_short_check_finds_what_is_new_and_that_the_old_moved(books: Books, keys: Keys) -> None:
    await some_books(books, checkpoint=True)
    await keys.do("UPDATE ledger_entries SET amount = amount - 1 WHERE transfer_id > 4 AND leg = 1")
    assert {"I1", "I3"} <= {one.invariant for one in (await books.report("since_checkpoint")).findings}
    books.is_damaged = True


async def test_a_missing_guard_is_found(path: str, sqlite_url: str) -> None:
    if path != "sqlite":
        return
    await Keys(sqlite_url).do()
    database = Database(sqlite_url)
    report = await check(database)
    assert {finding.subject for finding in report.findings} >= {"ledger_entries_no_update"}
    await database.close()


async def test_other_rooms_hand_their_auditors_in(books: Books) -> None:
    finding = Finding(
        "I8", Text(zh="授权与购买一致", en="grants and purchases agree"), "grant 7", "no purchase"
    )

    async def grants(session: ReadSession) -> list[Finding]:
        return [finding]

    report = await check(books.database, auditors=[grants])
    assert finding in report.findings
    assert not report.is_clean
    assert replace(report, findings=(replace(finding, is_late=True),)).is_clean


async def test_earnings_past_due_are_late_not_wrong(books: Books) -> None:
    await some_books(books)
    await books.make_due()
    report = await books.report()
    assert [finding.subject for finding in report.findings] == ["holds"]
    assert report.is_clean


async def test_the_calendar_releases_sweeps_and_checks_once(books: Books) -> None:
    await some_books(books)
    await books.make_due()
    with acting_as(SYSTEM):
        assert await release_what_is_due(books.database) == 2
        assert await release_what_is_due(books.database) == 0
        for _ in range(2):
            await sweep(books.database, date(2026, 11, 29))
            await check_nightly(books.database)
    assert (await books.of(BO)).available == credits(0) + (await books.of(CAI)).available
    async with books.reading() as session:
        kept = await newest_check(session)
        assert kept is not None
        assert kept.is_clean
        assert await session.scalar(text("SELECT count(*) FROM ledger_checks")) == 1


async def test_a_short_check_by_hand_does_not_spare_the_nightly_one(books: Books) -> None:
    await some_books(books)
    with acting_as(SYSTEM):
        await check_and_keep(books.database, extent="since_checkpoint")
        await check_nightly(books.database)
    async with books.reading() as session:
        kept = await session.scalars(text("SELECT extent FROM ledger_checks ORDER BY id"))
        assert kept.all() == ["since_checkpoint", "full"]
        assert await session.scalar(text("SELECT count(*) FROM ledger_checkpoints"))
