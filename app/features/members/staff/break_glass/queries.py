"""Requests as staff see them: those that wait for a second person, and one's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from app.db.engine import ReadSession
from app.features.members.models import Company, Person
from app.features.members.staff.break_glass.actions import WAITS_FOR
from app.features.members.staff.break_glass.models import BreakGlassRequest
from app.features.members.staff.desk import Waiting
from app.kit import clock
from app.kit.viewer import Viewer

_OWN_LISTED = 30


@dataclass(frozen=True, slots=True)
class GlassRequest:
    """`state`: open, over (nobody decided in time), refused, withdrawn, approved (open now) or ended."""

    public_id: str
    kind: str
    object_id: str
    company: str  # its name
    reason: str
    ticket: str
    requester: str  # name, for staff alone
    requested_at: datetime
    state: str
    opens_until: datetime | None


@dataclass(frozen=True, slots=True)
class OpenGlass:
    """For the banner."""

    public_id: str
    kind: str
    object_id: str
    opens_until: datetime


async def waiting_requests(session: ReadSession, viewer: Viewer) -> Sequence[GlassRequest]:
    """What this viewer could decide about, the oldest first."""
    statement = _requests().where(*_undecided(viewer)).order_by(BreakGlassRequest.id)
    return [_request(row[0], row.company, row.requester) for row in await session.execute(statement)]


async def own_requests(session: ReadSession, viewer: Viewer) -> Sequence[GlassRequest]:
    """The newest first."""
    own = _requests().where(BreakGlassRequest.requested_by == viewer.person_id)
    statement = own.order_by(BreakGlassRequest.id.desc()).limit(_OWN_LISTED)
    return [_request(row[0], row.company, row.requester) for row in await session.execute(statement)]


async def open_glasses(session: ReadSession, viewer: Viewer) -> Sequence[OpenGlass]:
    columns = (
        BreakGlassRequest.public_id,
        BreakGlassRequest.kind,
        BreakGlassRequest.object_id,
        BreakGlassRequest.opens_until,
    )
    opened = select(*columns).where(
        BreakGlassRequest.requested_by == viewer.person_id,
        BreakGlassRequest.state == "approved",
        BreakGlassRequest.opens_until > clock.now(),
    )
    rows: Any = await session.execute(opened.order_by(BreakGlassRequest.opens_until))
    return [OpenGlass(*row) for row in rows]


async def waiting_for(session: ReadSession, viewer: Viewer) -> Waiting:
    waiting = select(func.count(), func.min(BreakGlassRequest.requested_at)).where(*_undecided(viewer))
    return Waiting(*(await session.execute(waiting)).one())


async def glasses_of_company(session: ReadSession, viewer: Viewer) -> Sequence[GlassRequest]:
    """For its owner: what was opened of the viewer's company, and why; the newest first."""
    statement = select(BreakGlassRequest).where(
        BreakGlassRequest.company_id == viewer.company_id, BreakGlassRequest.state == "approved"
    )
    found = await session.scalars(statement.order_by(BreakGlassRequest.id.desc()).limit(_OWN_LISTED))
    return [_request(one, company=viewer.company_name, requester="") for one in found]


def _undecided(viewer: Viewer) -> tuple[Any, ...]:
    return (
        BreakGlassRequest.state == "open",
        BreakGlassRequest.requested_at > clock.now() - WAITS_FOR,
        BreakGlassRequest.requested_by != viewer.person_id,
    )


def _requests() -> Select[BreakGlassRequest, str, str]:
    requester = aliased(Person)
    return (
        select(BreakGlassRequest, Company.name.label("company"), requester.name.label("requester"))
        .join(Company, Company.id == BreakGlassRequest.company_id)
        .join(requester, requester.id == BreakGlassRequest.requested_by)
    )


def _request(found: BreakGlassRequest, company: str, requester: str) -> GlassRequest:
    return GlassRequest(
        public_id=found.public_id,
        kind=found.kind,
        object_id=found.object_id,
        company=company,
        reason=found.reason,
        ticket=found.ticket,
        requester=requester,
        requested_at=found.requested_at,
        state=state_of(found.state, found.requested_at, found.opens_until),
        opens_until=found.opens_until,
    )


def state_of(state: str, requested_at: datetime, opens_until: datetime | None) -> str:
    """As it stands now: time ends requests and glass alike."""
    now = clock.now()
    if state == "open" and requested_at <= now - WAITS_FOR:
        return "over"
    if state == "approved" and (opens_until is None or opens_until <= now):
        return "ended"
    return state
