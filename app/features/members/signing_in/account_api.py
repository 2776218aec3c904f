"""One's own account over JSON: never for a token."""

from collections.abc import Sequence
from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from app.db.writing import run_write
from app.features.members.models import MAIL_LENGTH
from app.features.members.policies import MINE, MINE_STEPPED_UP
from app.features.members.signing_in.accounts import account_by_id
from app.features.members.signing_in.cookies import give_session, kind_of
from app.features.members.signing_in.dependencies import AskedDep, HasherDep, PostboxDep
from app.features.members.signing_in.my_sessions import end_one, end_others, my_sessions
from app.features.members.signing_in.own_changes import (
    ask_to_change_mail,
    change_mail,
    change_password,
    give_password_again,
)
from app.features.members.signing_in.own_rows import acting_for_oneself
from app.kit.errors import SignInNeeded
from app.web.csrf import token_for
from app.web.dependencies import DatabaseDep, ViewerDep
from app.web.inputs import StorableText, StrictModel, StrictRoute
from app.web.policy import VISITOR

router = APIRouter(tags=["account"], route_class=StrictRoute)


class PasswordIn(StrictModel):
    old: str = Field(max_length=4_000)
    new: str = Field(max_length=4_000, description="12 to 128 characters, not easy to guess")


class PasswordAgainIn(StrictModel):
    password: str = Field(max_length=4_000)


class MailIn(StrictModel):
    mail: StorableText = Field(max_length=MAIL_LENGTH, examples=["name@company.com"])
    password: str = Field(max_length=4_000)


class LinkIn(StrictModel):
    token: StorableText = Field(max_length=100, description="the last part of the link in the mail")


class PasswordGivenOut(BaseModel):
    """The session goes on under a new cookie; forms need this token from now on."""

    form_token: str


class AccountOut(BaseModel):
    id: str
    name: str
    mail: str
    company: str | None
    role: str = Field(description="in the company; empty for staff")


class SessionLineOut(BaseModel):
    id: str
    device: str
    since: datetime
    seen_at: datetime
    is_this: bool


class SessionsOut(BaseModel):
    items: Sequence[SessionLineOut]
    next: str | None = None


@router.get("/account", dependencies=[MINE.needed])
async def me(database: DatabaseDep, viewer: ViewerDep) -> AccountOut:
    """Who is signed in."""
    with acting_for_oneself(viewer):
        async with database.reading() as session:
            account = await account_by_id(session, viewer.person_id or 0)
    if account is None:
        raise SignInNeeded
    return AccountOut(
        id=account.public_id,
        name=account.name,
        mail=account.mail,
        company=viewer.company_public_id or None,
        role=viewer.role,
    )


@router.post("/account/password", status_code=204, dependencies=[MINE.needed])
async def send_password(
    body: PasswordIn, database: DatabaseDep, hasher: HasherDep, postbox: PostboxDep, viewer: ViewerDep
) -> None:
    """Other sessions end, this one goes on."""
    await change_password(database, hasher, postbox, viewer, body.old, body.new)


@router.post("/account/password/again", dependencies=[MINE.needed])
async def send_password_again(
    body: PasswordAgainIn,
    request: Request,
    response: Response,
    database: DatabaseDep,
    hasher: HasherDep,
    viewer: ViewerDep,
) -> PasswordGivenOut:
    """For ten minutes a first second factor may be added; without it that answers 403."""
    token = await give_password_again(database, hasher, viewer, body.password)
    give_session(request, response, token, kind_of(viewer))
    return PasswordGivenOut(form_token=token_for(request, token))


@router.post("/account/mail", status_code=202, dependencies=[MINE_STEPPED_UP.needed])
async def send_mail(
    body: MailIn, database: DatabaseDep, hasher: HasherDep, postbox: PostboxDep, viewer: ViewerDep
) -> None:
    """A link goes to the new address; nothing changes until it is opened."""
    await ask_to_change_mail(database, hasher, postbox, viewer, body.password, body.mail)


@router.post("/account/mail/confirm", status_code=204, dependencies=[VISITOR.needed])
async def confirm_mail(body: LinkIn, database: DatabaseDep, postbox: PostboxDep, asked: AskedDep) -> None:
    """With the token of that link; every session ends."""
    await change_mail(database, postbox, body.token, asked)


@router.get("/account/sessions", dependencies=[MINE.needed])
async def sessions(database: DatabaseDep, viewer: ViewerDep) -> SessionsOut:
    """Which devices are signed in, this one first."""
    with acting_for_oneself(viewer):
        async with database.reading() as session:
            lines = await my_sessions(session, viewer)
    return SessionsOut(
        items=[
            SessionLineOut(
                id=line.public_id,
                device=line.device,
                since=line.since,
                seen_at=line.seen_at,
                is_this=line.is_this,
            )
            for line in lines
        ]
    )


@router.delete("/account/sessions/{public_id}", status_code=204, dependencies=[MINE.needed])
async def send_end(public_id: str, database: DatabaseDep, viewer: ViewerDep) -> None:
    """That device is signed out with its next request."""
    with acting_for_oneself(viewer):
        await run_write(database, lambda session: end_one(session, viewer, public_id))


@router.post("/account/sessions/end-others", status_code=204, dependencies=[MINE.needed])
async def send_end_others(database: DatabaseDep, viewer: ViewerDep) -> None:
    """Every device but this one."""
    with acting_for_oneself(viewer):
        await run_write(database, lambda session: end_others(session, viewer))
