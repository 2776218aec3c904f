"""Held-out public facts: what buyers did after a day up to which the prediction was allowed to learn.

Each source of notices is cut at days of its own, because sources cover different years. Everything goes
through the real imports: organisations, then the notices before the cut into one database and those
after it into another. A project that began before the cut is not new after it. Notices about what a
collector searched for are no outcomes: that they are there says what was looked for.
"""

import csv
import gzip
import shutil
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy import select

from app.db.engine import Database, ReadSession
from app.db.migrating import upgrade
from app.db.writing import run_write
from app.features.knowledge.actions import load_into
from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.prediction.counting import Counts
from app.features.knowledge.prediction.evidence import ComparableCount, Evidence
from app.features.knowledge.prediction.terms import Profile
from app.features.registry.facts.evidence import evidence_for
from app.features.registry.facts.importing import import_facts
from app.features.registry.facts.models import Fact, Notice
from app.features.registry.facts.peers import recount
from app.features.registry.facts.sampling import is_searched_for
from app.features.registry.importing import import_organisations
from app.features.registry.models import Organisation, Source
from app.kit.viewer import ANONYMOUS

# Shares of each source's notices, oldest first: learn and tune on the first two, report on the last.
TUNED_AFTER, REPORTED_AFTER = 0.5, 0.7
_FIELDS = ("name", "industry", "sub_industry", "level", "province", "city", "district")

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """An organisation that notices after the cut name, and the needs that they show of it."""

    source: str
    organisation: int
    profile: Profile
    evidence: Evidence  # of before the cut
    cut: date
    needs: frozenset[str]
    seen: bool  # whether a notice before the cut names it

    @property
    def needs_before(self) -> frozenset[str]:
        return frozenset(fact.need for fact in self.evidence.facts)

    def counts(self, catalogue: Catalogue) -> list[ComparableCount]:
        """What public facts say of its like, need by need."""
        like = replace(self.profile, name="", city=None, district=None)
        counts = Counts(catalogue, like, self.evidence.of_its_like)
        return [count for need in sorted(counts.needs) for count in counts.of(need)]


@dataclass(frozen=True, slots=True)
class Stage:
    """The notices of a source from the share `begin` to `end`, to be predicted from those before."""

    begin: float
    end: float


TUNING, REPORT = Stage(TUNED_AFTER, REPORTED_AFTER), Stage(REPORTED_AFTER, 1.0)


async def cases_of(
    stage: Stage, organisations: Path, notices: Path, catalogue: Catalogue, workspace: Path
) -> list[Case]:
    rows = _by_source(notices)
    cuts = {source: _day(found, stage.begin) for source, found in rows.items()}
    ends = {source: _day(found, stage.end) for source, found in rows.items()}
    before = [row for source, found in rows.items() for row in found if _date(row) < cuts[source]]
    after = [
        row for source, found in rows.items() for row in found if cuts[source] <= _date(row) < ends[source]
    ]
    registry = await _registry(organisations, catalogue, workspace)
    async with (
        _with_notices(registry, before, catalogue, workspace / "before") as known,
        _with_notices(registry, after, catalogue, workspace / "after") as later,
    ):
        return [case for source, cut in cuts.items() for case in await _cases(source, cut, known, later)]


def _by_source(notices: Path) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    with gzip.open(notices, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["source"]].append(row)
    return {source: sorted(rows, key=_date) for source, rows in found.items()}


def _date(row: Row) -> date:
    return date.fromisoformat(row["publish_date"])


def _day(rows: Sequence[Row], share: float) -> date:
    return _date(rows[int(len(rows) * share)]) if share < 1 else date.max


async def _registry(organisations: Path, catalogue: Catalogue, workspace: Path) -> Path:
    """The database that both sides are copied from: ids must agree."""
    path = workspace / "registry.db"
    if not path.exists():
        database = Database(f"sqlite+aiosqlite:///{path}")
        try:
            await upgrade(database)
            await run_write(database, lambda session: load_into(session, catalogue))
            await import_organisations(database, organisations, catalogue)
        finally:
            await database.close()
    return path


@asynccontextmanager
async def _with_notices(
    registry: Path, rows: Iterable[Row], catalogue: Catalogue, path: Path
) -> AsyncIterator[Database]:
    copy, file = path.with_suffix(".db"), path.with_suffix(".csv.gz")
    shutil.copy(registry, copy)
    _write(rows, file)
    database = Database(f"sqlite+aiosqlite:///{copy}")
    try:
        await import_facts(database, file, catalogue, workspace=path.parent)
        yield database
    finally:
        await database.close()
        copy.unlink()


def _write(rows: Iterable[Row], file: Path) -> None:
    listed = list(rows)
    with gzip.open(file, "wt", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(listed[0]))
        writer.writeheader()
        writer.writerows(listed)


async def _cases(source: str, cut: date, known: Database, later: Database) -> list[Case]:
    await recount(known, cut)
    async with known.reading() as before, later.reading() as after:
        named = await _named(after, source)
        shown = await _shown(after, source)
        begun = await _projects(before)
        seen = await _named(before, None, until=cut)
        return [
            Case(
                source=source,
                organisation=organisation,
                profile=profile,
                evidence=await _known_by(before, profile, organisation, cut),
                cut=cut,
                needs=frozenset(
                    need
                    for need, project in shown.get(organisation, ())
                    if (organisation, project) not in begun
                ),
                seen=organisation in seen,
            )
            async for organisation, profile in _profiles(after, sorted(named))
        ]


async def _known_by(session: ReadSession, profile: Profile, organisation: int, cut: date) -> Evidence:
    evidence = await evidence_for(session, ANONYMOUS, profile, organisation)
    return replace(evidence, facts=tuple(fact for fact in evidence.facts if fact.on < cut))


async def _named(session: ReadSession, source: str | None, *, until: date = date.max) -> set[int]:
    statement = select(Notice.organisation_id).where(
        Notice.organisation_id.is_not(None),
        Notice.published_on < until,
        ~is_searched_for(Notice.source_id, Notice.title),
    )
    if source is not None:
        statement = statement.join(Source, Source.id == Notice.source_id).where(Source.key == source)
    return {found for (found,) in await session.execute(statement) if found is not None}


async def _shown(session: ReadSession, source: str) -> dict[int, set[tuple[str, str]]]:
    statement = (
        select(Fact.organisation_id, Fact.need, Fact.project_key)
        .join(Source, Source.id == Fact.source_id)
        .where(Source.key == source, ~is_searched_for(Fact.source_id, Fact.title))
    )
    found: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for organisation, need, project in await session.execute(statement):
        found[organisation].add((need, project))
    return found


async def _projects(session: ReadSession) -> set[tuple[int | None, str]]:
    statement = select(Notice.organisation_id, Notice.project_key).distinct()
    return {(organisation, project) for organisation, project in await session.execute(statement)}


async def _profiles(session: ReadSession, ids: Sequence[int]) -> AsyncIterator[tuple[int, Profile]]:
    for id_ in ids:
        columns = (getattr(Organisation, field) for field in _FIELDS)
        row = (await session.execute(select(*columns).where(Organisation.id == id_))).one()
        yield id_, Profile(**row._mapping)
