"""Counts over groups of comparable organisations: of those seen in public notices, how many had a need.

Only organisations that some notice names are counted at all: the silence of one that publishes nothing
proves nothing.
"""

from collections import Counter
from dataclasses import astuple
from datetime import date

from sqlalchemy import ColumnElement, Select, Subquery, delete, func, insert, literal, select, union
from sqlalchemy.orm import InstrumentedAttribute

from app.db.engine import Database, ReadSession, WriteSession
from app.db.locking import lock_table
from app.db.writing import run_write
from app.features.registry.batches import in_batches
from app.features.registry.facts.groups import Scope, wider
from app.features.registry.facts.models import Fact, Notice, PeerCount
from app.features.registry.facts.sampling import is_searched_for
from app.features.registry.models import Organisation

YEARS = 3
THE_GROUP = ""  # in place of a need: the organisations of the group, whatever they bought
_BATCH = 5000

Counts = Counter[tuple[Scope, str]]
Grouped = Select[str, str, str, str, str, int]  # a finest group, a need, its organisations


async def recount(database: Database, today: date) -> int:
    """Count anew as of `today`; facts and notices after it are not seen. Running twice changes nothing."""
    if database.is_sqlite:
        # Its one write lock must not be held while millions of facts are read.
        async with database.reading() as session:
            counts = await _counted(session, today)
        return await run_write(database, lambda session: _replace(session, counts, today))

    async def work(session: WriteSession) -> int:
        await lock_table(session, PeerCount)  # of two counts at once, the later must not be the older
        return await _replace(session, await _counted(session, today), today)

    return await run_write(database, work)


async def _counted(session: ReadSession | WriteSession, today: date) -> Counts:
    """An organisation belongs to one finest group, so wider groups are sums of their parts."""
    counts: Counts = Counter()
    for statement in (_with_need(today), _in_notices(today)):
        for industry, sub, level, province, need, organisations in await session.execute(statement):
            for scope in wider(Scope(industry, sub, level, province)):
                counts[scope, need] += organisations
    return counts


async def _replace(session: WriteSession, counts: Counts, today: date) -> int:
    await session.execute(delete(PeerCount))
    rows = [
        dict(
            zip(("industry", "sub_industry", "level", "province"), astuple(scope), strict=True),
            need=need,
            organisations=organisations,
            counted_on=today,
            years=YEARS,
        )
        for (scope, need), organisations in counts.items()
    ]
    for batch in in_batches(rows, _BATCH):
        await session.execute(insert(PeerCount), batch)
    return len(rows)


def _with_need(today: date) -> Grouped:
    """Organisations by finest group and need; several facts of one organisation about a need are one."""
    shown = select(Fact.organisation_id, Fact.need).where(*_counted_facts(today)).distinct().subquery()
    return _by_group(shown.c.organisation_id, shown.c.need, shown)


def _in_notices(today: date) -> Grouped:
    """Organisations by finest group that any notice names, also one about no need of the catalogue."""
    named = select(Notice.organisation_id).where(
        Notice.organisation_id.is_not(None),
        _within(Notice.published_on, today),
        ~is_searched_for(Notice.source_id, Notice.title),
    )
    seen = union(named, select(Fact.organisation_id).where(*_counted_facts(today))).subquery()
    return _by_group(seen.c.organisation_id, literal(THE_GROUP), seen)


def _counted_facts(today: date) -> tuple[ColumnElement[bool], ...]:
    return (
        Fact.status == "active",
        _within(Fact.event_on, today),
        ~is_searched_for(Fact.source_id, Fact.title),
    )


def _within(day: InstrumentedAttribute[date], today: date) -> ColumnElement[bool]:
    return day.between(since(today), today)


def since(today: date) -> date:
    """The first day that counts."""
    return today.replace(year=today.year - YEARS, day=min(today.day, 28))


def _by_group(organisation_id: ColumnElement[int], need: ColumnElement[str], seen: Subquery) -> Grouped:
    group = (
        Organisation.industry,
        func.coalesce(Organisation.sub_industry, ""),
        func.coalesce(Organisation.level, ""),
        func.coalesce(Organisation.province, ""),
    )
    return (
        select(*group, need, func.count())
        .select_from(seen)
        .join(Organisation, Organisation.id == organisation_id)
        .where(Organisation.status == "active")
        .group_by(*group, need)
    )
