"""What accepted corrections say of organisations: it holds against later imports."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.features.registry.life.models import Report
from app.features.registry.models import Organisation

HELD_FIELDS = ("industry", "level", "province", "city")


async def fields_held(session: AsyncSession) -> dict[int, dict[str, str]]:
    """By internal id of the organisation; a later decision wins."""
    statement = (
        select(Organisation.id, Report.proposed)
        .join(Organisation, Organisation.public_id == Report.subject)
        .where(Report.about == "organisation", Report.kind == "correction", Report.state == "accepted")
        .order_by(Report.decided_at, Report.id)
    )
    held: dict[int, dict[str, str]] = {}
    for id_, proposed in await session.execute(statement):
        fields = {field: value for field, value in proposed.items() if field in HELD_FIELDS}
        if fields:
            held.setdefault(id_, {}).update(fields)
    return held
