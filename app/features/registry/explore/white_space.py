"""Needs that organisations like this one were seen to have, and this one was not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select

from app.db.quick import Reader
from app.features.knowledge.prediction.terms import Profile
from app.features.registry.facts.groups import LEAST_ORGANISATIONS, Scope, facts_href, scopes_of
from app.features.registry.facts.models import Fact, PeerCount
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

    Two statements.
    """
    profile, own = await _profile_and_needs(session, public_id)
    if profile is None:
        return None
    scopes = [scope for _, scope in scopes_of(profile) if scope != Scope()]
    counts = await _counts_of(session, scopes)
    for scope in reversed(scopes):
        of_scope = counts.get(scope, {})
        group = of_scope.get("")
        if group is not None and group.organisations >= LEAST_ORGANISATIONS:
            found = [row for need, row in of_scope.items() if need and need not in own]
            return _white_space(public_id, scope, group, found, limit) if found else None
    return None


def _white_space(
    public_id: str, scope: Scope, group: PeerCount, found: Sequence[PeerCount], limit: int
) -> WhiteSpace:
    gaps = [
        Gap(row.need, row.organisations, group.organisations, facts_href(scope, row.need, row.years))
        for row in sorted(found, key=lambda row: (-row.organisations, row.need))[:limit]
    ]
    return WhiteSpace(public_id, scope, group.organisations, group.years, tuple(gaps))


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


async def _counts_of(session: Reader, scopes: Sequence[Scope]) -> dict[Scope, dict[str, PeerCount]]:
    """By group and need; that of an empty need counts the group itself."""
    count = PeerCount
    of_scopes = or_(
        *(
            and_(
                count.industry == scope.industry,
                count.sub_industry == scope.sub_industry,
                count.level == scope.level,
                count.province == scope.province,
            )
            for scope in scopes
        )
    )
    found: dict[Scope, dict[str, PeerCount]] = {}
    if not scopes:
        return found
    for (row,) in await session.execute(select(count).where(of_scopes)):
        scope = Scope(row.industry, row.sub_industry, row.level, row.province)
        found.setdefault(scope, {})[row.need] = row
    return found
