"""Break-glass over JSON: the same actions and reads as the pages."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from app.db.engine import WriteSession
from app.db.writing import run_write
from app.features.members.audit.denials import denial
from app.features.members.audit.reading import read_audited
from app.features.members.policies import STAFF_BREAK_GLASS, STAFF_BROKEN_GLASS
from app.features.members.staff.break_glass.actions import ask, decide, end
from app.features.members.staff.break_glass.company_members import KIND, access_company_members
from app.features.members.staff.break_glass.forms import asked_from
from app.features.members.staff.break_glass.models import REASON_LENGTH, TICKET_LENGTH
from app.features.members.staff.break_glass.queries import GlassRequest, own_requests, waiting_requests
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.inputs import StorableText, StrictModel, StrictRoute
from app.web.listing import Listing

router = APIRouter(tags=["staff"], route_class=StrictRoute)
_OBJECT = "break_glass"


class RequestIn(StrictModel):
    kind: StorableText = Field(max_length=40, examples=[KIND])
    object_id: StorableText = Field(max_length=40)
    reason: StorableText = Field(
        max_length=REASON_LENGTH, description="the second person and the owner read it"
    )
    ticket: StorableText = Field(max_length=TICKET_LENGTH)


class GlassDecisionIn(StrictModel):
    approve: bool = Field(description="false refuses it; whoever asked thereby withdraws it")


class RequestOut(BaseModel):
    """A request to break glass; approved ones are open until `opens_until`."""

    id: str
    kind: str
    object_id: str
    company: str
    reason: str
    ticket: str
    requested_at: datetime
    state: Literal["open", "over", "refused", "withdrawn", "approved", "ended"]
    opens_until: datetime | None


class Asked(BaseModel):
    id: str


class GlassState(BaseModel):
    id: str
    state: Literal["approved", "refused", "withdrawn"]


class MemberOut(BaseModel):
    id: str
    name: str
    mail: str
    role: str
    state: str


@router.get("/staff/break-glass", dependencies=[STAFF_BREAK_GLASS.needed])
async def requests(session: ReadSessionDep, viewer: ViewerDep) -> Listing[RequestOut]:
    """Those that wait for a second person, then one's own, the newest first."""
    waiting, own = await waiting_requests(session, viewer), await own_requests(session, viewer)
    return Listing(items=[_out(one) for one in (*waiting, *own)])


@router.post("/staff/break-glass", status_code=201, dependencies=[STAFF_BREAK_GLASS.needed])
async def ask_for(body: RequestIn, request: Request, database: DatabaseDep, viewer: ViewerDep) -> Asked:
    """Ask to read one object; a second person of staff decides."""
    asked = asked_from(body.model_dump())

    async def work(session: WriteSession) -> str:
        return await ask(
            session, viewer, request.app.state.glass,
            kind=asked.kind, object_id=asked.object_id, reason=asked.reason, ticket=asked.ticket,
        )  # fmt: skip

    return Asked(id=await run_write(database, work))


@router.post("/staff/break-glass/{public_id}/decision", dependencies=[STAFF_BREAK_GLASS.needed])
async def decide_request(
    public_id: str, body: GlassDecisionIn, request: Request, database: DatabaseDep, viewer: ViewerDep
) -> GlassState:
    """Approve or refuse; 403 for one's own request. The owner's admins are told of an approval at once."""

    async def work(session: WriteSession) -> str:
        done = await decide(session, viewer, request.app.state.postbox, public_id, approve=body.approve)
        return done.state

    denied = denial(viewer, "glass.decide", object_kind=_OBJECT, object_id=public_id)
    state = await run_write(database, work, on_denied=denied)
    return GlassState(id=public_id, state=state)  # type: ignore[arg-type]


@router.delete("/staff/break-glass/{public_id}", status_code=204, dependencies=[STAFF_BROKEN_GLASS.needed])
async def end_request(public_id: str, database: DatabaseDep, viewer: ViewerDep) -> None:
    """Close one's own glass before its time."""
    denied = denial(viewer, "glass.end", object_kind=_OBJECT, object_id=public_id)
    await run_write(database, lambda session: end(session, viewer, public_id), on_denied=denied)


@router.get("/staff/break-glass/company-members/{public_id}", dependencies=[STAFF_BROKEN_GLASS.needed])
async def company_members(public_id: str, database: DatabaseDep, viewer: ViewerDep) -> Listing[MemberOut]:
    """The member list of a company, for whoever broke the glass for it."""
    found = await read_audited(
        database,
        viewer,
        "glass.read",
        lambda session: access_company_members(session, viewer, public_id),
        object_kind=KIND,
        object_id=public_id,
    )
    items = [
        MemberOut(id=one.public_id, name=one.name, mail=one.mail, role=one.role, state=one.state)
        for one in found.members
    ]
    return Listing(items=items)


def _out(one: GlassRequest) -> RequestOut:
    return RequestOut(
        id=one.public_id,
        kind=one.kind,
        object_id=one.object_id,
        company=one.company,
        reason=one.reason,
        ticket=one.ticket,
        requested_at=one.requested_at,
        state=one.state,  # type: ignore[arg-type]
        opens_until=one.opens_until,
    )
