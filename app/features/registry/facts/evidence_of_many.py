"""Evidence on many organisations at once, in as many statements as on one: for lists that predict."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.features.knowledge.prediction.evidence import Evidence
from app.features.knowledge.prediction.terms import Profile
from app.features.registry.facts.evidence import (
    Claimed,
    claims_where,
    groups_from,
    groups_where,
    own_fact,
    together,
)
from app.features.registry.facts.groups import Scope, scopes_of
from app.features.registry.facts.models import Fact, PeerCount, PeerEvidence
from app.features.registry.facts.queries import FACTS_SHOWN, SHOWN, fact_from, fact_statement
from app.features.registry.facts.records import FactRecord
from app.kit.viewer import Viewer

_SCOPE_FIELDS = ("industry", "sub_industry", "level", "province")


class FactsOfMany:
    """The newest facts of each organisation (internal ids), disputed ones included."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self._rows: dict[int, list[Any]] = defaultdict(list)
        for row in rows:
            self._rows[row.organisation_id].append(row)

    def newest_of(self, organisation_id: int) -> FactRecord | None:
        found = self._rows.get(organisation_id)
        return fact_from(found[0]) if found else None

    def counted_of(self, organisation_id: int) -> list[Any]:
        """Those that count for predictions."""
        return [row for row in self._rows.get(organisation_id, ()) if row.status == "active"]


async def facts_of_many(
    session: AsyncSession, viewer: Viewer, organisation_ids: Sequence[int]
) -> FactsOfMany:
    """Newest first, of each at most as many as one page shows and one prediction reads."""
    newest_first = (Fact.event_on.desc(), Fact.id.desc())
    numbered = (
        select(
            Fact.id,
            func.row_number()
            .over(partition_by=(Fact.organisation_id, Fact.status), order_by=newest_first)
            .label("place"),
        )
        .where(Fact.organisation_id.in_(organisation_ids), Fact.status.in_(SHOWN))
        .subquery()
    )
    statement = (
        fact_statement()
        .add_columns(Fact.organisation_id)
        .join(numbered, numbered.c.id == Fact.id)
        .where(numbered.c.place <= FACTS_SHOWN)
        .order_by(*newest_first)
    )
    return FactsOfMany(await session.execute(statement))


async def evidence_for_many(
    session: AsyncSession,
    viewer: Viewer,
    profiles: Mapping[int, Profile],
    facts: FactsOfMany,
) -> dict[int, Evidence]:
    """By internal id. What `evidence_for` finds for each of them, in two statements for all."""
    scopes = {id_: [scope for _, scope in scopes_of(profile)] for id_, profile in profiles.items()}
    wanted = list(dict.fromkeys(scope for some in scopes.values() for scope in some))
    if not wanted:
        return {}
    groups = groups_from(await session.execute(groups_where(_among(PeerCount, wanted))))
    of_organisation = PeerEvidence.organisation_id.in_(list(profiles))
    claims = [
        Claimed(*row)
        for row in await session.execute(claims_where(of_organisation, _among(PeerEvidence, wanted)))
    ]
    return {
        id_: together(
            profile,
            tuple(group for group in groups if group.scope in scopes[id_]),
            [one for one in claims if _speaks_of(one, id_, scopes[id_])],
            [own_fact(row) for row in facts.counted_of(id_)],
        )
        for id_, profile in profiles.items()
    }


def _speaks_of(claimed: Claimed, id_: int, scopes: Sequence[Scope]) -> bool:
    if claimed.organisation_id is not None:
        return claimed.organisation_id == id_
    return claimed.scope in scopes


def _among(table: type[PeerCount] | type[PeerEvidence], scopes: Sequence[Scope]) -> ColumnElement[bool]:
    """Field by field too: by the four of them alone, SQLite would read the whole table."""
    columns = [getattr(table, field) for field in _SCOPE_FIELDS]
    values = [tuple(getattr(scope, field) for field in _SCOPE_FIELDS) for scope in scopes]
    each = (column.in_(set(given)) for column, given in zip(columns, zip(*values, strict=True), strict=True))
    return and_(*each, tuple_(*columns).in_(values))
