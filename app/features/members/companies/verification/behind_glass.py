"""Documents that no queue needs any more: what is left of them is behind glass."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import AuditedSession
from app.features.members.audit.access_log import AccessKind
from app.features.members.companies.models import CompanyDocument
from app.features.members.models import Company
from app.features.members.staff.break_glass.access import has_broken_glass
from app.features.members.staff.break_glass.errors import nothing_here
from app.features.members.staff.break_glass.types import BreakGlassType
from app.kit.text import Text
from app.kit.viewer import Viewer

KIND = "company_document"


@dataclass(frozen=True, slots=True)
class SentDocument:
    """That there is one, and since when: neither its name nor what it says."""

    public_id: str
    sent_at: datetime


async def documents_of(session: AsyncSession, viewer: Viewer, company: str) -> Sequence[SentDocument]:
    """What staff could break glass for, by the public id of the company; the newest first."""
    if not viewer.is_staff:
        return []
    found = (
        select(CompanyDocument.public_id, CompanyDocument.created_at)
        .join(Company, Company.id == CompanyDocument.company_id)
        .where(Company.public_id == company)
        .order_by(CompanyDocument.id.desc())
        .limit(50)
    )
    return [SentDocument(*row) for row in await session.execute(found)]


async def access_behind_glass(
    session: AuditedSession, viewer: Viewer, public_id: str
) -> tuple[CompanyDocument, int]:
    """The document and the company that owns it. Raises NotFound, also without glass."""
    if not await has_broken_glass(session, viewer, KIND, public_id):
        raise nothing_here()
    found = await session.scalar(select(CompanyDocument).where(CompanyDocument.public_id == public_id))
    if found is None:
        raise nothing_here()
    return found, found.company_id


async def _owner_of(session: AsyncSession, public_id: str) -> int | None:
    owner = select(CompanyDocument.company_id).where(CompanyDocument.public_id == public_id)
    return await session.scalar(owner)


TYPES = (
    BreakGlassType(
        KIND,
        Text("公司认证文件", "Verification document of a company"),
        _owner_of,
        lambda public_id: f"/staff/break-glass/documents/{public_id}",
    ),
)
ACCESS_KINDS = (
    AccessKind("glass.approve", KIND, Text("批准应急查看认证文件", "Approved opening a document")),
    AccessKind("glass.read", KIND, Text("应急查看了认证文件", "Read a document (break-glass)")),
    AccessKind("glass.end", KIND, Text("提前结束了应急查看", "Closed it before its time")),
)
