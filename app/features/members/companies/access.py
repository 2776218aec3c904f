"""What of companies a viewer may see: every row is loaded through these, on pages and over JSON alike.

`visible_*` is the SQL; `access_*` the object, or one NotFound whether it is missing or hidden.
"""

from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.base import Base
from app.features.members.companies.models import CompanyDocument, Invitation, VerificationRequest
from app.features.members.models import Company, Person
from app.features.members.permissions import Permission
from app.kit.errors import NotFound
from app.kit.text import Text
from app.kit.viewer import Viewer

Table = TypeVar("Table", bound=Base)
_STAYING = ("active", "suspended")


def visible_companies(viewer: Viewer) -> ColumnElement[bool]:
    """Profiles of active companies, for whoever is signed in; staff who look after companies see all."""
    if not viewer.is_signed_in:
        return false()
    if viewer.may(Permission.STAFF_COMPANIES):
        return true()
    return Company.state == "active"


def visible_colleagues(viewer: Viewer) -> ColumnElement[bool]:
    """Those who belong to the viewer's own company; who has left is none of them."""
    if not viewer.is_member:
        return false()
    return and_(Person.company_id == viewer.company_id, Person.state.in_(_STAYING))


def visible_invitations(viewer: Viewer) -> ColumnElement[bool]:
    if not viewer.is_member or not viewer.may(Permission.MEMBERS_MANAGE):
        return false()
    return and_(Invitation.company_id == viewer.company_id, Invitation.state == "open")


def visible_requests(viewer: Viewer) -> ColumnElement[bool]:
    """Those of the own company; all, for staff who verify."""
    if viewer.is_member:
        return VerificationRequest.company_id == viewer.company_id
    return true() if viewer.is_staff and viewer.may(Permission.STAFF_VERIFY) else false()


def visible_documents(viewer: Viewer) -> ColumnElement[bool]:
    """For the admins of the company that sent it; for staff who verify, as long as a request with it waits.

    Afterwards it takes breaking glass (`verification.behind_glass`).
    """
    if viewer.is_member:
        own = CompanyDocument.company_id == viewer.company_id
        return own if viewer.may(Permission.COMPANY_EDIT) else false()
    waiting = select(VerificationRequest.document_id).where(VerificationRequest.state == "waiting")
    needed = CompanyDocument.id.in_(waiting)
    return needed if viewer.is_staff and viewer.may(Permission.STAFF_VERIFY) else false()


async def access_company(session: AsyncSession, viewer: Viewer, public_id: str) -> Company:
    """Raises NotFound."""
    shown = or_(visible_companies(viewer), Company.id == (viewer.company_id if viewer.is_member else None))
    return await _one(session, Company, Company.public_id == public_id, shown)


async def access_colleague(session: AsyncSession, viewer: Viewer, public_id: str) -> Person:
    """Raises NotFound."""
    return await _one(session, Person, Person.public_id == public_id, visible_colleagues(viewer))


async def access_invitation(session: AsyncSession, viewer: Viewer, public_id: str) -> Invitation:
    """Raises NotFound."""
    return await _one(session, Invitation, Invitation.public_id == public_id, visible_invitations(viewer))


async def access_request(session: AsyncSession, viewer: Viewer, public_id: str) -> VerificationRequest:
    """Raises NotFound."""
    shown = visible_requests(viewer)
    return await _one(session, VerificationRequest, VerificationRequest.public_id == public_id, shown)


async def access_document(session: AsyncSession, viewer: Viewer, public_id: str) -> CompanyDocument:
    """Raises NotFound."""
    shown = visible_documents(viewer)
    return await _one(session, CompanyDocument, CompanyDocument.public_id == public_id, shown)


async def _one(session: AsyncSession, table: type[Table], *conditions: ColumnElement[bool]) -> Table:
    """A row of its columns: what a read session gives is used after it ended."""
    found: Row[Any] | None = (
        await session.execute(select(*table.__table__.c).where(*conditions))
    ).one_or_none()
    if found is None:
        raise NotFound(
            Text(
                zh="没有找到。它可能已经不在了，或者你看不到它。",
                en="Nothing was found here. It may be gone, or you may not see it.",
            )
        )
    return cast(Table, found)
