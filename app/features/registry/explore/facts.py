"""Public facts by need, industry, province and more: pages, bounded counts, and runs through long lists."""

from collections.abc import AsyncIterator, Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, select, tuple_

from app.db.engine import Database
from app.db.quick import Reader
from app.features.registry.explore.filters import Filters
from app.features.registry.facts.models import Fact
from app.features.registry.facts.queries import VISIBLE, fact_from, fact_statement
from app.features.registry.facts.records import FactRecord
from app.features.registry.models import Organisation
from app.kit import clock
from app.kit.viewer import Viewer

_NEWEST_FIRST = (Fact.event_on.desc(), Fact.id.desc())
_BATCH = 500


async def facts_by(
    session: Reader, viewer: Viewer, filters: Filters, *, limit: int, offset: int = 0
) -> Sequence[FactRecord]:
    """Newest first."""
    statement = fact_statement().where(*_narrowed(filters)).order_by(*_NEWEST_FIRST)
    rows = (await session.execute(statement.limit(limit).offset(offset))).all()
    return [fact_from(row) for row in rows]


async def count_facts(session: Reader, viewer: Viewer, filters: Filters, *, bound: int) -> int:
    """At most `bound`: counting further would read the whole list. In the order of the list, so that it
    walks the same index and may stop there."""
    some = (
        select(Fact.id)
        .join(Organisation, Organisation.id == Fact.organisation_id)
        .where(*VISIBLE, *_narrowed(filters))
        .order_by(*_NEWEST_FIRST)
        .limit(bound)
        .subquery()
    )
    return await session.scalar(select(func.count()).select_from(some)) or 0


async def run_of_facts(
    database: Database, viewer: Viewer, filters: Filters, *, limit: int
) -> AsyncIterator[Sequence[FactRecord]]:
    """The list in batches, newest first, at most `limit` facts. Each batch has a session of its own, so
    that a slow reader holds none."""
    last: tuple[date, int] | None = None
    left = limit
    while left > 0:
        statement = fact_statement().add_columns(Fact.id).where(*_narrowed(filters))
        if last is not None:
            statement = statement.where(tuple_(Fact.event_on, Fact.id) < tuple_(*last))
        statement = statement.order_by(*_NEWEST_FIRST).limit(min(left, _BATCH))
        async with database.reading() as session:
            rows = (await session.execute(statement)).all()
        if not rows:
            return
        yield [fact_from(row) for row in rows]
        left -= len(rows)
        last = rows[-1].event_on, rows[-1].id


def _narrowed(filters: Filters) -> list[ColumnElement[bool]]:
    wanted = (
        (Fact.need, filters.need),
        (Fact.industry, filters.industry),
        (Fact.province, filters.province),
        (Organisation.sub_industry, filters.sub_industry),
        (Organisation.level, filters.level),
    )
    narrowed: list[ColumnElement[bool]] = [column == value for column, value in wanted if value]
    if filters.years:
        narrowed.append(Fact.event_on >= first_day(clock.today(), filters.years))
    return narrowed


def first_day(today: date, years: int) -> date:
    """Of the last `years` years."""
    return today.replace(year=today.year - years, day=min(today.day, 28))
