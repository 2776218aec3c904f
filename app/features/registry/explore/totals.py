"""Reads of stored totals: how many organisations and facts there are for each choice a reader has."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.db.quick import Reader
from app.features.registry.explore.filters import Filters
from app.features.registry.explore.models import ALL, ALL_YEARS, FactTotal
from app.features.registry.models import OrganisationCount
from app.kit.viewer import Viewer

_YEARS_SHOWN = 6
_Cell = tuple[str, str, str, int]  # industry, level, province, organisations


@dataclass(frozen=True, slots=True)
class Choices:
    """How many there are behind each value of a filter, the other filters kept; those of nothing are
    absent. `total` is with all filters."""

    total: int = 0
    industry: Mapping[str, int] = field(default_factory=dict)
    level: Mapping[str, int] = field(default_factory=dict)
    province: Mapping[str, int] = field(default_factory=dict)
    need: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Total:
    """What is known of a group of facts; amounts in whole yuan, of `amounts` facts."""

    facts: int
    organisations: int
    amounts: int = 0
    amount_sum: int = 0
    amount_median: int | None = None


@dataclass(frozen=True, slots=True)
class NeedTotal:
    """One need in a group: all years together, and the facts of each year."""

    need: str
    total: Total
    by_year: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where, when and for how much one need was bought; each part with the most facts first, years the
    newest first. None of an unknown province."""

    total: Total
    by_province: Sequence[tuple[str, Total]]
    by_year: Sequence[tuple[int, Total]]
    by_industry: Sequence[tuple[str, Total]]


async def choices_of_organisations(session: Reader, viewer: Viewer, filters: Filters) -> Choices:
    """All organisations, or with a need those with a public fact of it."""
    if filters.need:
        total = FactTotal
        statement = select(total.industry, total.level, total.province, total.organisations).where(
            total.need == filters.need,
            total.year == ALL_YEARS,
            *(column != ALL for column in (total.industry, total.level, total.province)),
        )
    else:
        count = OrganisationCount
        statement = select(count.industry, count.level, count.province, count.organisations)
    cells: Any = (await session.execute(statement)).all()
    return _tallied(cells, filters, await _by_need(session, filters, FactTotal.organisations))


def _tallied(cells: Iterable[_Cell], filters: Filters, needs: Mapping[str, int]) -> Choices:
    """Each filter's counts leave that filter out; that of the industry leaves out its levels too."""
    industries: Counter[str] = Counter()
    levels: Counter[str] = Counter()
    provinces: Counter[str] = Counter()
    everything = 0
    for industry, level, province, organisations in cells:
        in_industry = filters.industry in (None, industry)
        in_level = filters.level in (None, level)
        in_province = filters.province in (None, province)
        industries[industry] += organisations * in_province
        levels[level] += organisations * (industry == filters.industry and in_province)
        provinces[province] += organisations * (in_industry and in_level)
        everything += organisations * (in_industry and in_level and in_province)
    return Choices(everything, _known(industries), _known(levels), _known(provinces), needs)


async def choices_of_facts(session: Reader, viewer: Viewer, filters: Filters) -> Choices:
    """Facts, by need, industry and province; narrower filters do not change them."""
    total = FactTotal
    industry, province = filters.industry or ALL, filters.province or ALL
    statement = select(total.industry, total.province, total.facts).where(
        total.need == (filters.need or ALL),
        total.year == ALL_YEARS,
        total.level == ALL,
        or_(total.industry == industry, total.province == province),
    )
    cells: Any = (await session.execute(statement)).all()
    counts = {(cell.industry, cell.province): cell.facts for cell in cells}
    return Choices(
        counts.get((industry, province), 0),
        industry=_known({one: facts for (one, place), facts in counts.items() if place == province}),
        province=_known({place: facts for (one, place), facts in counts.items() if one == industry}),
        need=await _by_need(session, filters.without("level"), FactTotal.facts),
    )


async def _by_need(
    session: Reader, filters: Filters, counted: InstrumentedAttribute[int]
) -> Mapping[str, int]:
    statement = select(FactTotal.need, counted).where(*_group(filters), FactTotal.year == ALL_YEARS)
    rows: Any = (await session.execute(statement)).all()
    return _known(dict(rows))


def _known(counts: Mapping[str, int]) -> Mapping[str, int]:
    """Without the empty value, for nobody can choose what is unknown, and without the sums."""
    return {value: count for value, count in counts.items() if value and value != ALL and count}


def _group(filters: Filters) -> list[ColumnElement[bool]]:
    total = FactTotal
    return [
        total.industry == (filters.industry or ALL),
        total.level == (filters.level or ALL),
        total.province == (filters.province or ALL),
    ]


async def needs_in(session: Reader, viewer: Viewer, filters: Filters) -> Sequence[NeedTotal]:
    """The needs of an industry and province, or of all, those with the most facts first."""
    total = FactTotal
    sums = (total.facts, total.organisations, total.amounts, total.amount_sum, total.amount_median)
    statement = select(total.need, total.year, *sums).where(*_group(filters.without("level")))
    totals: dict[str, Total] = {}
    years: dict[str, dict[int, int]] = {}
    rows: Any = (await session.execute(statement)).all()
    for need, year, *values in rows:
        if year == ALL_YEARS:
            totals[need] = Total(*values)
        else:
            years.setdefault(need, {})[year] = values[0]
    found = [NeedTotal(need, one, years.get(need, {})) for need, one in totals.items() if need != ALL]
    return sorted(found, key=lambda one: (-one.total.facts, one.need))


def years_of(needs: Sequence[NeedTotal]) -> list[int]:
    """The newest years in which anything happened, oldest first."""
    return sorted({year for need in needs for year in need.by_year})[-_YEARS_SHOWN:]


async def whereabouts_of(session: Reader, viewer: Viewer, need: str) -> Whereabouts | None:
    """None where no public fact is known."""
    total = FactTotal
    sums = (total.facts, total.organisations, total.amounts, total.amount_sum, total.amount_median)
    statement = select(total.industry, total.province, total.year, *sums).where(
        total.need == need,
        total.level == ALL,
        or_(total.industry == ALL, and_(total.province == ALL, total.year == ALL_YEARS)),
    )
    rows: Any = (await session.execute(statement)).all()
    totals = {(industry, province, year): Total(*rest) for industry, province, year, *rest in rows}
    everything = totals.get((ALL, ALL, ALL_YEARS))
    if everything is None:
        return None
    by_province = [(place, one) for (_, place, year), one in totals.items() if _known_place(place, year)]
    by_industry = [(industry, one) for (industry, _, _), one in totals.items() if industry != ALL]
    by_year = [(year, one) for (_, place, year), one in totals.items() if place == ALL and year != ALL_YEARS]
    return Whereabouts(everything, _most_first(by_province), sorted(by_year)[::-1], _most_first(by_industry))


def _known_place(province: str, year: int) -> bool:
    return province not in ("", ALL) and year == ALL_YEARS


def _most_first(parts: Iterable[tuple[str, Total]]) -> Sequence[tuple[str, Total]]:
    return sorted(parts, key=lambda pair: (-pair[1].facts, pair[0]))
