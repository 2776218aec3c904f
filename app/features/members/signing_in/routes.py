"""Signing in and out: pages."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.features.members.signing_in import password_pages
from app.features.members.signing_in.cookies import give_session, take_session
from app.features.members.signing_in.dependencies import AddressDep, AskedDep, HasherDep
from app.features.members.signing_in.devices import device_of
from app.features.members.signing_in.entering import Attempt, WrongCredentials, sign_in, sign_out
from app.kit.errors import DomainError, LimitReached
from app.web.dependencies import DatabaseDep, ViewerDep
from app.web.errors import STATUS_OF
from app.web.forms import typed
from app.web.pages import Page, PageDep
from app.web.policy import ANYONE, VISITOR
from app.web.redirects import local_path

router = APIRouter()
Next = Annotated[str, Query(alias="next")]


def home_of(kind: str) -> str:
    """Where somebody begins who was not on the way to anywhere."""
    return "/staff" if kind == "staff" else "/"


@router.get("/sign-in", dependencies=[VISITOR.needed])
async def sign_in_form(page: PageDep, viewer: ViewerDep, target: Next = "", done: str = "") -> Response:
    """The form; whoever is signed in goes on."""
    if viewer.is_signed_in:
        return RedirectResponse(local_path(target, home_of("staff" if viewer.is_staff else "member")), 303)
    return _form(page, target=target, done=done)


@router.post("/sign-in", dependencies=[VISITOR.needed])
async def send_sign_in(
    request: Request,
    page: PageDep,
    viewer: ViewerDep,
    database: DatabaseDep,
    hasher: HasherDep,
    address: AddressDep,
    asked: AskedDep,
) -> Response:
    """To where the reader was going."""
    given = await typed(request)
    attempt = Attempt(
        mail=given.get("mail", ""),
        password=given.get("password", ""),
        device=device_of(request.headers.get("user-agent", "")),
        address=address,
        asked=asked,
        replaces=viewer.session_id,
    )
    target = given.get("next", "")
    try:
        entered = await sign_in(database, hasher, attempt)
    except (WrongCredentials, LimitReached) as error:
        return _form(page, target=target, mail=attempt.mail, error=error)
    response = RedirectResponse(local_path(target, home_of(entered.kind)), 303)
    give_session(request, response, entered.token, entered.kind)
    return response


@router.post("/sign-out", dependencies=[ANYONE.needed])
async def send_sign_out(request: Request, viewer: ViewerDep, database: DatabaseDep) -> Response:
    """Also for a session that is over already: the cookie goes in any case."""
    await sign_out(database, viewer)
    response = RedirectResponse("/", 303)
    take_session(request, response)
    return response


def _form(
    page: Page, *, target: str, mail: str = "", done: str = "", error: DomainError | None = None
) -> Response:
    status = next((code for kind, code in STATUS_OF.items() if isinstance(error, kind)), 200)
    retry = error.retry_after if isinstance(error, LimitReached) else None
    return page.respond(
        "members/signing_in/sign_in.html",
        status_code=status,
        headers={"retry-after": str(retry)} if retry else None,
        target=local_path(target, ""),
        mail=mail[:254],
        has_new_password=done == "password",
        error=error.message if error else None,
    )


router.include_router(password_pages.router)
