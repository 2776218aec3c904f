"""Reads of public facts. Public data: every viewer sees the same, yet every read names its viewer."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select

from app.db.quick import Reader
from app.features.registry.facts.models import Fact
from app.features.registry.facts.records import FactRecord
from app.features.registry.licences import attribution
from app.features.registry.models import Organisation, Source
from app.kit.viewer import Viewer

FACTS_SHOWN = 50
# Which facts anybody may see, of facts joined with their organisations. A disputed one is marked wherever it
# is shown, and counts for no prediction.
SHOWN = ("active", "objected")
VISIBLE = (Fact.status.in_(SHOWN), Organisation.status == "active")


def fact_statement() -> Select[*tuple[Any, ...]]:
    """Every shown fact with its organisation and source, to be narrowed, ordered and limited: the one
    place that says which facts are visible."""
    return (
        select(
            Fact.public_id,
            Fact.need,
            Fact.role,
            Fact.kind,
            Fact.first_on,
            Fact.event_on,
            Fact.seen_at,
            Fact.title,
            Fact.amount,
            Fact.amount_kind,
            Fact.site,
            Fact.url,
            Fact.weight,
            Fact.rule,
            Fact.status,
            Fact.project_key,
            Fact.industry,
            Fact.province,
            Source.key.label("source_key"),
            Source.licence.label("source_licence"),
            Organisation.public_id.label("organisation_public_id"),
            Organisation.name.label("organisation_name"),
        )
        .join(Source, Source.id == Fact.source_id)
        .join(Organisation, Organisation.id == Fact.organisation_id)
        .where(*VISIBLE)
    )


def fact_from(row: Any) -> FactRecord:
    """`row` is one of `fact_statement`."""
    return FactRecord(
        public_id=row.public_id,
        need=row.need,
        role=row.role,
        kind=row.kind,
        first_on=row.first_on,
        event_on=row.event_on,
        seen_at=row.seen_at,
        title=row.title,
        amount=row.amount,
        amount_kind=row.amount_kind,
        site=row.site,
        url=row.url,
        weight=row.weight,
        rule=row.rule,
        project_key=row.project_key,
        source=attribution(row.source_key, row.source_licence),
        organisation_id=row.organisation_public_id,
        organisation=row.organisation_name,
        industry=row.industry,
        province=row.province,
        is_disputed=row.status == "objected",
    )


async def facts_of(
    session: Reader, viewer: Viewer, organisation_id: int, *, limit: int = FACTS_SHOWN
) -> Sequence[FactRecord]:
    """The facts of one organisation (internal id), newest first."""
    statement = (
        fact_statement()
        .where(Fact.organisation_id == organisation_id)
        .order_by(Fact.event_on.desc(), Fact.id.desc())
        .limit(limit)
    )
    return [fact_from(row) for row in (await session.execute(statement)).all()]
