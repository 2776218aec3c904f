"""Stored totals say what a full count would, and the choices made of them add up."""

from collections import Counter
from dataclasses import replace
from datetime import date
from statistics import median

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from app.db.engine import Database, ReadSession
from app.db.writing import run_write
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.explore import totals
from app.features.registry.explore.filters import NO_FILTERS, Filters
from app.features.registry.explore.models import ALL, ALL_YEARS, FactTotal
from app.features.registry.explore.organisations import organisations_by
from app.features.registry.explore.recounting import recount_totals
from app.features.registry.explore.totals import NeedTotal, Total, years_of
from app.features.registry.facts.models import Fact
from app.kit.viewer import ANONYMOUS
from tests.features.registry.explore.conftest import FACTS
from tests.features.registry.facts.stock import Bought, put_in

SHOWN = [fact for fact in FACTS if fact.status == "active"]


async def test_a_need_with_its_years_and_amounts(session: ReadSession) -> None:
    found = await totals.needs_in(session, ANONYMOUS, NO_FILTERS)
    first = found[0]
    assert (first.need, first.total.facts, first.total.organisations) == ("mlps-l3", 4, 3)
    assert first.by_year == {2023: 1, 2024: 1, 2025: 2}
    assert (first.total.amounts, first.total.amount_sum, first.total.amount_median) == (3, 1_700_000, 500_000)
    assert {one.need: one.total.facts for one in found} == Counter(fact.need for fact in SHOWN)


async def test_needs_of_an_industry_and_province(session: ReadSession) -> None:
    for filters, expected in (
        (Filters(industry="healthcare", province="四川省"), {"mlps-l3": 1, "emr-upgrade": 1}),
        (Filters(industry="education"), {"campus-network-upgrade": 1}),
        (Filters(province="北京市"), {"mlps-l3": 3, "campus-network-upgrade": 1}),
        (Filters(industry="finance"), {}),
    ):
        found = await totals.needs_in(session, ANONYMOUS, filters)
        assert {one.need: one.total.facts for one in found} == expected


async def test_where_and_when_a_need_was_bought(session: ReadSession) -> None:
    found = await totals.whereabouts_of(session, ANONYMOUS, "mlps-l3")
    assert found is not None
    assert [(place, one.facts, one.organisations) for place, one in found.by_province] == [
        ("北京市", 3, 2),
        ("四川省", 1, 1),
    ]
    assert dict(found.by_province)["北京市"].amount_median == 500_000
    assert [(year, one.facts) for year, one in found.by_year] == [(2025, 2), (2024, 1), (2023, 1)]
    assert [(code, one.facts) for code, one in found.by_industry] == [("healthcare", 4)]
    assert await totals.whereabouts_of(session, ANONYMOUS, "bastion-host") is None


async def test_the_median_of_an_even_number_is_the_mean_of_the_middle(stocked: Database) -> None:
    amounts = [10, 20, 40, 1_000]
    await put_in(stocked, [Bought("北京大学", "mlps-l2", date(2025, 1, 1), amount=one) for one in amounts])
    await recount_totals(stocked)
    async with stocked.reading() as session:
        found = await totals.whereabouts_of(session, ANONYMOUS, "mlps-l2")
    assert found is not None
    assert found.total.amount_median == median(amounts)


async def test_all_needs_together_count_an_organisation_once(session: ReadSession) -> None:
    row = await session.scalar(
        select(FactTotal).where(
            FactTotal.need == ALL,
            FactTotal.year == ALL_YEARS,
            *(column == ALL for column in (FactTotal.industry, FactTotal.level, FactTotal.province)),
        )
    )
    assert row is not None
    assert (row.facts, row.organisations) == (len(SHOWN), 4)
    assert (row.amounts, row.amount_sum, row.amount_median) == (0, 0, None)


async def test_counting_again_changes_nothing_and_follows_what_changed(explored: Database) -> None:
    async def everything() -> set[tuple[object, ...]]:
        async with explored.reading() as session:
            return {tuple(row) for row in await session.execute(select(*FactTotal.__table__.c))}

    before = await everything()
    assert await recount_totals(explored) == len(before)
    assert await everything() == before
    withdrawn = update(Fact).where(Fact.need == "emr-upgrade").values(status="withdrawn")
    await run_write(explored, lambda session: session.execute(withdrawn))
    await recount_totals(explored)
    assert {row[3] for row in before - await everything()} == {"emr-upgrade", ALL}
    await run_write(explored, lambda session: session.execute(delete(Fact)))
    assert await recount_totals(explored) == 0
    assert await everything() == set()


NARROWED = (
    NO_FILTERS,
    Filters(industry="healthcare"),
    Filters(industry="healthcare", level="tertiary_a"),
    Filters(province="北京市"),
    Filters(need="mlps-l3"),
    Filters(need="mlps-l3", province="北京市"),
    Filters(need="mlps-l3", industry="healthcare", level="tertiary_a"),
    Filters(industry="healthcare", province="四川省", level="tertiary_a"),
)


async def test_every_choice_leads_to_as_many_as_it_says(session: ReadSession, catalogue: Catalogue) -> None:
    for filters in NARROWED:
        choices = await totals.choices_of_organisations(session, ANONYMOUS, filters)
        lists = [(filters, choices.total)]
        for field in ("industry", "level", "province", "need"):
            for value, count in getattr(choices, field).items():
                kept = filters.without("industry") if field == "industry" else filters
                lists.append((replace(kept, **{field: value}), count))
        assert len(lists) > 2
        for narrowed, count in lists:
            found = await organisations_by(session, ANONYMOUS, catalogue, narrowed, limit=100)
            assert len(found) == count, narrowed


async def test_choices_of_facts(session: ReadSession) -> None:
    choices = await totals.choices_of_facts(session, ANONYMOUS, Filters(need="mlps-l3", province="北京市"))
    assert choices.total == 3
    assert choices.industry == {"healthcare": 3}
    assert choices.province == {"北京市": 3, "四川省": 1}
    assert choices.need == {"mlps-l3": 3, "campus-network-upgrade": 1}


@given(st.dictionaries(st.integers(1990, 2100), st.integers(1, 5)))
def test_the_years_shown_are_the_newest_in_order(by_year: dict[int, int]) -> None:
    years = years_of([NeedTotal("mlps-l3", Total(1, 1), by_year)])
    assert years == sorted(years)
    assert set(years) == set(sorted(by_year)[-6:])
