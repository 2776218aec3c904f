"""Needs that organisations like this one were seen to have, and this one was not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from app.db.quick import Reader
from app.features.knowledge.prediction.terms import Profile
from app.features.registry.facts.groups import LEAST_ORGANISATIONS, Scope, facts_href, scopes_of
from app.features.registry.facts.models import Fact, PeerCount
from app.features.registry.facts.peers import THE_GROUP
from app.features.registry.facts.queries import SHOWN
from app.features.registry.models import Organisation
from app.kit.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Gap:
    """Of `organisations` organisations like this one seen in public notices, `with_need` had the need."""

    need: str
    with_need: int
    organisations: int
    facts_href: str


@dataclass(frozen=True, slots=True)
class WhiteSpace:
    """`scope` is the narrowest group of organisations like this one that holds enough of them."""

    organisation: str  # public id
    scope: Scope
    organisations: int
    years: int
    gaps: tuple[Gap, ...]


async def white_space_of(session: Reader, viewer: Viewer, public_id: str, *, limit: int) -> WhiteSpace | None:
    """None where the organisation or a large enough group is missing, or nothing is left to say.

    Three statements, of a few rows each: the groups have hundreds of counts, and every page asks.
    """
    profile, own = await _profile_and_needs(session, public_id)
    if profile is None:
        return None
    scopes = [scope for _, scope in scopes_of(profile) if scope != Scope()]
    groups = await _groups(session, scopes)
    scope = next((scope for scope in reversed(scopes) if scope in groups), None)
    if scope is None:
        return None
    organisations, years = groups[scope]
    gaps = [
        Gap(need, with_need, organisations, facts_href(scope, need, years))
        for need, with_need in await _missing(session, scope, own, limit)
    ]
    return WhiteSpace(public_id, scope, organisations, years, tuple(gaps)) if gaps else None


async def _profile_and_needs(session: Reader, public_id: str) -> tuple[Profile | None, frozenset[str]]:
    statement = (
        select(
            Organisation.name,
            Organisation.industry,
            Organisation.sub_industry,
            Organisation.level,
            Organisation.province,
            Fact.need,
        )
        .outerjoin(Fact, and_(Fact.organisation_id == Organisation.id, Fact.status.in_(SHOWN)))
        .where(Organisation.public_id == public_id, Organisation.status == "active")
        .distinct()
    )
    rows: Any = (await session.execute(statement)).all()
    if not rows:
        return None, frozenset()
    name, industry, sub_industry, level, province, _ = rows[0]
    profile = Profile(name=name, industry=industry, sub_industry=sub_industry, level=level, province=province)
    return profile, frozenset(row.need for row in rows if row.need)


async def _groups(session: Reader, scopes: Sequence[Scope]) -> dict[Scope, tuple[int, int]]:
    """(organisations, years) of the groups that are large enough."""
    if not scopes:
        return {}
    count = PeerCount
    statement = select(
        count.industry, count.sub_industry, count.level, count.province, count.organisations, count.years
    ).where(
        or_(*map(_of, scopes)), count.need == THE_GROUP, count.organisations >= LEAST_ORGANISATIONS
    )  # fmt: skip
    rows: Any = (await session.execute(statement)).all()
    return {
        Scope(row.industry, row.sub_industry, row.level, row.province): (row.organisations, row.years)
        for row in rows
    }


async def _missing(session: Reader, scope: Scope, own: frozenset[str], limit: int) -> Sequence[Any]:
    """(need, organisations with it), the most frequent first."""
    statement = (
        select(PeerCount.need, PeerCount.organisations)
        .where(_of(scope), PeerCount.need.not_in([THE_GROUP, *own]))
        .order_by(PeerCount.organisations.desc(), PeerCount.need)
        .limit(limit)
    )
    return (await session.execute(statement)).all()


def _of(scope: Scope) -> ColumnElement[bool]:
    return and_(
        PeerCount.industry == scope.industry,
        PeerCount.sub_industry == scope.sub_industry,
        PeerCount.level == scope.level,
        PeerCount.province == scope.province,
    )
