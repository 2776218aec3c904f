"""Pages: what is held of me, a copy of it, and erasing the account."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.features.members.policies import OWN_DATA, OWN_DATA_CHANGED, OWN_DATA_LEFT
from app.features.members.privacy.asking import ARCHIVE, CONFIRMATION, OwnDataDep, copy_state
from app.features.members.privacy.copying import peek_copy
from app.features.members.signing_in.cookies import take_session
from app.kit.errors import Conflict, DomainError, Invalid, LimitReached
from app.kit.text import Text
from app.web.dependencies import ReadSessionDep, ViewerDep
from app.web.errors import STATUS_OF
from app.web.forms import typed
from app.web.pages import Page, PageDep

router = APIRouter()
_KEPT = 40  # characters of a wrong word that go back into the box


@router.get("/account/data", dependencies=[OWN_DATA.needed])
async def own_data(page: PageDep, session: ReadSessionDep, viewer: ViewerDep) -> HTMLResponse:
    return page.respond("members/privacy/data.html", copy=await copy_state(session, viewer))


@router.get("/account/data/copy", dependencies=[OWN_DATA_CHANGED.needed])
async def copy_form(page: PageDep) -> HTMLResponse:
    return _copy_form(page)


@router.post("/account/data/copy", dependencies=[OWN_DATA_CHANGED.needed])
async def ask_for_copy(page: PageDep, viewer: ViewerDep, own: OwnDataDep) -> Response:
    try:
        await own.ask(viewer, language=page.language)
    except LimitReached as error:
        return _copy_form(page, error)
    return RedirectResponse("/account/data", status_code=303)


def _copy_form(page: Page, error: DomainError | None = None) -> HTMLResponse:
    return page.respond(
        "members/privacy/copy.html", status_code=_status(error), error=error.message if error else None
    )


@router.get("/account/data/copies/{token}", dependencies=[OWN_DATA.needed])
async def offered_copy(token: str, page: PageDep, session: ReadSessionDep, viewer: ViewerDep) -> HTMLResponse:
    await peek_copy(session, viewer, token)
    return page.respond("members/privacy/take.html", token=token)


@router.post("/account/data/copies/{token}", dependencies=[OWN_DATA.needed])
async def take_copy(token: str, viewer: ViewerDep, own: OwnDataDep) -> Response:
    return Response(await own.take(viewer, token), media_type="application/zip", headers=ARCHIVE)


@router.get("/account/data/erasure", dependencies=[OWN_DATA_CHANGED.needed])
async def erasure_form(page: PageDep, viewer: ViewerDep, own: OwnDataDep) -> HTMLResponse:
    return _erasure_form(page, await own.left_behind(viewer))


@router.post("/account/data/erasure", dependencies=[OWN_DATA_CHANGED.needed])
async def erase(request: Request, page: PageDep, viewer: ViewerDep, own: OwnDataDep) -> Response:
    word = (await typed(request)).get("confirmation", "")
    try:
        await own.erase(viewer, typed=word)
    except (Invalid, Conflict) as error:
        return _erasure_form(page, await own.left_behind(viewer), error, word=word[:_KEPT])
    response = RedirectResponse("/account/erased", status_code=303)
    take_session(request, response)
    return response


def _erasure_form(
    page: Page, left: Sequence[Text], error: DomainError | None = None, *, word: str = ""
) -> HTMLResponse:
    return page.respond(
        "members/privacy/erasure.html",
        left=left,
        status_code=_status(error),
        error=error.message if error else None,
        wanted=CONFIRMATION,
        word=word,
    )


def _status(error: DomainError | None) -> int:
    return next((code for kind, code in STATUS_OF.items() if isinstance(error, kind)), 200)


@router.get("/account/erased", dependencies=[OWN_DATA_LEFT.needed])
async def erased(page: PageDep) -> HTMLResponse:
    return page.respond("members/privacy/erased.html")
