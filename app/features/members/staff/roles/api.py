"""Roles of staff over JSON: the same actions as the page."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from app.db.engine import WriteSession
from app.db.writing import run_write
from app.features.members.audit.denials import denial
from app.features.members.models import MAIL_LENGTH, PERSON_NAME_LENGTH
from app.features.members.policies import STAFF_ROLES
from app.features.members.staff.roles.actions import KIND, decide, propose
from app.features.members.staff.roles.forms import invitation_from
from app.features.members.staff.roles.inviting import invite
from app.features.members.staff.roles.queries import (
    StaffMember,
    WaitingChange,
    staff_members,
    waiting_changes,
)
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.inputs import StorableText, StrictModel, StrictRoute
from app.web.listing import Listing

router = APIRouter(tags=["staff"], route_class=StrictRoute, dependencies=[STAFF_ROLES.needed])
Role = Literal["moderator", "finance", "programme", "support", "platform_admin"]


class StaffOut(BaseModel):
    id: str
    name: str
    roles: list[Role]
    vendor: str | None = Field(description="declared; empty for none, null: not declared yet")
    has_password: bool = Field(description="false until the invitation was followed")


class ChangeOut(BaseModel):
    """A change that waits for a second platform admin."""

    id: str
    person: str
    role: Role
    change: Literal["give", "take"]
    proposed_at: datetime
    may_confirm: bool = Field(description="whether the reader is somebody who can")


class ChangeIn(StrictModel):
    person: StorableText = Field(max_length=22, description="id of somebody of staff")
    role: Role
    change: Literal["give", "take"]


class ChangeDecisionIn(StrictModel):
    confirm: bool = Field(description="false refuses it; whoever proposed it thereby withdraws it")


class InvitationIn(StrictModel):
    name: StorableText = Field(max_length=PERSON_NAME_LENGTH)
    mail: StorableText = Field(max_length=MAIL_LENGTH)
    role: Role | None = Field(default=None, description="proposed with it, for a second admin to confirm")
    language: Literal["zh", "zh-hant", "en"] = "zh"


class Made(BaseModel):
    id: str


class ChangeState(BaseModel):
    id: str
    state: Literal["confirmed", "refused", "withdrawn"]


@router.get("/staff/roles")
async def staff(session: ReadSessionDep) -> Listing[StaffOut]:
    """Everybody of staff with their roles."""
    return Listing(items=[_out(one) for one in await staff_members(session)])


@router.get("/staff/roles/changes")
async def changes(session: ReadSessionDep, viewer: ViewerDep) -> Listing[ChangeOut]:
    """What waits, the oldest first."""
    return Listing(items=[_change_out(one) for one in await waiting_changes(session, viewer)])


@router.post("/staff/roles/changes", status_code=201)
async def propose_change(body: ChangeIn, database: DatabaseDep, viewer: ViewerDep) -> Made:
    """Propose to give or take a role. 409 for oneself: that takes another admin, and a second one."""

    async def work(session: WriteSession) -> str:
        return await propose(session, viewer, body.person, body.role, body.change)

    denied = denial(viewer, "role.propose", object_kind=KIND)
    return Made(id=await run_write(database, work, on_denied=denied))


@router.post("/staff/roles/changes/{public_id}/decision")
async def decide_change(
    public_id: str, body: ChangeDecisionIn, request: Request, database: DatabaseDep, viewer: ViewerDep
) -> ChangeState:
    """Confirm or refuse what another admin proposed for somebody else; 409 for what is not yours."""

    async def work(session: WriteSession) -> str:
        change = await decide(session, viewer, request.app.state.postbox, public_id, confirm=body.confirm)
        return change.state

    denied = denial(viewer, "role.decide", object_kind=KIND, object_id=public_id)
    state = await run_write(database, work, on_denied=denied)
    return ChangeState(id=public_id, state=state)  # type: ignore[arg-type]


@router.post("/staff/roles/invitations", status_code=201)
async def invite_somebody(
    body: InvitationIn, request: Request, database: DatabaseDep, viewer: ViewerDep
) -> Made:
    """Make an account of staff without a role, and mail its owner a link to choose a password."""
    asked = invitation_from(
        {"name": body.name, "mail": body.mail, "role": body.role or "", "language": body.language}
    )

    async def work(session: WriteSession) -> str:
        return await invite(
            session, viewer, request.app.state.postbox,
            name=asked.name, mail=asked.mail, role=asked.role, language=asked.language,
        )  # fmt: skip

    return Made(id=await run_write(database, work))


def _out(one: StaffMember) -> StaffOut:
    return StaffOut(
        id=one.public_id,
        name=one.name,
        roles=list(one.roles),  # type: ignore[arg-type]
        vendor=one.vendor,
        has_password=one.has_password,
    )


def _change_out(one: WaitingChange) -> ChangeOut:
    return ChangeOut(
        id=one.public_id,
        person=one.person,
        role=one.role,  # type: ignore[arg-type]
        change=one.change,  # type: ignore[arg-type]
        proposed_at=one.proposed_at,
        may_confirm=one.may_confirm,
    )
