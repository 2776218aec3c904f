"""The members of one's own company over JSON: the same actions and rights as on the pages."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from app.db.engine import WriteSession
from app.db.writing import run_write
from app.features.members.addresses import clean_mail
from app.features.members.companies.membership.accepting import accept, invitation_at
from app.features.members.companies.membership.actions import (
    change_role,
    invite,
    leave,
    reinstate,
    remove,
    suspend,
    withdraw,
)
from app.features.members.companies.membership.queries import colleagues_of, open_invitations
from app.features.members.models import MAIL_LENGTH, PERSON_NAME_LENGTH
from app.features.members.policies import COMPANY, LEAVE_COMPANY, MANAGE_MEMBERS
from app.features.members.signing_in.cookies import give_session, take_session
from app.features.members.signing_in.dependencies import PostboxDep
from app.web.csrf import token_for
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.inputs import StorableText, StrictModel, StrictRoute
from app.web.listing import Listing
from app.web.pages import language_of
from app.web.policy import VISITOR

router = APIRouter(tags=["companies"], route_class=StrictRoute)
Role = Literal["admin", "sales", "presales", "finance"]


class MemberOut(BaseModel):
    id: str
    name: str
    role: Role
    state: Literal["active", "suspended"]
    mail: str | None = Field(description="for those who manage members")
    joined_at: datetime


class InvitationIn(StrictModel):
    mail: StorableText = Field(max_length=MAIL_LENGTH, examples=["name@company.com"])
    role: Role


class InvitationOut(BaseModel):
    id: str
    mail: str
    role: Role
    expires_at: datetime


class RoleIn(StrictModel):
    role: Role


class AcceptanceIn(StrictModel):
    """Address, company and role are those of the invitation."""

    token: StorableText = Field(max_length=100, description="the last part of the link in the mail")
    name: StorableText = Field(max_length=PERSON_NAME_LENGTH)
    password: StorableText = Field(max_length=200)
    consent: bool = Field(description="that name and address are kept to run the account")


class AcceptanceOut(BaseModel):
    """Public ids; `form_token` goes into the header X-CSRF-Token of unsafe requests."""

    company: str
    person: str
    form_token: str


@router.get("/company/members", dependencies=[COMPANY.needed])
async def list_members(session: ReadSessionDep, viewer: ViewerDep) -> Listing[MemberOut]:
    """Everybody of the company."""
    return Listing(
        items=[
            MemberOut(
                id=one.public_id,
                name=one.name,
                role=one.role,  # type: ignore[arg-type]
                state=one.state,  # type: ignore[arg-type]
                mail=one.mail,
                joined_at=one.created_at,
            )
            for one in await colleagues_of(session, viewer)
        ]
    )


@router.get("/company/invitations", dependencies=[MANAGE_MEMBERS.needed])
async def list_invitations(session: ReadSessionDep, viewer: ViewerDep) -> Listing[InvitationOut]:
    """Those that wait to be accepted."""
    return Listing(
        items=[
            InvitationOut(id=one.public_id, mail=one.mail, role=one.role, expires_at=one.expires_at)  # type: ignore[arg-type]
            for one in await open_invitations(session, viewer)
        ]
    )


@router.post("/company/invitations", status_code=202, dependencies=[MANAGE_MEMBERS.needed])
async def send_invitation(
    body: InvitationIn, request: Request, viewer: ViewerDep, database: DatabaseDep, postbox: PostboxDep
) -> dict[str, str]:
    """A mail with a link that works once, within 72 hours."""
    mail, language = clean_mail(body.mail), language_of(request)

    async def work(session: WriteSession) -> str:
        return await invite(session, viewer, postbox, mail=mail, role=body.role, language=language)

    return {"id": await run_write(database, work)}


@router.delete("/company/invitations/{public_id}", status_code=204, dependencies=[MANAGE_MEMBERS.needed])
async def withdraw_invitation(public_id: str, viewer: ViewerDep, database: DatabaseDep) -> None:
    await run_write(database, lambda session: withdraw(session, viewer, public_id))


@router.put(
    "/company/members/{public_id}/role",
    status_code=204,
    responses={409: {}},
    dependencies=[MANAGE_MEMBERS.needed],
)
async def set_role(
    public_id: str, body: RoleIn, viewer: ViewerDep, database: DatabaseDep, postbox: PostboxDep
) -> None:
    """The last admin stays one."""
    await run_write(database, lambda session: change_role(session, viewer, postbox, public_id, body.role))


@router.put(
    "/company/members/{public_id}/suspension",
    status_code=204,
    responses={409: {}},
    dependencies=[MANAGE_MEMBERS.needed],
)
async def suspend_member(public_id: str, viewer: ViewerDep, database: DatabaseDep) -> None:
    """Out with the next request."""
    await run_write(database, lambda session: suspend(session, viewer, public_id))


@router.delete(
    "/company/members/{public_id}/suspension", status_code=204, dependencies=[MANAGE_MEMBERS.needed]
)
async def reinstate_member(public_id: str, viewer: ViewerDep, database: DatabaseDep) -> None:
    await run_write(database, lambda session: reinstate(session, viewer, public_id))


@router.delete(
    "/company/members/{public_id}",
    status_code=204,
    responses={409: {}},
    dependencies=[MANAGE_MEMBERS.needed],
)
async def remove_member(
    public_id: str, viewer: ViewerDep, database: DatabaseDep, postbox: PostboxDep
) -> None:
    """For good; what they wrote stays with the company."""
    await run_write(database, lambda session: remove(session, viewer, postbox, public_id))


@router.post("/company/leaving", status_code=204, responses={409: {}}, dependencies=[LEAVE_COMPANY.needed])
async def leave_company(
    request: Request, response: Response, viewer: ViewerDep, database: DatabaseDep, postbox: PostboxDep
) -> None:
    """Ends one's own account; the last admin cannot."""
    await run_write(database, lambda session: leave(session, viewer, postbox))
    take_session(request, response)


@router.post("/invitations", status_code=201, responses={404: {}, 409: {}}, dependencies=[VISITOR.needed])
async def accept_invitation(
    body: AcceptanceIn, request: Request, response: Response, database: DatabaseDep
) -> AcceptanceOut:
    """Become a member and be signed in."""
    invited = await invitation_at(database, body.token)
    given = {"name": body.name, "password": body.password, "consent": "yes" if body.consent else ""}
    joined = await accept(request, body.token, invited, given)
    give_session(request, response, joined.session, "member")
    return AcceptanceOut(
        company=joined.company_public_id,
        person=joined.person_public_id,
        form_token=token_for(request, joined.session),
    )
