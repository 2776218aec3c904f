"""Giving a second factor: the page between a password and everything else, and before every step up."""

import json
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.features.members.policies import ENTERING
from app.features.members.signing_in.cookies import give_session, home_of, kind_of
from app.features.members.signing_in.factors.giving import give_code, give_passkey, session_of
from app.features.members.signing_in.factors.ground import Ground, GroundDep, ground_of
from app.features.members.signing_in.factors.keeping import open_kept, seal_kept
from app.features.members.signing_in.factors.refusals import WrongCode
from app.features.members.signing_in.factors.standing import factors_of, has_factor
from app.kit.errors import DomainError, LimitReached, SecondFactorNeeded
from app.kit.viewer import Viewer
from app.web.dependencies import ViewerDep
from app.web.errors import STATUS_OF, refusal
from app.web.forms import typed
from app.web.identity import identify
from app.web.keeping import Kept, kept_of
from app.web.pages import Page, PageDep, page_of
from app.web.redirects import local_path
from app.web.refilling import refilled
from app.web.within import page_within

router = APIRouter(dependencies=[ENTERING.needed])
ENROL = "/account/second-factors"
_HERE = "/second-factor"


@router.get(_HERE)
async def second_factor_form(
    page: PageDep, ground: GroundDep, viewer: ViewerDep, target: Annotated[str, Query(alias="next")] = ""
) -> Response:
    """The form; to the page where factors are added for whoever has none."""
    return await _form(page, ground, viewer, target=target)


@router.post(_HERE)
async def send_second_factor(
    request: Request, page: PageDep, ground: GroundDep, viewer: ViewerDep
) -> Response:
    """A code in the field `code`, or what a passkey answered in `credential`; then on to `next`."""
    given = await typed(request)
    target, sealed = given.get("next", ""), str((await request.form()).get("kept", ""))
    kept = open_kept(ground.forms, viewer, sealed)
    try:
        if given.get("credential"):
            token = await give_passkey(ground, viewer, answer_of(given["credential"]))
        else:
            token = await give_code(ground, viewer, given.get("code", ""))
    except (WrongCode, LimitReached) as error:
        return await _form(page, ground, viewer, target=target, sealed=sealed if kept else "", error=error)
    kind = kind_of(viewer)
    response = await _back_to(request, page, kept, token) if kept else None
    response = response or RedirectResponse(_onward(target) or home_of(kind), 303)
    give_session(request, response, token, kind)
    return response


def answer_of(text: str) -> dict[str, Any]:
    """What the browser's script put into a field; an empty one for what is no JSON object."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def install(app: FastAPI) -> None:
    app.add_exception_handler(SecondFactorNeeded, _on_needed)


async def _on_needed(request: Request, error: Exception) -> Response:
    """Instead of the form that was sent, the page that asks; what was typed waits in it. Everybody else, and
    whoever has no factor yet, goes there as from any page."""
    assert isinstance(error, SecondFactorNeeded)
    kept = None if request.headers.get("hx-request") else await kept_of(request)
    if kept is None or request.url.path.startswith("/api/"):
        return await refusal(request, error)
    ground, viewer = await ground_of(request), await identify(request)
    person_id, _ = session_of(viewer)
    if not await ground.read(viewer, lambda session: has_factor(session, person_id)):
        return await refusal(request, error)
    sealed = seal_kept(ground.forms, viewer, kept)
    return await _form(page_of(request), ground, viewer, target=kept.page, sealed=sealed, error=error)


async def _back_to(request: Request, page: Page, kept: Kept, token: str) -> Response | None:
    """The page with the form as it was filled in, for its reader to send; without the form, where what it was
    about is gone. None where no such page opens any more."""
    note = bytes(page.fragment("members/signing_in/_kept.html", path=page.path).body).decode()
    without = None
    for address in filter(_onward, kept.pages):
        shown = await page_within(request, address, session=token)
        if shown.status != 200:
            continue
        filled = refilled(shown.body.decode(errors="replace"), kept, note)
        if filled is not None:
            return HTMLResponse(filled, headers={"cache-control": "no-store"})
        without = without or RedirectResponse(address, 303)
    return without


async def _form(
    page: Page,
    ground: Ground,
    viewer: Viewer,
    *,
    target: str,
    sealed: str = "",
    error: DomainError | None = None,
) -> Response:
    """`sealed`: what was typed before."""
    person_id, _ = session_of(viewer)
    factors = await ground.read(viewer, lambda session: factors_of(session, person_id))
    back = _onward(target)
    if not factors.count:
        return RedirectResponse(f"{ENROL}?next={quote(back)}" if back else ENROL, 303)
    status = next((code for kind, code in STATUS_OF.items() if isinstance(error, kind)), 200)
    retry = error.retry_after if isinstance(error, LimitReached) else None
    return page.respond(
        "members/signing_in/second_factor.html",
        status_code=status,
        headers={"retry-after": str(retry)} if retry else None,
        factors=factors,
        target=back,
        sealed=sealed,
        is_entering=viewer.awaits_second_factor,
        error=error.message if error and not isinstance(error, SecondFactorNeeded) else None,
    )


def _onward(target: str) -> str:
    """Empty for what is no page of ours, and for this one: a form that came back stands at its address."""
    return "" if target.partition("?")[0] == _HERE else local_path(target, "")
