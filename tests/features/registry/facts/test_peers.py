"""Counts over comparable organisations, on both databases."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.registry.events import FactsChanged
from app.features.registry.facts import peers
from app.features.registry.facts.groups import Scope, facts_href
from app.features.registry.facts.models import Fact, PeerCount
from app.features.registry.facts.peers import THE_GROUP, recount
from app.features.registry.facts.sampling import SEARCHED_TOPICS
from app.features.registry.handlers import handlers
from app.features.registry.models import Organisation
from app.kit import clock
from app.outbox.claimer import Claimer
from app.outbox.models import OutboxJob
from app.outbox.recorder import record
from search import build_engine
from tests.features.registry.facts.stock import Bought, put_in

TODAY = date(2026, 11, 22)
RECENT = date(2026, 3, 1)
THIRD, FIRST, PEOPLES, HUAXI = (
    "北京大学第三医院",
    "北京大学第一医院",
    "北京大学人民医院",
    "四川大学华西医院",
)
Counts = dict[tuple[Scope, str], int]


@pytest.fixture
def every_group(monkeypatch: pytest.MonkeyPatch) -> None:
    """However small: the stock of these tests is."""
    monkeypatch.setattr(peers, "LEAST_ORGANISATIONS", 1)


async def counts_of(database: Database) -> Counts:
    async with database.reading() as session:
        rows = (await session.execute(select(PeerCount))).scalars().all()
        assert {row.years for row in rows} <= {3}
        return {
            (Scope(row.industry, row.sub_industry, row.level, row.province), row.need): row.organisations
            for row in rows
        }


async def scope_of(database: Database, name: str) -> Scope:
    async with database.reading() as session:
        row = (await session.execute(select(Organisation).where(Organisation.name == name))).scalar_one()
        return Scope(row.industry, row.sub_industry or "", row.level or "", row.province or "")


@pytest.mark.usefixtures("every_group")
async def test_every_group_from_widest_to_narrowest_counts_its_organisations(stocked: Database) -> None:
    await put_in(
        stocked,
        [
            Bought(THIRD, "mlps-l3", RECENT),
            Bought(HUAXI, "mlps-l3", RECENT),
            Bought(FIRST, None, RECENT),
            Bought("北京大学", "mlps-l3", RECENT),
        ],
    )
    await recount(stocked, TODAY)
    counts = await counts_of(stocked)
    finest = await scope_of(stocked, THIRD)
    assert finest.level
    assert finest.province == "北京市"
    expected = {
        Scope(): (3, 4),
        Scope("healthcare"): (2, 3),
        Scope("healthcare", finest.sub_industry): (2, 3),
        Scope("healthcare", finest.sub_industry, finest.level): (2, 3),
        finest: (1, 2),
        Scope("healthcare", "", "", "北京市"): (1, 2),
        Scope("education"): (1, 1),
    }
    found = {scope: (counts[scope, "mlps-l3"], counts[scope, THE_GROUP]) for scope in expected}
    assert found == expected


@pytest.mark.usefixtures("every_group")
async def test_what_does_not_count(stocked: Database) -> None:
    await put_in(
        stocked,
        [
            Bought(THIRD, "mlps-l3", RECENT),
            Bought(THIRD, "mlps-l3", date(2025, 3, 1)),  # the same need again
            Bought(FIRST, "mlps-l3", date(2023, 1, 1)),  # too long ago
            Bought(PEOPLES, "mlps-l3", date(2026, 12, 1)),  # after the day of the count
            Bought(HUAXI, "mlps-l3", RECENT, status="objected"),
        ],
    )
    await recount(stocked, TODAY)
    counts = await counts_of(stocked)
    # The objected fact is no need, but a notice of that hospital was seen.
    assert (counts[Scope("healthcare"), "mlps-l3"], counts[Scope("healthcare"), THE_GROUP]) == (1, 2)


@pytest.mark.usefixtures("every_group")
async def test_what_a_collector_searched_for_counts_for_nothing(stocked: Database) -> None:
    source = SEARCHED_TOPICS[0].source
    title = "某医院手术室行为管理系统采购"
    await put_in(
        stocked,
        [
            Bought(THIRD, "his-modernization", RECENT, title=title, source=source),
            Bought(FIRST, None, RECENT, title=title, source=source),
            Bought(PEOPLES, "his-modernization", RECENT, title="HIS升级", source=source),
            Bought(HUAXI, "his-modernization", RECENT, title=title, source="elsewhere"),
        ],
    )
    await recount(stocked, TODAY)
    counts = await counts_of(stocked)
    group = Scope("healthcare")
    assert (counts[group, "his-modernization"], counts[group, THE_GROUP]) == (2, 2)


@pytest.mark.usefixtures("every_group")
async def test_counting_again_changes_nothing_and_follows_what_changed(stocked: Database) -> None:
    await put_in(stocked, [Bought(THIRD, "mlps-l3", RECENT), Bought(HUAXI, "mlps-l3", RECENT)])
    await recount(stocked, TODAY)
    first = await counts_of(stocked)
    await recount(stocked, TODAY)
    assert await counts_of(stocked) == first

    async def close(session: WriteSession) -> None:
        await session.execute(update(Organisation).where(Organisation.name == HUAXI).values(status="closed"))

    await run_write(stocked, close)
    await recount(stocked, TODAY)
    assert (await counts_of(stocked))[Scope(), "mlps-l3"] == 1


@pytest.mark.usefixtures("every_group")
async def test_a_count_can_be_taken_as_of_an_earlier_day(stocked: Database) -> None:
    await put_in(stocked, [Bought(THIRD, "mlps-l3", date(2024, 1, 5)), Bought(HUAXI, "mlps-l3", RECENT)])
    await recount(stocked, date(2025, 1, 1))
    assert (await counts_of(stocked))[Scope(), "mlps-l3"] == 1


@pytest.mark.usefixtures("every_group")
async def test_counts_follow_a_change_of_facts(stocked: Database, tmp_path: Path) -> None:
    on = clock.today() - timedelta(days=30)
    await put_in(stocked, [Bought(THIRD, "mlps-l3", on)])

    async def no_rebuild() -> None:
        return

    async def change(session: WriteSession) -> None:
        await session.execute(delete(OutboxJob))  # of the import before
        record(session, FactsChanged())

    await run_write(stocked, change)
    engine = build_engine(tmp_path / "index")
    await Claimer(stocked, handlers(stocked, engine, rebuild=no_rebuild)).run_due()
    await engine.close()
    assert (await counts_of(stocked))[Scope(), "mlps-l3"] == 1


async def test_groups_too_small_to_be_told_of_are_not_counted(
    stocked: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "LEAST_ORGANISATIONS", 3)
    hospitals = [Bought(name, "mlps-l3", RECENT) for name in (THIRD, FIRST, PEOPLES)]
    await put_in(stocked, [*hospitals, Bought("北京大学", "mlps-l3", RECENT)])
    await recount(stocked, TODAY)
    counts = await counts_of(stocked)
    assert (counts[Scope("healthcare"), "mlps-l3"], counts[Scope(), "mlps-l3"]) == (3, 4)
    assert not [scope for scope, _ in counts if scope.industry == "education"]


@pytest.mark.usefixtures("every_group")
async def test_needs_that_nobody_has_any_more_are_forgotten(stocked: Database) -> None:
    await put_in(stocked, [Bought(THIRD, "mlps-l3", RECENT), Bought(HUAXI, "his-modernization", RECENT)])
    await recount(stocked, TODAY)
    await run_write(stocked, lambda session: session.execute(delete(Fact).where(Fact.need == "mlps-l3")))
    await recount(stocked, TODAY)
    assert {need for _, need in await counts_of(stocked)} == {THE_GROUP, "his-modernization"}


async def test_no_facts_no_counts(stocked: Database) -> None:
    assert await recount(stocked, TODAY) == 0
    assert await counts_of(stocked) == {}


@pytest.mark.parametrize(
    ("scope", "address"),
    [
        (Scope(), "/explore/facts?need=mlps-l3&years=3"),
        (
            Scope("healthcare", "", "tertiary", "浙江省"),
            "/explore/facts?need=mlps-l3&industry=healthcare&level=tertiary&province=%E6%B5%99%E6%B1%9F%E7%9C%81&years=3",
        ),
    ],
)
def test_the_address_of_the_facts_behind_a_count(scope: Scope, address: str) -> None:
    assert facts_href(scope, "mlps-l3", 3) == address
