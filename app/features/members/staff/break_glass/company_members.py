"""The first thing behind glass: who the members of a company are."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import AuditedSession
from app.features.members.models import Company, Person
from app.features.members.staff.break_glass.access import has_broken_glass
from app.features.members.staff.break_glass.errors import nothing_here
from app.features.members.staff.break_glass.types import BreakGlassType
from app.kit.text import Text
from app.kit.viewer import Viewer

KIND = "company_members"


@dataclass(frozen=True, slots=True)
class Member:
    public_id: str
    name: str
    mail: str
    role: str
    state: str


@dataclass(frozen=True, slots=True)
class MemberList:
    company: str
    members: Sequence[Member]


async def access_company_members(
    session: AuditedSession, viewer: Viewer, public_id: str
) -> tuple[MemberList, int]:
    """Of the company with this id, and its internal id as the owner. Raises NotFound, also without glass."""
    if not await has_broken_glass(session, viewer, KIND, public_id):
        raise nothing_here()
    found = select(Company.id, Company.name).where(Company.public_id == public_id)
    company = (await session.execute(found)).one_or_none()
    if company is None:
        raise nothing_here()
    columns = (Person.public_id, Person.name, Person.mail, Person.role, Person.state)
    people = select(*columns).where(Person.company_id == company.id, Person.state != "erased")
    members = [
        Member(row.public_id, row.name, row.mail or "", row.role, row.state)
        for row in await session.execute(people.order_by(Person.id))
    ]
    return MemberList(company.name, members), company.id


async def _owner_of(session: AsyncSession, public_id: str) -> int | None:
    return await session.scalar(select(Company.id).where(Company.public_id == public_id))


TYPES = (
    BreakGlassType(
        KIND,
        Text("公司成员名单", "Member list of a company"),
        _owner_of,
        lambda public_id: f"/staff/break-glass/company-members/{public_id}",
    ),
)
