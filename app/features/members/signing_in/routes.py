"""Signing in and out: pages."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.features.members.signing_in import account_pages, link_pages
from app.features.members.signing_in.api_tokens import pages as token_pages
from app.features.members.signing_in.cookies import give_session, home_of, kind_of, take_session
from app.features.members.signing_in.dependencies import AddressDep, AskedDep, HasherDep
from app.features.members.signing_in.devices import device_of
from app.features.members.signing_in.entering import Attempt, WrongCredentials, sign_in, sign_out
from app.features.members.signing_in.factors import account_pages as my_factor_pages
from app.features.members.signing_in.factors import pages as factor_pages
from app.features.members.signing_in.factors.pages import ENROL
from app.kit.errors import DomainError, LimitReached
from app.web.dependencies import DatabaseDep, ViewerDep
from app.web.errors import STATUS_OF
from app.web.forms import typed
from app.web.pages import Page, PageDep
from app.web.policy import ANYONE, VISITOR
from app.web.redirects import local_path

router = APIRouter()
Next = Annotated[str, Query(alias="next")]


@router.get("/sign-in", dependencies=[VISITOR.needed])
async def sign_in_form(page: PageDep, viewer: ViewerDep, target: Next = "", done: str = "") -> Response:
    """The form; whoever is signed in goes on."""
    if viewer.is_signed_in:
        return RedirectResponse(local_path(target, home_of(kind_of(viewer))), 303)
    if viewer.awaits_second_factor:
        return RedirectResponse(f"/second-factor?next={quote(local_path(target, ''))}", 303)
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
    way = local_path(target, home_of(entered.kind))
    if entered.awaits_second_factor:
        way = f"/second-factor?next={quote(way)}"
    elif entered.lacks_second_factor:
        way = f"{ENROL}?next={quote(way)}"
    response = RedirectResponse(way, 303)
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
        done=done,
        error=error.message if error else None,
    )


for pages in (account_pages, link_pages, factor_pages, my_factor_pages, token_pages):
    router.include_router(pages.router)
