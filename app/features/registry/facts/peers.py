"""Counts over groups of comparable organisations: of those seen in public notices, how many had a need.

Only organisations that some notice names are counted at all: the silence of one that publishes nothing
proves nothing. The counts are renewed need by need, each read before its short transaction begins, so that
memory and locks stay small however many facts there are; a reader in between may meet new counts of one
need beside old ones of another.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, insert, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.db.engine import Database, ReadSession, WriteSession
from app.db.locking import lock_table
from app.db.writing import run_write
from app.features.registry.batches import in_batches
from app.features.registry.facts.groups import LEAST_ORGANISATIONS, Scope, wider
from app.features.registry.facts.models import Fact, Notice, PeerCount
from app.features.registry.facts.sampling import is_searched_for
from app.features.registry.models import Organisation

YEARS = 3
THE_GROUP = ""  # in place of a need: the organisations of the group, whatever they bought
_BATCH = 5000
_GROUP = (
    Organisation.industry,
    func.coalesce(Organisation.sub_industry, ""),
    func.coalesce(Organisation.level, ""),
    func.coalesce(Organisation.province, ""),
)

Counts = Counter[Scope]
Holding = Callable[[Scope], Iterable[Scope]]
Grouped = Select[str, str, str, str, int]  # a finest group and its organisations


async def recount(database: Database, today: date) -> int:
    """Count anew as of `today`; facts and notices after it are not seen. Groups that are too small to be
    told of are left out. Returns the rows written; running twice changes nothing."""
    holding = cache(wider)  # every need is counted over the same groups
    async with database.reading() as session:
        needs = sorted((await session.scalars(select(Fact.need).distinct())).all())
        groups = await _counted(session, _in_notices(today), holding)
    told = {scope for scope, organisations in groups.items() if organisations >= LEAST_ORGANISATIONS}
    written = await _write(database, THE_GROUP, groups, told, today)
    for need in needs:
        async with database.reading() as session:
            counts = await _counted(session, _with_need(need, today), holding)
        written += await _write(database, need, counts, told, today)
    gone = delete(PeerCount).where(PeerCount.need.not_in([*needs, THE_GROUP]))
    await run_write(database, lambda session: session.execute(gone))
    return written


async def _counted(session: ReadSession, finest: Grouped, holding: Holding) -> Counts:
    """An organisation belongs to one finest group, so wider groups are sums of their parts."""
    counts: Counts = Counter()
    for *group, organisations in await session.execute(finest):
        for scope in holding(Scope(*group)):
            counts[scope] += organisations
    return counts


async def _write(database: Database, need: str, counts: Counts, told: Iterable[Scope], today: date) -> int:
    rows = [
        {
            "industry": scope.industry,
            "sub_industry": scope.sub_industry,
            "level": scope.level,
            "province": scope.province,
            "need": need,
            "organisations": counts[scope],
            "counted_on": today,
            "years": YEARS,
        }
        for scope in counts.keys() & told
    ]

    async def work(session: WriteSession) -> int:
        await lock_table(session, PeerCount)
        await session.execute(delete(PeerCount).where(PeerCount.need == need))
        for batch in in_batches(rows, _BATCH):
            await session.execute(insert(PeerCount), batch)
        return len(rows)

    return await run_write(database, work)


def _with_need(need: str, today: date) -> Grouped:
    """Several facts of one organisation about a need are one."""
    shown = (
        select(Fact.organisation_id).where(Fact.need == need, *_counted_facts(today)).distinct().subquery()
    )
    return (
        select(*_GROUP, func.count())
        .select_from(shown)
        .join(Organisation, Organisation.id == shown.c.organisation_id)
        .where(Organisation.status == "active")
        .group_by(*_GROUP)
    )


def _in_notices(today: date) -> Grouped:
    """Organisations that any notice names, also one about no need of the catalogue."""
    named = exists().where(
        Notice.organisation_id == Organisation.id,
        _within(Notice.published_on, today),
        ~is_searched_for(Notice.source_id, Notice.title),
    )
    bought = exists().where(Fact.organisation_id == Organisation.id, *_counted_facts(today))
    return (
        select(*_GROUP, func.count())
        .where(and_(Organisation.status == "active", or_(named, bought)))
        .group_by(*_GROUP)
    )


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
