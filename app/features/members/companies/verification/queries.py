"""Requests as their company sees them, and the queue of staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.features.members.companies.access import access_request, visible_requests
from app.features.members.companies.models import CompanyDocument, SponsorCode, VerificationRequest
from app.features.members.companies.verification.clocks import due_at
from app.features.members.models import Company
from app.features.members.staff.desk import Waiting
from app.kit import clock
from app.kit.viewer import Viewer


@dataclass(frozen=True, slots=True)
class OwnRequest:
    public_id: str
    method: str
    domain: str | None
    document_id: str | None
    document_name: str | None
    note: str
    submitted_at: datetime
    state: str
    decided_at: datetime | None
    reason: str | None
    is_appeal: bool
    can_appeal: bool

    @property
    def due_at(self) -> datetime:
        return due_at(self.submitted_at)


async def own_requests(session: AsyncSession, viewer: Viewer) -> list[OwnRequest]:
    """The newest first."""
    request = VerificationRequest
    columns = (
        request.id, request.appeal_of, request.public_id, request.method, request.domain,
        CompanyDocument.public_id.label("document_id"), CompanyDocument.name.label("document_name"),
        request.note, request.submitted_at, request.state, request.decided_at, request.reason,
    )  # fmt: skip
    rows: Sequence[Any] = (
        await session.execute(
            select(*columns)
            .outerjoin(CompanyDocument, CompanyDocument.id == request.document_id)
            .where(visible_requests(viewer))
            .order_by(request.id.desc())
            .limit(50)
        )
    ).all()
    newest = rows[0].id if rows else None  # what follows an older one is another request, or its appeal
    return [_own(row, is_newest=row.id == newest) for row in rows]


def _own(row: Any, *, is_newest: bool) -> OwnRequest:
    can_appeal = row.state == "refused" and row.appeal_of is None and is_newest
    values = (*row[2:], row.appeal_of is not None, can_appeal)
    return OwnRequest(*values)


async def unused_codes(session: AsyncSession, viewer: Viewer) -> int:
    unused = select(func.count()).where(
        SponsorCode.company_id == viewer.company_id,
        SponsorCode.used_at.is_(None),
        SponsorCode.expires_at > clock.now(),
    )
    return await session.scalar(unused) or 0


@dataclass(frozen=True, slots=True)
class QueuedRequest:
    """For staff. `is_own_appeal`: against a decision of this viewer, so another has to decide it."""

    public_id: str
    method: str
    domain: str | None
    document_id: str | None
    document_name: str | None
    note: str
    submitted_at: datetime
    state: str
    decided_at: datetime | None
    reason: str | None
    company_name: str
    company_public_id: str
    registered_at: datetime
    sponsor_name: str | None
    first_reason: str | None
    is_appeal: bool
    is_own_appeal: bool

    @property
    def due_at(self) -> datetime:
        return due_at(self.submitted_at)

    @property
    def is_late(self) -> bool:
        return self.due_at < clock.now()


def _queue(viewer: Viewer) -> Any:
    request, first, sponsor = VerificationRequest, aliased(VerificationRequest), aliased(Company)
    columns = (
        request.public_id, request.method, request.domain, CompanyDocument.public_id, CompanyDocument.name,
        request.note, request.submitted_at, request.state, request.decided_at, request.reason,
        Company.name, Company.public_id, Company.created_at, sponsor.name, first.reason,
        request.appeal_of.is_not(None),
        func.coalesce(first.decided_by == viewer.person_id, False),
    )  # fmt: skip
    return (
        select(*columns)
        .join(Company, Company.id == request.company_id)
        .outerjoin(CompanyDocument, CompanyDocument.id == request.document_id)
        .outerjoin(sponsor, sponsor.id == request.sponsor_id)
        .outerjoin(first, first.id == request.appeal_of)
        .where(visible_requests(viewer))
    )


async def queued_requests(session: AsyncSession, viewer: Viewer) -> list[QueuedRequest]:
    """Those that wait, the oldest first."""
    request = VerificationRequest
    waiting = _queue(viewer).where(request.state == "waiting").order_by(request.submitted_at, request.id)
    return [_queued(row) for row in (await session.execute(waiting.limit(200))).all()]


async def queued_request(session: AsyncSession, viewer: Viewer, public_id: str) -> QueuedRequest:
    """Raises NotFound."""
    found = await access_request(session, viewer, public_id)
    one = _queue(viewer).where(VerificationRequest.id == found.id)
    return _queued((await session.execute(one)).one())


async def waiting_requests(session: AsyncSession, viewer: Viewer) -> Waiting:
    """For the console."""
    request = VerificationRequest
    counted = select(func.count(), func.min(request.submitted_at)).where(
        visible_requests(viewer), request.state == "waiting"
    )
    return Waiting(*(await session.execute(counted)).one())


def _queued(row: Any) -> QueuedRequest:
    *told, is_appeal, is_own_appeal = row
    values = (*told, bool(is_appeal), bool(is_own_appeal))
    return QueuedRequest(*values)
