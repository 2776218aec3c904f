"""The pages of registration: the form, "look into your mail", and the page that the mail leads to."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.features.members.companies.answers import form_page
from app.features.members.companies.registration.entering import (
    confirm,
    is_same_browser,
    register,
    spend_registration,
    waiting_registration,
)
from app.features.members.companies.registration.forms import FIELDS, draft_of
from app.features.members.companies.registration.queries import WaitingRegistration
from app.features.members.mail.postbox import Postbox
from app.features.members.signing_in.cookies import give_session
from app.kit.errors import Conflict, DomainError, Invalid, LimitReached, NotFound
from app.web.cookies import cookie_of
from app.web.dependencies import DatabaseDep, ViewerDep
from app.web.forms import typed
from app.web.pages import Page, PageDep
from app.web.policy import VISITOR

router = APIRouter(dependencies=[VISITOR.needed])
_FIRST_PAGE = "/my/customers"


@router.get("/register")
async def registration_form(page: PageDep, viewer: ViewerDep) -> Response:
    """Whoever is signed in has a company already."""
    return RedirectResponse("/company", 303) if viewer.is_signed_in else _form(page, {})


@router.post("/register")
async def send_registration(request: Request, page: PageDep) -> Response:
    """To the same page whatever the address or the company."""
    given = await typed(request)
    try:
        draft = draft_of(given, consents=given.get("consent") == "yes")
        await spend_registration(request)
        await register(request, draft, browser=cookie_of(request, "visitor"))
    except (Invalid, LimitReached) as error:
        return _form(page, given, error=error)
    return RedirectResponse("/register/sent", 303)


@router.get("/register/sent")
async def registration_sent(request: Request, page: PageDep) -> Response:
    postbox: Postbox = request.app.state.postbox
    return page.respond("members/companies/registration_sent.html", stays_here=postbox.stays_here)


@router.get("/confirm-mail/{token}")
async def confirmation_form(token: str, request: Request, page: PageDep, database: DatabaseDep) -> Response:
    """Asks, for a GET changes nothing: mail scanners open links too."""
    try:
        registration = await waiting_registration(database, token)
    except NotFound as error:
        return _gone(page, error)
    return _confirmation(request, page, registration)


@router.post("/confirm-mail/{token}")
async def confirm_mail(
    token: str, request: Request, page: PageDep, viewer: ViewerDep, database: DatabaseDep
) -> Response:
    """The company exists from here on, and its first member is signed in."""
    given = await typed(request)
    try:
        registration = await waiting_registration(database, token)
        entered = await confirm(
            request,
            viewer,
            token,
            browser=cookie_of(request, "visitor"),
            password=given.get("password", ""),
        )
    except (Invalid, LimitReached) as error:
        return _confirmation(request, page, registration, error=error)
    except (NotFound, Conflict) as error:
        return _gone(page, error)
    response = RedirectResponse(_FIRST_PAGE, 303)
    give_session(request, response, entered.session, "member")
    return response


def _form(page: Page, given: Mapping[str, str], *, error: DomainError | None = None) -> Response:
    return form_page(
        page,
        "members/companies/register.html",
        error,
        values={name: given.get(name, "") for name in FIELDS},
        consents=given.get("consent") == "yes",
    )


def _confirmation(
    request: Request, page: Page, registration: WaitingRegistration, *, error: DomainError | None = None
) -> Response:
    return form_page(
        page,
        "members/companies/confirm_mail.html",
        error,
        registration=registration,
        asks_password=not is_same_browser(registration, cookie_of(request, "visitor")),
    )


def _gone(page: Page, error: DomainError) -> Response:
    return form_page(page, "members/companies/link_gone.html", error, is_invitation=False)
