"""Facts and organisations narrowed by filters, in their order, page by page."""

from datetime import date

import pytest
from sqlalchemy import bindparam, select

from app.db.engine import Database, ReadSession
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.explore import facts
from app.features.registry.explore.facts import count_facts, facts_by, first_day, run_of_facts
from app.features.registry.explore.filters import NO_FILTERS, Filters
from app.features.registry.explore.organisations import count_with_need, organisations_by
from app.features.registry.models import Organisation
from app.kit.viewer import ANONYMOUS
from tests.features.registry.explore.conftest import FACTS, FIRST, HUAXI, THIRD, UNIVERSITY
from tests.features.registry.facts.stock import Bought, put_in

SHOWN = sorted((fact for fact in FACTS if fact.status == "active"), key=lambda fact: fact.on, reverse=True)


async def test_facts_are_the_shown_ones_newest_first(session: ReadSession) -> None:
    found = await facts_by(session, ANONYMOUS, NO_FILTERS, limit=50)
    assert [(fact.organisation, fact.event_on) for fact in found] == [
        (fact.organisation, fact.on) for fact in SHOWN
    ]


async def test_facts_follow_the_filters(session: ReadSession) -> None:
    for filters, titles in (
        (Filters(need="emr-upgrade"), ["四川大学华西医院电子病历"]),
        (Filters(industry="education"), ["北京大学校园网升级"]),
        (Filters(need="mlps-l3", province="四川省"), ["四川大学华西医院等保测评"]),
        (
            Filters(need="emr-upgrade", industry="healthcare", level="tertiary_a", province="四川省"),
            ["四川大学华西医院电子病历"],
        ),
        (Filters(industry="healthcare", level="grassroots"), []),
        (Filters(need="mlps-l3", industry="education"), []),
    ):
        found = await facts_by(session, ANONYMOUS, filters, limit=50)
        assert [fact.title for fact in found] == titles
        assert await count_facts(session, ANONYMOUS, filters, bound=50) == len(titles)


async def test_facts_of_the_last_years(session: ReadSession) -> None:
    found = await facts_by(session, ANONYMOUS, Filters(years=2), limit=50)
    since = first_day(date.today(), 2)
    assert [fact.event_on for fact in found] == [fact.on for fact in SHOWN if fact.on >= since]
    assert first_day(date(2024, 2, 29), 1) == date(2023, 2, 28)


async def test_a_count_stops_at_its_bound(session: ReadSession) -> None:
    assert await count_facts(session, ANONYMOUS, NO_FILTERS, bound=3) == 3
    assert await count_with_need(session, ANONYMOUS, Filters(need="mlps-l3"), bound=2) == 2


async def test_a_run_reads_every_fact_once(explored: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches must join even where several facts share a day."""
    monkeypatch.setattr(facts, "_BATCH", 2)
    await put_in(explored, [Bought(UNIVERSITY, "bastion-host", date(2025, 5, 1)) for _ in range(5)])
    for limit in (1, 4, 100):
        read = [
            fact.public_id
            async for batch in run_of_facts(explored, ANONYMOUS, NO_FILTERS, limit=limit)
            for fact in batch
        ]
        async with explored.reading() as session:
            listed = await facts_by(session, ANONYMOUS, NO_FILTERS, limit=limit)
        assert read == [fact.public_id for fact in listed]
        assert len(read) == min(limit, len(SHOWN) + 5)


async def test_organisations_with_a_need_stand_once_by_their_newest_fact(
    session: ReadSession, catalogue: Catalogue
) -> None:
    found = await organisations_by(session, ANONYMOUS, catalogue, Filters(need="mlps-l3"), limit=50)
    assert [(one.line.name, one.fact_on) for one in found] == [
        (HUAXI, date(2025, 7, 1)),
        (THIRD, date(2025, 5, 1)),
        (FIRST, date(2024, 6, 1)),
    ]
    for offset in range(3):
        page = await organisations_by(
            session, ANONYMOUS, catalogue, Filters(need="mlps-l3"), limit=1, offset=offset
        )
        assert page == found[offset : offset + 1]


async def test_organisations_come_best_known_first_and_pages_join(
    session: ReadSession, catalogue: Catalogue
) -> None:
    for filters in (
        NO_FILTERS,
        Filters(industry="healthcare"),
        Filters(province="北京市"),
        Filters(industry="healthcare", province="北京市"),
        Filters(industry="healthcare", level="tertiary_a"),
    ):
        whole = await organisations_by(session, ANONYMOUS, catalogue, filters, limit=50)
        pages = [
            one
            for offset in range(0, 20, 2)
            for one in await organisations_by(session, ANONYMOUS, catalogue, filters, limit=2, offset=offset)
        ]
        assert pages == list(whole)
        assert len({one.line.public_id for one in whole}) == len(whole) > 1
        ranks = select(Organisation.rank).where(Organisation.public_id == bindparam("id"))
        known = [await session.scalar(ranks, {"id": one.line.public_id}) for one in whole]
        assert known == sorted(known, reverse=True)
        for one in whole:
            assert filters.industry in (None, one.line.industry_code)
            assert filters.province in (None, one.line.province)
