"""A purchase that failed after its award: the need was real, the award is not."""

from datetime import date
from pathlib import Path

from app.db.engine import Database
from tests.features.registry.faces import client_of
from tests.features.registry.facts.conftest import AWARD, TENDER, Importing, facts, notice

FAILED = notice("北京大学第三医院堡垒机采购项目流标公告", "2025-05-01")
ENDED = notice("北京大学第三医院堡垒机采购项目终止公告", "2025-06-01", award_yuan="480,000.00")
AGAIN = notice("北京大学第三医院堡垒机采购项目（第二次）中标公告", "2025-08-01", award_yuan="450,000.00")


async def test_a_failure_takes_the_award_back(stocked: Database, importing: Importing) -> None:
    await importing([TENDER, AWARD, FAILED, ENDED])
    (fact,) = await facts(stocked)
    assert (fact.kind, fact.amount, fact.amount_kind) == ("tender", 500_000, "budget")
    assert (fact.title, fact.event_on) == (TENDER["title"], date(2025, 3, 1))


async def test_without_a_tender_its_award_still_shows_the_need(
    stocked: Database, importing: Importing
) -> None:
    await importing([FAILED, AWARD])
    (fact,) = await facts(stocked)
    assert (fact.kind, fact.amount, fact.event_on) == ("tender", None, date(2025, 4, 2))


async def test_a_later_award_stands(stocked: Database, importing: Importing) -> None:
    await importing([TENDER, AWARD, FAILED])
    await importing([AGAIN])
    (fact,) = await facts(stocked)
    assert (fact.kind, fact.amount, fact.title) == ("award", 450_000, AGAIN["title"])


async def test_on_one_day_award_and_failure_are_of_different_lots(
    stocked: Database, importing: Importing
) -> None:
    await importing([TENDER, AWARD, FAILED | {"publish_date": AWARD["publish_date"]}])
    (fact,) = await facts(stocked)
    assert (fact.kind, fact.amount) == ("award", 480_000)


async def test_the_history_says_that_it_failed(
    stocked: Database, importing: Importing, tmp_path: Path
) -> None:
    await importing([TENDER, AWARD, FAILED])
    (fact,) = await facts(stocked)
    async with client_of(stocked, tmp_path) as client:
        page = await client.get(f"/facts/{fact.public_id}")
        told = (await client.get(f"/api/v1/facts/{fact.public_id}")).json()
    assert "流标、废标或终止" in page.text
    assert [one["has_failed"] for one in told["notices"]] == [True, False, False]
