"""Signing in and out, and passwords, over JSON: for scripts in a browser. Programs use a token."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from app.features.members.models import MAIL_LENGTH
from app.features.members.signing_in import account_api
from app.features.members.signing_in.api_tokens import api as tokens
from app.features.members.signing_in.cookies import give_session, take_session
from app.features.members.signing_in.dependencies import AddressDep, AskedDep, HasherDep, PostboxDep
from app.features.members.signing_in.devices import device_of
from app.features.members.signing_in.entering import Attempt, sign_in, sign_out
from app.features.members.signing_in.factors import api as factors
from app.features.members.signing_in.forgotten import ask_for_link
from app.features.members.signing_in.hashing import MAX_LENGTH
from app.features.members.signing_in.passwords import set_password_by_link
from app.kit.viewer import Viewer
from app.web.csrf import FormToken, token_for
from app.web.dependencies import DatabaseDep, ViewerDep
from app.web.inputs import StorableText, StrictModel, StrictRoute
from app.web.pages import language_of
from app.web.policy import ANYONE, VISITOR

router = APIRouter(tags=["account"], route_class=StrictRoute)


class SignInIn(StrictModel):
    mail: StorableText = Field(max_length=MAIL_LENGTH, examples=["name@company.com"])
    password: str = Field(max_length=4_000)


class ForgottenIn(StrictModel):
    mail: StorableText = Field(max_length=MAIL_LENGTH, examples=["name@company.com"])


class NewPasswordIn(StrictModel):
    token: StorableText = Field(max_length=100, description="the last part of the link in the mail")
    password: str = Field(max_length=4_000, description=f"at most {MAX_LENGTH} characters")


class SessionOut(BaseModel):
    """Who this browser is. `form_token` goes into the header X-CSRF-Token of every unsafe request."""

    signed_in: bool
    awaits_second_factor: bool = Field(description="the password was right; the second factor is missing")
    person: str | None = Field(description="id; absent until signed in")
    company: str | None = Field(description="id; absent for staff")
    form_token: str


@router.get("/session", dependencies=[VISITOR.needed])
async def show_session(request: Request, response: Response, viewer: ViewerDep) -> SessionOut:
    """Who is signed in, and the token that forms of this browser carry."""
    token = FormToken(request)
    shown = _out(viewer, str(token))
    token.remember(response)
    response.headers["cache-control"] = "no-store"
    return shown


@router.post("/sign-in", dependencies=[VISITOR.needed])
async def send_sign_in(
    body: SignInIn,
    request: Request,
    response: Response,
    viewer: ViewerDep,
    database: DatabaseDep,
    hasher: HasherDep,
    address: AddressDep,
    asked: AskedDep,
) -> SessionOut:
    """Sets the session's cookie. The form token of `GET /session` is needed; a new one comes back."""
    device = device_of(request.headers.get("user-agent", ""))
    attempt = Attempt(body.mail, body.password, device, address, asked, replaces=viewer.session_id)
    entered = await sign_in(database, hasher, attempt)
    give_session(request, response, entered.token, entered.kind)
    response.headers["cache-control"] = "no-store"
    return SessionOut(
        signed_in=not entered.awaits_second_factor,
        awaits_second_factor=entered.awaits_second_factor,
        person=None,
        company=None,
        form_token=token_for(request, entered.token),
    )


@router.post("/sign-out", status_code=204, dependencies=[ANYONE.needed])
async def send_sign_out(
    request: Request, response: Response, viewer: ViewerDep, database: DatabaseDep
) -> None:
    """Ends this browser's session; nothing happens where there is none."""
    await sign_out(database, viewer)
    take_session(request, response)


@router.post("/password/new", status_code=204, dependencies=[VISITOR.needed])
async def send_new_password(
    body: NewPasswordIn, database: DatabaseDep, hasher: HasherDep, postbox: PostboxDep, asked: AskedDep
) -> None:
    """Sets the password with the link of a mail, and ends every session; the second factor stays."""
    await set_password_by_link(database, hasher, postbox, body.token, body.password, asked)


@router.post("/password/forgotten", status_code=202, dependencies=[VISITOR.needed])
async def send_forgotten(
    body: ForgottenIn,
    request: Request,
    database: DatabaseDep,
    postbox: PostboxDep,
    address: AddressDep,
    asked: AskedDep,
) -> None:
    """A mail with a link, or one that says that there is no account; the same answer."""
    await ask_for_link(
        database, postbox, body.mail, language=language_of(request), address=address, asked=asked
    )


def _out(viewer: Viewer, form_token: str) -> SessionOut:
    return SessionOut(
        signed_in=viewer.is_signed_in,
        awaits_second_factor=viewer.awaits_second_factor,
        person=viewer.public_id if viewer.is_signed_in else None,
        company=viewer.company_public_id or None if viewer.is_signed_in else None,
        form_token=form_token,
    )


for part in (factors, account_api, tokens):
    router.include_router(part.router)
