"""Where an organisation went whose address no longer shows it, and what files still call it."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.features.registry.errors import OrganisationMoved, Successor
from app.features.registry.life.models import OrganisationRedirect
from app.features.registry.models import Organisation


async def moved(session: AsyncSession, public_id: str) -> OrganisationMoved | None:
    """What to tell whoever asks for an organisation that is closed; None for one that never was, that an
    undone import had brought, or that was taken down."""
    row = (
        await session.execute(
            select(Organisation.name, Organisation.status, Organisation.fingerprint).where(
                Organisation.public_id == public_id
            )
        )
    ).one_or_none()
    if row is None or row.status == "active" or not row.fingerprint:
        return None
    columns = (Organisation.public_id, Organisation.name, Organisation.province, Organisation.city)
    led = (
        await session.execute(
            select(OrganisationRedirect.kind, *columns, Organisation.status)
            .outerjoin(Organisation, Organisation.id == OrganisationRedirect.organisation_id)
            .where(OrganisationRedirect.public_id == public_id, OrganisationRedirect.kind != "renamed")
            .order_by(OrganisationRedirect.id)
        )
    ).all()
    kinds = {one.kind for one in led}
    if "hidden" in kinds:
        return None
    kind = next((kind for kind in ("merged", "split") if kind in kinds), "closed")
    successors = tuple(
        Successor(one.public_id, one.name, " ".join(dict.fromkeys(filter(None, (one.province, one.city)))))
        for one in led
        if one.public_id is not None and one.status == "active"
    )
    if kind == "merged" and not successors:
        kind = "closed"
    return OrganisationMoved(public_id, row.name, kind, successors)


@dataclass(frozen=True, slots=True)
class Led:
    """The organisation that a former name leads to."""

    id: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class FormerNames:
    """By internal id of what was merged away, and by former name and place."""

    of_id: dict[int, Led] = field(default_factory=dict)
    of_name: dict[str, dict[str, Led]] = field(default_factory=dict)


async def former_names(session: AsyncSession) -> FormerNames:
    """Of all that was merged or renamed: people did that one by one, so they are few."""
    former = aliased(Organisation)
    statement = (
        select(
            OrganisationRedirect.kind,
            OrganisationRedirect.name,
            OrganisationRedirect.place,
            former.id.label("former_id"),
            Organisation.id,
            Organisation.fingerprint,
        )
        .join(Organisation, Organisation.id == OrganisationRedirect.organisation_id)
        .outerjoin(former, former.public_id == OrganisationRedirect.public_id)
        .where(OrganisationRedirect.kind.in_(("merged", "renamed")))
        .order_by(OrganisationRedirect.id)
    )
    found = FormerNames()
    for row in await session.execute(statement):
        led = Led(row.id, row.fingerprint)
        found.of_name.setdefault(row.name, {})[row.place] = led
        if row.kind == "merged" and row.former_id is not None:
            found.of_id[row.former_id] = led
    return found
