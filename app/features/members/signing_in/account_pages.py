"""One's own account: who one is, password, mail address, devices."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.db.writing import run_write
from app.features.members.policies import MINE, MINE_STEPPED_UP
from app.features.members.signing_in.accounts import account_by_id
from app.features.members.signing_in.cookies import give_session, kind_of
from app.features.members.signing_in.dependencies import HasherDep, PostboxDep
from app.features.members.signing_in.factors.standing import factors_of
from app.features.members.signing_in.my_sessions import end_one, end_others, my_sessions
from app.features.members.signing_in.new_passwords import MIN_LENGTH
from app.features.members.signing_in.own_changes import (
    ask_to_change_mail,
    change_password,
    give_password_again,
)
from app.features.members.signing_in.own_rows import acting_for_oneself
from app.kit.errors import DomainError, Invalid, LimitReached, SignInNeeded
from app.kit.viewer import Viewer
from app.web.dependencies import DatabaseDep, ViewerDep
from app.web.errors import STATUS_OF
from app.web.forms import typed
from app.web.pages import Page, PageDep
from app.web.redirects import local_path

router = APIRouter()
Next = Annotated[str, Query(alias="next")]


@router.get("/account", dependencies=[MINE.needed])
async def me(page: PageDep, database: DatabaseDep, viewer: ViewerDep, done: str = "") -> Response:
    """Name, company, mail, and what protects the account."""
    with acting_for_oneself(viewer):
        async with database.reading() as session:
            account = await account_by_id(session, viewer.person_id or 0)
            factors = await factors_of(session, viewer.person_id or 0)
    if account is None:
        raise SignInNeeded
    return page.respond("members/account/me.html", tab="me", account=account, factors=factors, done=done)


@router.get("/account/password", dependencies=[MINE.needed])
async def password_form(page: PageDep, viewer: ViewerDep) -> Response:
    """The form."""
    return _form(page, "change_password", min_length=MIN_LENGTH)


@router.post("/account/password", dependencies=[MINE.needed])
async def send_password(
    request: Request,
    page: PageDep,
    database: DatabaseDep,
    hasher: HasherDep,
    postbox: PostboxDep,
    viewer: ViewerDep,
) -> Response:
    """Other sessions end, this one goes on."""
    given = await typed(request)
    try:
        await change_password(database, hasher, postbox, viewer, given.get("old", ""), given.get("new", ""))
    except (Invalid, LimitReached) as error:
        return _form(page, "change_password", error, min_length=MIN_LENGTH)
    return RedirectResponse("/account?done=password", 303)


@router.get("/account/password/again", dependencies=[MINE.needed])
async def password_again_form(page: PageDep, viewer: ViewerDep, target: Next = "") -> Response:
    """The form before what only the owner may do."""
    return _form(page, "password_again", tab="second-factors", target=local_path(target, ""))


@router.post("/account/password/again", dependencies=[MINE.needed])
async def send_password_again(
    request: Request, page: PageDep, database: DatabaseDep, hasher: HasherDep, viewer: ViewerDep
) -> Response:
    """Back to what wanted it."""
    given = await typed(request)
    target = local_path(given.get("next", ""), "")
    try:
        token = await give_password_again(database, hasher, viewer, given.get("password", ""))
    except (Invalid, LimitReached) as error:
        return _form(page, "password_again", error, tab="second-factors", target=target)
    response = RedirectResponse(target or "/account", 303)
    give_session(request, response, token, kind_of(viewer))
    return response


@router.get("/account/mail", dependencies=[MINE_STEPPED_UP.needed])
async def mail_form(page: PageDep, viewer: ViewerDep) -> Response:
    """The form."""
    return _form(page, "change_mail", mail="")


@router.post("/account/mail", dependencies=[MINE_STEPPED_UP.needed])
async def send_mail(
    request: Request,
    page: PageDep,
    database: DatabaseDep,
    hasher: HasherDep,
    postbox: PostboxDep,
    viewer: ViewerDep,
) -> Response:
    """A link goes to the new address."""
    given = await typed(request)
    mail, password = given.get("mail", ""), given.get("password", "")
    try:
        await ask_to_change_mail(database, hasher, postbox, viewer, password, mail)
    except (Invalid, LimitReached) as error:
        return _form(page, "change_mail", error, mail=mail[:254])
    return RedirectResponse("/account?done=mail", 303)


@router.get("/account/sessions", dependencies=[MINE.needed])
async def sessions(page: PageDep, database: DatabaseDep, viewer: ViewerDep) -> Response:
    """Which devices are signed in."""
    with acting_for_oneself(viewer):
        async with database.reading() as session:
            lines = await my_sessions(session, viewer)
    return page.respond("members/account/sessions.html", tab="sessions", sessions=lines)


@router.post("/account/sessions/{public_id}/end", dependencies=[MINE.needed])
async def send_end(public_id: str, database: DatabaseDep, viewer: ViewerDep) -> Response:
    """That device is signed out with its next request."""
    await _write(database, viewer, public_id)
    return RedirectResponse("/account/sessions", 303)


@router.post("/account/sessions/end-others", dependencies=[MINE.needed])
async def send_end_others(database: DatabaseDep, viewer: ViewerDep) -> Response:
    """Every device but this one."""
    await _write(database, viewer, None)
    return RedirectResponse("/account/sessions", 303)


async def _write(database: DatabaseDep, viewer: Viewer, public_id: str | None) -> None:
    with acting_for_oneself(viewer):
        await run_write(
            database,
            lambda session: (
                end_others(session, viewer) if public_id is None else end_one(session, viewer, public_id)
            ),
        )


def _form(
    page: Page, template: str, error: DomainError | None = None, *, tab: str = "me", **context: Any
) -> Response:
    status = next((code for kind, code in STATUS_OF.items() if isinstance(error, kind)), 200)
    retry = error.retry_after if isinstance(error, LimitReached) else None
    return page.respond(
        f"members/account/{template}.html",
        status_code=status,
        headers={"retry-after": str(retry)} if retry else None,
        tab=tab,
        error=error.message if error else None,
        error_field=error.field if error else None,
        **context,
    )
