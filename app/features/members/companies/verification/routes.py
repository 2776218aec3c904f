"""Verification as a company sees it: where it stands, how to ask, how to vouch for another."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.db.writing import run_write
from app.features.members.companies.answers import form_page
from app.features.members.companies.verification.actions import appeal, make_code
from app.features.members.companies.verification.dependencies import DocumentsDep
from app.features.members.companies.verification.queries import own_requests, unused_codes
from app.features.members.companies.verification.sending import MOST_OF_BODY, send
from app.features.members.companies.verification.serving import own_document
from app.features.members.policies import COMPANY, EDIT_COMPANY, VOUCH
from app.kit.errors import Conflict, DomainError, Invalid, LimitReached
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.forms import typed
from app.web.pages import Page, PageDep

router = APIRouter()
_HERE = "/company/verification"


@router.get("/company/verification", dependencies=[COMPANY.needed])
async def verification(page: PageDep, session: ReadSessionDep, viewer: ViewerDep) -> Response:
    """What was asked and answered, and what may be done before and after."""
    return await _overview(page, session, viewer)


@router.get("/company/verification/request", dependencies=[EDIT_COMPANY.needed])
async def request_form(page: PageDep) -> Response:
    return _form(page, {})


@router.post("/company/verification/request", dependencies=[EDIT_COMPANY.needed], max_body_size=MOST_OF_BODY)
async def send_request(request: Request, page: PageDep, viewer: ViewerDep) -> Response:
    """The one form of these pages that takes a file."""
    try:
        await send(request, viewer)
    except (Invalid, Conflict, LimitReached) as error:
        return _form(page, await typed(request), error)
    return RedirectResponse(_HERE, 303)


@router.get("/company/verification/documents/{public_id}", dependencies=[EDIT_COMPANY.needed])
async def document(
    public_id: str, viewer: ViewerDep, database: DatabaseDep, documents: DocumentsDep
) -> Response:
    """As it was sent, as an attachment."""
    return await own_document(database, documents, viewer, public_id)


@router.post("/company/verification/{public_id}/appeal", dependencies=[EDIT_COMPANY.needed])
async def send_appeal(
    public_id: str,
    request: Request,
    page: PageDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    database: DatabaseDep,
) -> Response:
    """To a second person; once."""
    given = await typed(request)
    try:
        note = given.get("note", "")
        await run_write(database, lambda writing: appeal(writing, viewer, public_id, note))
    except (Invalid, Conflict, LimitReached) as error:
        return await _overview(page, session, viewer, error)
    return RedirectResponse(_HERE, 303)


@router.post("/company/verification/codes", dependencies=[VOUCH.needed])
async def send_code(
    page: PageDep, session: ReadSessionDep, viewer: ViewerDep, database: DatabaseDep
) -> Response:
    """A new code, shown this once."""
    try:
        code = await run_write(database, lambda writing: make_code(writing, viewer))
    except Conflict as error:
        return await _overview(page, session, viewer, error)
    return await _overview(page, session, viewer, code=code)


async def _overview(
    page: Page,
    session: ReadSessionDep,
    viewer: ViewerDep,
    error: DomainError | None = None,
    *,
    code: str = "",
) -> Response:
    return form_page(
        page,
        "members/companies/verification.html",
        error,
        requests=await own_requests(session, viewer),
        codes=await unused_codes(session, viewer),
        code=code,
    )


def _form(page: Page, given: dict[str, str], error: DomainError | None = None) -> Response:
    values = {name: given.get(name, "") for name in ("note", "code")}
    return form_page(
        page,
        "members/companies/verification_request.html",
        error,
        values=values | {"method": given.get("method") or "licence"},
    )
