"""The members and open invitations of a company."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.features.members.companies.access import visible_colleagues, visible_invitations
from app.features.members.companies.models import Invitation
from app.features.members.models import Company, Person
from app.features.members.permissions import Permission
from app.features.members.signing_in.links import link_gone, peek_link
from app.kit.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Colleague:
    public_id: str
    name: str
    role: str
    state: str
    created_at: datetime
    mail: str | None  # for those who manage members alone


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    public_id: str
    mail: str
    role: str
    expires_at: datetime


async def colleagues_of(session: AsyncSession, viewer: Viewer) -> list[Colleague]:
    """Admins first, then by name."""
    columns = (Person.public_id, Person.name, Person.role, Person.state, Person.created_at, Person.mail)
    admins_first = case((Person.role == "admin", 0), else_=1)
    found = select(*columns).where(visible_colleagues(viewer)).order_by(admins_first, Person.name, Person.id)
    shows_mail = viewer.may(Permission.MEMBERS_MANAGE)
    return [Colleague(*row[:-1], row.mail if shows_mail else None) for row in await session.execute(found)]


async def open_invitations(session: AsyncSession, viewer: Viewer) -> list[OpenInvitation]:
    columns = (Invitation.public_id, Invitation.mail, Invitation.role, Invitation.expires_at)
    found = select(*columns).where(visible_invitations(viewer)).order_by(Invitation.id)
    return [OpenInvitation(*row) for row in await session.execute(found)]


@dataclass(frozen=True, slots=True)
class InvitedTo:
    """What the holder of an invitation may know before accepting it."""

    invitation_id: int
    company_id: int
    company_name: str
    company_public_id: str
    mail: str
    role: str


async def invited_to(session: AsyncSession, token: str) -> InvitedTo:
    """Raises NotFound: used, over, withdrawn, or of a company that is suspended or closed."""
    link = await peek_link(session, "invitation", token)
    columns = (
        Invitation.id, Company.id, Company.name, Company.public_id, Invitation.mail, Invitation.role,
    )  # fmt: skip
    found = (
        await session.execute(
            select(*columns)
            .join(Company, Company.id == Invitation.company_id)
            .where(Invitation.id == int(link.subject), Invitation.state == "open", Company.state == "active")
        )
    ).one_or_none()
    if found is None:
        raise link_gone()
    return InvitedTo(*found)
