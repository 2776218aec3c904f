"""The public facts of one organisation: for its panel, its list and its CSV."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.db.quick import Reader
from app.features.registry.facts.models import Fact
from app.features.registry.facts.queries import VISIBLE, fact_from, fact_statement
from app.features.registry.facts.records import FactRecord
from app.features.registry.models import Organisation
from app.kit.viewer import Viewer

REACHABLE = 1_000  # facts of one list


@dataclass(frozen=True, slots=True)
class FactsPage:
    """A part of the list, newest first; `total` stops counting at REACHABLE."""

    facts: Sequence[FactRecord]
    total: int


async def list_facts(
    session: Reader, viewer: Viewer, organisation_id: str, *, limit: int, offset: int = 0
) -> FactsPage:
    """Of the organisation with this public id; none where there is no such organisation."""
    of_it = Organisation.public_id == organisation_id
    statement = (
        fact_statement()
        .where(of_it)
        .order_by(Fact.event_on.desc(), Fact.id.desc())
        .limit(limit)
        .offset(offset)
    )
    facts = [fact_from(row) for row in (await session.execute(statement)).all()]
    if offset == 0 and len(facts) < limit:
        return FactsPage(facts, len(facts))
    counted = (
        select(Fact.id)
        .join(Organisation, Organisation.id == Fact.organisation_id)
        .where(*VISIBLE, of_it)
        .limit(REACHABLE)
    )
    total = await session.scalar(select(func.count()).select_from(counted.subquery()))
    return FactsPage(facts, total or 0)
