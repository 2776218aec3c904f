"""The registration that a link belongs to."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.features.members.companies.models import Registration
from app.features.members.signing_in.links import link_gone, peek_link


@dataclass(frozen=True, slots=True)
class WaitingRegistration:
    mail: str
    company_name: str
    person_name: str
    password_hash: str
    language: str
    browser: str


async def registration_of(session: AsyncSession, token: str) -> WaitingRegistration:
    """Raises NotFound for a link that is unknown, used or over: one answer."""
    link = await peek_link(session, "confirm_mail", token)
    columns = (getattr(Registration, name) for name in WaitingRegistration.__slots__)
    found = (
        await session.execute(select(*columns).where(Registration.id == int(link.subject)))
    ).one_or_none()
    if found is None:
        raise link_gone()
    return WaitingRegistration(*found)
