"""Renews the stored totals of facts, need by need: each in a short transaction, read before it begins."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, cast, delete, extract, func, insert, select

from app.db.engine import Database, ReadSession, WriteSession
from app.db.locking import lock_table
from app.db.writing import run_write
from app.features.registry.batches import in_batches
from app.features.registry.explore.models import ALL, ALL_YEARS, FactTotal
from app.features.registry.facts.models import Fact
from app.features.registry.facts.queries import VISIBLE
from app.features.registry.models import Organisation

_BATCH = 2000
_YEAR = cast(extract("year", Fact.event_on), Integer)
_LEVEL = func.coalesce(Organisation.level, "")
_AMOUNTS = (func.count(Fact.amount), func.coalesce(func.sum(Fact.amount), 0))
_COLUMNS = {"industry": Fact.industry, "province": Fact.province, "year": _YEAR}
# The groups whose median amount is shown; each costs a sort of the need's facts.
_WITH_MEDIAN: tuple[tuple[str, ...], ...] = (
    (),
    ("industry",),
    ("province",),
    ("industry", "province"),
    ("year",),
)


@dataclass(frozen=True, slots=True)
class _Group:
    """Part of a row's key: everything but the need."""

    industry: str = ALL
    level: str = ALL
    province: str = ALL
    year: int = ALL_YEARS


@dataclass(slots=True)
class _Sums:
    facts: int = 0
    organisations: int = 0
    amounts: int = 0
    amount_sum: int = 0
    amount_median: int | None = None

    def add(self, facts: int, organisations: int, amounts: int, amount_sum: int) -> None:
        self.facts += facts
        self.organisations += organisations
        self.amounts += amounts
        self.amount_sum += amount_sum


_Totals = Mapping[_Group, _Sums]


async def recount_totals(database: Database) -> int:
    """Count all facts anew; the number of rows written. Running twice changes nothing.

    A reader in between may see new totals of one need beside old ones of another.
    """
    async with database.reading() as session:
        needs = sorted((await session.scalars(select(Fact.need).distinct())).all())
    written = 0
    for need in needs:
        async with database.reading() as session:
            totals = await _of_need(session, need)
        written += await _write(database, need, totals)
    async with database.reading() as session:
        totals = await _of_all_needs(session)
    written += await _write(database, ALL, totals)
    gone = delete(FactTotal).where(FactTotal.need.not_in([*needs, ALL]))
    await run_write(database, lambda session: session.execute(gone))
    return written


async def _of_need(session: ReadSession, need: str) -> _Totals:
    totals = await _summed(session, Fact.need == need)
    for columns in _WITH_MEDIAN:
        for *values, median in await session.execute(_medians(need, columns)):
            if median is not None:  # the sum over nothing, where no fact of the need has an amount
                group = _Group(**dict(zip(columns, values, strict=True)))
                totals[group].amount_median = round(median)
    return totals


async def _of_all_needs(session: ReadSession) -> _Totals:
    """Without amounts: that of a project with two needs would count twice."""
    totals = await _summed(session)
    for sums in totals.values():
        sums.amounts = sums.amount_sum = 0
    return totals


async def _summed(session: ReadSession, *which: ColumnElement[bool]) -> dict[_Group, _Sums]:
    totals: dict[_Group, _Sums] = defaultdict(_Sums)
    for industry, level, province, *sums in await session.execute(_by_group(*which)):
        for group in _holding(industry, level, province):
            totals[group].add(*sums)
    for industry, province, year, facts, amounts, amount_sum in await session.execute(_by_year(*which)):
        for one_industry in (ALL, industry):
            for one_province in (ALL, province):
                group = _Group(one_industry, province=one_province, year=year)
                totals[group].add(facts, 0, amounts, amount_sum)
    return totals


def _holding(industry: str, level: str, province: str) -> Iterable[_Group]:
    """A level alone says nothing: those of two industries are different things."""
    for one_province in (ALL, province):
        yield _Group(ALL, ALL, one_province)
        yield _Group(industry, ALL, one_province)
        yield _Group(industry, level, one_province)


def _by_group(*which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """An organisation belongs to one finest group, so that wider groups are sums of their parts."""
    group = (Fact.industry, _LEVEL, Fact.province)
    return (
        select(*group, func.count(), func.count(Fact.organisation_id.distinct()), *_AMOUNTS)
        .join(Organisation, Organisation.id == Fact.organisation_id)
        .where(*VISIBLE, *which)
        .group_by(*group)
    )


def _by_year(*which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    group = (Fact.industry, Fact.province, _YEAR)
    return (
        select(*group, func.count(), *_AMOUNTS)
        .join(Organisation, Organisation.id == Fact.organisation_id)
        .where(*VISIBLE, *which)
        .group_by(*group)
    )


def _medians(need: str, columns: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    """The median amount of each group that `columns` of the key tell apart: of an even number, the mean
    of the two in the middle."""
    group: list[ColumnElement[Any]] = [_COLUMNS[column].label(column) for column in columns]
    ordered = (
        select(
            *group,
            Fact.amount.label("amount"),
            func.row_number().over(partition_by=group or None, order_by=Fact.amount).label("place"),
            func.count().over(partition_by=group or None).label("all"),
        )
        .join(Organisation, Organisation.id == Fact.organisation_id)
        .where(*VISIBLE, Fact.need == need, Fact.amount.is_not(None))
        .subquery()
    )
    middle = ordered.c.place.in_([(ordered.c.all + 1) // 2, (ordered.c.all + 2) // 2])
    keys = [ordered.c[column] for column in columns]
    return select(*keys, func.avg(ordered.c.amount)).where(middle).group_by(*keys)


async def _write(database: Database, need: str, totals: _Totals) -> int:
    rows = [
        {
            "industry": group.industry,
            "level": group.level,
            "province": group.province,
            "need": need,
            "year": group.year,
            "facts": sums.facts,
            "organisations": sums.organisations,
            "amounts": sums.amounts,
            "amount_sum": sums.amount_sum,
            "amount_median": sums.amount_median,
        }
        for group, sums in totals.items()
    ]

    async def replace(session: WriteSession) -> None:
        await lock_table(session, FactTotal)
        await session.execute(delete(FactTotal).where(FactTotal.need == need))
        for batch in in_batches(rows, _BATCH):
            await session.execute(insert(FactTotal), batch)

    await run_write(database, replace)
    return len(rows)
