"""Adding and removing one's own factors: pages."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.features.members.policies import MINE, MINE_STEPPED_UP
from app.features.members.signing_in.cookies import give_session, kind_of
from app.features.members.signing_in.factors.ground import Ground, GroundDep
from app.features.members.signing_in.factors.managing import (
    Added,
    finish_codes,
    finish_passkey,
    refuse_stale_password,
    remove_factor,
    renew_recovery_codes,
    shown_seed,
    start_codes,
)
from app.features.members.signing_in.factors.names import passkey_name
from app.features.members.signing_in.factors.pages import ENROL, answer_of
from app.features.members.signing_in.factors.refusals import WrongCode
from app.features.members.signing_in.factors.standing import factors_of
from app.kit.errors import Conflict, DomainError, Invalid, LimitReached
from app.kit.viewer import Viewer
from app.web.dependencies import ViewerDep
from app.web.errors import STATUS_OF
from app.web.forms import typed
from app.web.pages import Page, PageDep
from app.web.redirects import local_path

router = APIRouter()
Next = Annotated[str, Query(alias="next")]


@router.get(ENROL, dependencies=[MINE.needed])
async def my_factors(page: PageDep, ground: GroundDep, viewer: ViewerDep, target: Next = "") -> Response:
    """Which there are, and how to add one; before the first, the password."""
    await refuse_stale_password(ground, viewer)
    return await _list(page, ground, viewer, target=target)


@router.post(f"{ENROL}/codes/start", dependencies=[MINE.needed])
async def start(request: Request, ground: GroundDep, viewer: ViewerDep) -> Response:
    """A new seed for an app, and on to the page that shows it."""
    target = local_path((await typed(request)).get("next", ""), "")
    await start_codes(ground, viewer)
    return RedirectResponse(f"{ENROL}/codes" + (f"?next={quote(target)}" if target else ""), 303)


@router.get(f"{ENROL}/codes", dependencies=[MINE.needed])
async def set_up(page: PageDep, ground: GroundDep, viewer: ViewerDep, target: Next = "") -> Response:
    """The seed as a picture and in letters, until its first code comes."""
    return await _set_up(page, ground, viewer, target=target)


@router.post(f"{ENROL}/codes", dependencies=[MINE.needed])
async def send_first_code(request: Request, page: PageDep, ground: GroundDep, viewer: ViewerDep) -> Response:
    """The app is set up; the recovery codes are shown, once."""
    given = await typed(request)
    target = given.get("next", "")
    try:
        added = await finish_codes(ground, viewer, given.get("code", ""))
    except (WrongCode, LimitReached) as error:
        return await _set_up(page, ground, viewer, target=target, error=error)
    return _added(request, page, viewer, added, target)


@router.post(f"{ENROL}/passkeys", dependencies=[MINE.needed])
async def send_passkey(request: Request, page: PageDep, ground: GroundDep, viewer: ViewerDep) -> Response:
    """What the browser made, in the field `credential`."""
    given = await typed(request)
    target = given.get("next", "")
    try:
        name = passkey_name(given.get("name", ""))
        added = await finish_passkey(ground, viewer, name, answer_of(given.get("credential", "")))
    except (WrongCode, Conflict, Invalid) as error:
        return await _list(page, ground, viewer, target=target, error=error)
    return _added(request, page, viewer, added, target)


@router.post(f"{ENROL}/recovery-codes", dependencies=[MINE_STEPPED_UP.needed])
async def send_renewal(page: PageDep, ground: GroundDep, viewer: ViewerDep) -> Response:
    """New ones, shown once; the former stop working."""
    try:
        codes = await renew_recovery_codes(ground, viewer)
    except Conflict as error:
        return await _list(page, ground, viewer, error=error)
    return page.respond("members/account/recovery_codes.html", tab="second-factors", codes=codes, target="")


@router.post(f"{ENROL}/codes/remove", dependencies=[MINE_STEPPED_UP.needed])
async def send_codes_removal(page: PageDep, ground: GroundDep, viewer: ViewerDep) -> Response:
    """The app's codes stop working."""
    return await _remove(page, ground, viewer, None)


@router.post(f"{ENROL}/passkeys/{{public_id}}/remove", dependencies=[MINE_STEPPED_UP.needed])
async def send_passkey_removal(
    public_id: str, page: PageDep, ground: GroundDep, viewer: ViewerDep
) -> Response:
    """This passkey stops working."""
    return await _remove(page, ground, viewer, public_id)


async def _remove(page: Page, ground: Ground, viewer: Viewer, passkey: str | None) -> Response:
    try:
        await remove_factor(ground, viewer, passkey)
    except Conflict as error:
        return await _list(page, ground, viewer, error=error)
    return RedirectResponse(ENROL, 303)


async def _list(
    page: Page, ground: Ground, viewer: Viewer, *, target: str = "", error: DomainError | None = None
) -> Response:
    factors = await ground.read(viewer, lambda session: factors_of(session, viewer.person_id or 0))
    return _respond(page, "second_factors", error, factors=factors, target=local_path(target, ""))


async def _set_up(
    page: Page, ground: Ground, viewer: Viewer, *, target: str, error: DomainError | None = None
) -> Response:
    seed = await shown_seed(ground, viewer)
    if seed is None:
        return RedirectResponse(ENROL, 303)
    return _respond(page, "set_up_codes", error, seed=seed, target=local_path(target, ""))


def _respond(page: Page, template: str, error: DomainError | None, **context: Any) -> Response:
    status = next((code for kind, code in STATUS_OF.items() if isinstance(error, kind)), 200)
    retry = error.retry_after if isinstance(error, LimitReached) else None
    return page.respond(
        f"members/account/{template}.html",
        status_code=status,
        headers={"retry-after": str(retry)} if retry else None,
        tab="second-factors",
        error=error.message if error else None,
        **context,
    )


def _added(request: Request, page: Page, viewer: Viewer, added: Added, target: str) -> Response:
    """New recovery codes must be seen before anything else; the session goes on under its new token."""
    kept = local_path(target, "")
    response: Response
    if added.recovery_codes:
        page.csrf.renew(added.token)
        response = page.respond(
            "members/account/recovery_codes.html",
            tab="second-factors",
            codes=added.recovery_codes,
            target=kept or ENROL,
        )
    else:
        response = RedirectResponse(kept or ENROL, 303)
    give_session(request, response, added.token, kind_of(viewer))
    return response
