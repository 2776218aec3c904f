"""Many organisations that a reader chose, each with its likeliest needs and newest public fact.

Read in a fixed number of statements, however many they are; a statement per row would make a page of twenty
wait twenty times.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.features.knowledge.briefing import TOP, Predicted
from app.features.knowledge.catalogue import Catalogue, Need
from app.features.knowledge.prediction import predict
from app.features.knowledge.prediction.terms import Profile
from app.features.registry.answers import UNKNOWN_INDUSTRY
from app.features.registry.facts.evidence_of_many import evidence_for_many, facts_of_many
from app.features.registry.facts.models import Fact
from app.features.registry.facts.queries import SHOWN
from app.features.registry.facts.records import FactRecord
from app.features.registry.life.models import OrganisationRedirect
from app.features.registry.models import Organisation, OrganisationAlias
from app.features.registry.queries import LINE_COLUMNS
from app.features.registry.records import OrganisationLine, line_from
from app.kit import clock
from app.kit.viewer import Viewer
from search.analysis.normalise import normalise

Sort = Literal["facts", "since", "name"]
_ACTIVE = Organisation.status == "active"


@dataclass(frozen=True, slots=True)
class Overview:
    line: OrganisationLine
    since: datetime  # chosen by the reader
    top: tuple[Predicted, ...]
    newest: FactRecord | None
    newest_need: Need | None


@dataclass(frozen=True, slots=True)
class Gone:
    """Chosen once, and closed or merged since: its page says where it went."""

    public_id: str
    name: str

    @property
    def href(self) -> str:
        return f"/organisations/{self.public_id}"


async def overview_of(
    session: AsyncSession,
    viewer: Viewer,
    catalogue: Catalogue,
    chosen: Select[str, datetime],
    *,
    text: str = "",
    sort: Sort = "facts",
    limit: int,
    offset: int = 0,
) -> Sequence[Overview]:
    """Of the organisations that `chosen` names (columns `public_id` and `since`), in three statements."""
    picked = chosen.subquery()
    statement = (
        select(*LINE_COLUMNS, Organisation.id, picked.c.since)
        .join(picked, picked.c.public_id == Organisation.public_id)
        .where(_ACTIVE, *_matching(text))
        .order_by(*_order(sort, picked.c.since), Organisation.id)
        .limit(limit)
        .offset(offset)
    )
    rows: Any = (await session.execute(statement)).all()
    if not rows:
        return []
    profiles = {row.id: _profile(row, catalogue) for row in rows}
    facts = await facts_of_many(session, viewer, list(profiles))
    evidence = await evidence_for_many(session, viewer, profiles, facts)
    found = []
    for row in rows:
        predictions = predict(catalogue, profiles[row.id], evidence[row.id], today=clock.today())
        newest = facts.newest_of(row.id)
        found.append(
            Overview(
                line=line_from(catalogue, tuple(row[: len(LINE_COLUMNS)])),
                since=row.since,
                top=tuple((catalogue.needs[one.need], one) for one in predictions[:TOP]),
                newest=newest,
                newest_need=catalogue.needs.get(newest.need) if newest else None,
            )
        )
    return found


async def count_chosen(
    session: AsyncSession, viewer: Viewer, chosen: Select[str, datetime], *, text: str = ""
) -> int:
    picked = chosen.subquery()
    counted = (
        select(func.count())
        .select_from(Organisation)
        .join(picked, picked.c.public_id == Organisation.public_id)
        .where(_ACTIVE, *_matching(text))
    )
    return await session.scalar(counted) or 0


async def gone_of(session: AsyncSession, viewer: Viewer, chosen: Select[str, datetime]) -> Sequence[Gone]:
    """Those that are no longer there under their own name, by it; of what was taken down nothing is said."""
    picked = chosen.subquery()
    taken_down = exists().where(
        OrganisationRedirect.public_id == Organisation.public_id, OrganisationRedirect.kind == "hidden"
    )
    statement = (
        select(Organisation.public_id, Organisation.name)
        .join(picked, picked.c.public_id == Organisation.public_id)
        .where(~_ACTIVE, Organisation.fingerprint != "", ~taken_down)
        .order_by(Organisation.name)
    )
    return [Gone(row.public_id, row.name) for row in await session.execute(statement)]


def _matching(text: str) -> list[ColumnElement[bool]]:
    """By any part of a name, or the beginning of its pinyin initials."""
    folded = normalise(text)
    if not folded:
        return []
    other_name = exists().where(
        OrganisationAlias.organisation_id == Organisation.id,
        OrganisationAlias.alias_norm.contains(folded, autoescape=True),
    )
    return [
        or_(
            Organisation.name_norm.contains(folded, autoescape=True),
            Organisation.initials.startswith(folded, autoescape=True),
            other_name,
        )
    ]


def _order(sort: Sort, since: ColumnElement[datetime]) -> tuple[Any, ...]:
    if sort == "name":
        return (Organisation.initials, Organisation.name)
    if sort == "since":
        return (since.desc(),)
    newest = (
        select(func.max(Fact.event_on))
        .where(and_(Fact.organisation_id == Organisation.id, Fact.status.in_(SHOWN)))
        .scalar_subquery()
    )
    return (newest.desc().nulls_last(), since.desc())


def _profile(row: Any, catalogue: Catalogue) -> Profile:
    known = row.industry in catalogue.industries
    return Profile(
        name=row.name,
        industry=row.industry if known else UNKNOWN_INDUSTRY,
        sub_industry=row.sub_industry,
        level=row.level,
        province=row.province,
        city=row.city,
        district=row.district,
    )
