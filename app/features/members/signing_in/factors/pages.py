"""Giving a second factor: the page between a password and everything else, and before every step up."""

import json
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.features.members.policies import ENTERING
from app.features.members.signing_in.cookies import give_session, home_of, kind_of
from app.features.members.signing_in.factors.giving import give_code, give_passkey, session_of
from app.features.members.signing_in.factors.ground import Ground, GroundDep
from app.features.members.signing_in.factors.refusals import WrongCode
from app.features.members.signing_in.factors.standing import factors_of
from app.kit.errors import DomainError, LimitReached
from app.kit.viewer import Viewer
from app.web.dependencies import ViewerDep
from app.web.errors import STATUS_OF
from app.web.forms import typed
from app.web.pages import Page, PageDep
from app.web.redirects import local_path

router = APIRouter(dependencies=[ENTERING.needed])
ENROL = "/account/second-factors"


@router.get("/second-factor")
async def second_factor_form(
    page: PageDep, ground: GroundDep, viewer: ViewerDep, target: Annotated[str, Query(alias="next")] = ""
) -> Response:
    """The form; to the page where factors are added for whoever has none."""
    return await _form(page, ground, viewer, target=target)


@router.post("/second-factor")
async def send_second_factor(
    request: Request, page: PageDep, ground: GroundDep, viewer: ViewerDep
) -> Response:
    """A code in the field `code`, or what a passkey answered in `credential`; then on to `next`."""
    given = await typed(request)
    target = given.get("next", "")
    try:
        if given.get("credential"):
            token = await give_passkey(ground, viewer, answer_of(given["credential"]))
        else:
            token = await give_code(ground, viewer, given.get("code", ""))
    except (WrongCode, LimitReached) as error:
        return await _form(page, ground, viewer, target=target, error=error)
    kind = kind_of(viewer)
    response = RedirectResponse(local_path(target, home_of(kind)), 303)
    give_session(request, response, token, kind)
    return response


def answer_of(text: str) -> dict[str, Any]:
    """What the browser's script put into a field; an empty one for what is no JSON object."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


async def _form(
    page: Page, ground: Ground, viewer: Viewer, *, target: str, error: DomainError | None = None
) -> Response:
    person_id, _ = session_of(viewer)
    factors = await ground.read(viewer, lambda session: factors_of(session, person_id))
    kept = local_path(target, "")
    if not factors.count:
        return RedirectResponse(f"{ENROL}?next={quote(kept)}" if kept else ENROL, 303)
    status = next((code for kind, code in STATUS_OF.items() if isinstance(error, kind)), 200)
    retry = error.retry_after if isinstance(error, LimitReached) else None
    return page.respond(
        "members/signing_in/second_factor.html",
        status_code=status,
        headers={"retry-after": str(retry)} if retry else None,
        factors=factors,
        target=kept,
        is_entering=viewer.awaits_second_factor,
        error=error.message if error else None,
    )
