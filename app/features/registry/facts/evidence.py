"""What public facts and partners' aggregates say of one organisation, as the prediction takes it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import structlog
from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from app.db.quick import Reader, rows
from app.features.knowledge.prediction.evidence import (
    CompanyAggregate,
    ComparableCount,
    ComparableLevel,
    Evidence,
    Feedback,
    GroupCounts,
    Groups,
    OwnFact,
    PeerAggregate,
)
from app.features.knowledge.prediction.terms import Profile
from app.features.registry.facts.groups import LEAST_ORGANISATIONS, Scope, facts_href, scopes_of
from app.features.registry.facts.models import Fact, PeerCount, PeerEvidence
from app.features.registry.facts.peers import THE_GROUP, YEARS
from app.features.registry.facts.queries import FACTS_SHOWN, fact_statement
from app.features.registry.facts.sampling import UNCOUNTABLE, is_counted_in_part
from app.kit.viewer import Viewer

log = structlog.get_logger()

_MOST_SCOPES = 5
_NOBODY = -1  # no organisation has this id
_SCOPE_FIELDS = ("industry", "sub_industry", "level", "province")


class Group(NamedTuple):
    """All counts of one scope, as the database joins them into one row."""

    scope: Scope
    years: int
    organisations: int  # 0 where the row of the group itself is missing
    counts: str  # the inside of a JSON object: "need":organisations, ...


async def evidence_for(
    reader: Reader, viewer: Viewer, profile: Profile, organisation_id: int | None = None
) -> Evidence:
    """For an organisation (internal id), or for a name that is in no data: then only of those like it."""
    scopes = scopes_of(profile)
    groups = await _groups(reader, [scope for _, scope in scopes])
    claims = await _claims(reader, scopes, organisation_id)
    own = await _own(reader, organisation_id) if organisation_id is not None else ()
    return together(profile, groups, claims, own)


def together(
    profile: Profile, groups: Iterable[Group], claims: Iterable["Claimed"], own: Iterable[OwnFact]
) -> Evidence:
    """Of one organisation, from the rows that speak of it and of its groups (those alone, and sorted)."""
    scopes = scopes_of(profile)
    claimed = _apart_by_kind(claims, {scope: level for level, scope in scopes})
    return Evidence(
        comparables=tuple(claimed.comparables),
        facts=tuple(own),
        peers=tuple(claimed.peers),
        feedback=tuple(claimed.feedback),
        groups=_counted(profile, scopes, groups),
    )


def _counted(
    profile: Profile, scopes: Iterable[tuple[ComparableLevel, Scope]], groups: Iterable[Group]
) -> Groups:
    """The groups that are large enough to be told of, widest first."""
    by_scope = {group.scope: group for group in groups if group.organisations >= LEAST_ORGANISATIONS}
    counted = tuple(
        GroupCounts(
            level,
            group.organisations,
            group.years,
            counts=f"{{{group.counts}}}",
            href=facts_href(scope, "{need}", group.years),
        )
        for level, scope in scopes
        if (group := by_scope.get(scope))
    )
    return Groups(counted, UNCOUNTABLE, is_partial=is_counted_in_part(profile.industry))


async def _own(reader: Reader, organisation_id: int) -> list[OwnFact]:
    return [own_fact(row) for row in await reader.execute(_OWN, {"organisation_id": organisation_id})]


def own_fact(row: Any) -> OwnFact:
    return OwnFact(row.need, row.event_on, row.kind, row.weight, row.title, f"/facts/{row.public_id}")


async def _groups(reader: Reader, scopes: Sequence[Scope]) -> tuple[Group, ...]:
    return groups_from(await rows(reader, _GROUPS, _bound(scopes)))


def groups_from(found: Iterable[Any]) -> tuple[Group, ...]:
    """`found` are rows of `groups_where`; a scope may be among them twice."""
    return tuple(Group(Scope(*row[:4]), *row[4:]) for row in sorted(set(map(tuple, found))))


class Claimed(NamedTuple):
    """A row of peer_evidence; about one organisation, or about a group."""

    id: int
    organisation_id: int | None
    industry: str
    sub_industry: str
    level: str
    province: str
    need: str
    organisations: int
    with_need: int
    companies: int
    largest_share: float
    top_two_share: float
    confirmations: int
    denials: int

    @property
    def scope(self) -> Scope:
        return Scope(self.industry, self.sub_industry, self.level, self.province)


class _Claims(NamedTuple):
    comparables: list[ComparableCount]
    peers: list[PeerAggregate]
    feedback: list[Feedback]


async def _claims(
    reader: Reader, scopes: Sequence[tuple[ComparableLevel, Scope]], organisation_id: int | None
) -> list[Claimed]:
    values = {
        **_bound([scope for _, scope in scopes]),
        "organisation_id": _NOBODY if organisation_id is None else organisation_id,
    }
    return [Claimed(*found) for found in await rows(reader, _CLAIMS, values)]


def _apart_by_kind(found: Iterable[Claimed], levels: Mapping[Scope, ComparableLevel]) -> _Claims:
    """Rows that break the anonymity rules cannot become evidence; they are logged and left out."""
    claims = _Claims([], [], [])
    for row in found:
        try:
            if row.organisation_id is None:
                claims.comparables.append(_claimed_of_group(levels[row.scope], row))
            else:
                claims.peers.append(PeerAggregate(row.need, _companies(row)))
                claims.feedback.append(Feedback(row.need, row.confirmations, row.denials))
        except ValueError:
            log.error("peer_evidence_refused", row=row.id)
    return claims


def _claimed_of_group(level: ComparableLevel, row: Claimed) -> ComparableCount:
    return ComparableCount(row.need, level, row.organisations, row.with_need, YEARS, _companies(row))


def _companies(row: Claimed) -> CompanyAggregate:
    return CompanyAggregate(row.companies, row.largest_share, row.top_two_share)


def _bound(scopes: Sequence[Scope]) -> dict[str, Any]:
    """Values for `_of_scopes`; the first scope stands in for those that are missing."""
    padded = [*scopes, *[scopes[0]] * (_MOST_SCOPES - len(scopes))]
    return {
        f"{field}_{number}": getattr(scope, field)
        for number, scope in enumerate(padded)
        for field in _SCOPE_FIELDS
    }


def _of_scopes(columns: Any) -> ColumnElement[bool]:
    return or_(*(_of_scope(columns, number) for number in range(_MOST_SCOPES)))


def _of_scope(columns: Any, number: int) -> ColumnElement[bool]:
    return and_(*(columns[field] == bindparam(f"{field}_{number}") for field in _SCOPE_FIELDS))


_COUNT = PeerCount.__table__.c
_GROUPED = [_COUNT[field] for field in _SCOPE_FIELDS]


def groups_where(condition: ColumnElement[bool]) -> Select[Any]:
    """All counts of each scope in one row, with the columns of Group."""
    the_group, quote, colon, comma = (
        literal_column(f"'{text}'", String) for text in (THE_GROUP, '"', '":', ",")
    )
    return (
        select(
            *_GROUPED,
            func.max(_COUNT.years),  # not grouped by: that would take the database a sort
            func.max(case((_COUNT.need == the_group, _COUNT.organisations), else_=literal_column("0"))),
            func.aggregate_strings(
                quote + _COUNT.need + colon + cast(_COUNT.organisations, String),
                comma,  # type: ignore[arg-type]  # a value would be bound without a name
            ),
        )
        .where(condition)
        .group_by(*_GROUPED)
    )


# Scope by scope: of all at once the database would sort every row.
_GROUPS = union_all(*(groups_where(_of_scope(_COUNT, number)) for number in range(_MOST_SCOPES)))
_OWN = (
    fact_statement()
    .with_only_columns(Fact.public_id, Fact.need, Fact.event_on, Fact.kind, Fact.weight, Fact.title)
    .where(Fact.organisation_id == bindparam("organisation_id"), Fact.status == "active")
    .order_by(Fact.event_on.desc(), Fact.id.desc())
    .limit(FACTS_SHOWN)
)
_CLAIM = PeerEvidence.__table__.c


def claims_where(of_organisation: ColumnElement[bool], of_group: ColumnElement[bool]) -> Select[Any]:
    """The columns of Claimed."""
    return select(*(_CLAIM[field] for field in Claimed._fields)).where(
        or_(of_organisation, and_(_CLAIM.organisation_id.is_(None), of_group))
    )


_CLAIMS = claims_where(_CLAIM.organisation_id == bindparam("organisation_id"), _of_scopes(_CLAIM))
