"""The queue of staff who verify companies."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.db.writing import run_write
from app.features.members.companies.answers import status_of
from app.features.members.companies.notes import clean_note
from app.features.members.companies.verification.deciding import decide
from app.features.members.companies.verification.dependencies import DocumentsDep
from app.features.members.companies.verification.queries import queued_request, queued_requests
from app.features.members.companies.verification.serving import document_behind_glass, document_for_staff
from app.features.members.policies import STAFF_BROKEN_GLASS, STAFF_VERIFY
from app.features.members.signing_in.dependencies import PostboxDep
from app.features.members.staff.frame import StaffFrame, StaffFrameDep
from app.kit.errors import Conflict, DomainError, Invalid, NotAllowed
from app.kit.text import Text
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.forms import typed

router = APIRouter()
_KEY = "verifications"


@router.get("/staff/verifications", dependencies=[STAFF_VERIFY.needed])
async def queue(frame: StaffFrameDep, session: ReadSessionDep, viewer: ViewerDep) -> Response:
    """What waits, the oldest first."""
    return await frame.respond(
        "members/companies/staff_verifications.html",
        current=_KEY,
        requests=await queued_requests(session, viewer),
    )


@router.get("/staff/verifications/{public_id}", dependencies=[STAFF_VERIFY.needed])
async def request_of_company(
    public_id: str, frame: StaffFrameDep, session: ReadSessionDep, viewer: ViewerDep
) -> Response:
    return await _shown(frame, session, viewer, public_id, {})


@router.post("/staff/verifications/{public_id}/decision", dependencies=[STAFF_VERIFY.needed])
async def send_decision(
    public_id: str,
    request: Request,
    frame: StaffFrameDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    database: DatabaseDep,
    postbox: PostboxDep,
) -> Response:
    """The company reads the reason; nobody decides an appeal against himself."""
    given = await typed(request)
    try:
        accept = decision_of(given.get("decision", ""))
        reason = clean_note(given.get("reason", ""), field="reason", required=True)
        await run_write(
            database,
            lambda writing: decide(writing, viewer, postbox, public_id, accept=accept, reason=reason),
        )
    except (Invalid, Conflict, NotAllowed) as error:
        return await _shown(frame, session, viewer, public_id, given, error)
    return RedirectResponse("/staff/verifications", 303)


@router.get("/staff/verifications/documents/{public_id}", dependencies=[STAFF_VERIFY.needed])
async def document(
    public_id: str, viewer: ViewerDep, database: DatabaseDep, documents: DocumentsDep
) -> Response:
    """While its request waits. Each reading is an entry in the access log of the company."""
    return await document_for_staff(database, documents, viewer, public_id)


@router.get("/staff/break-glass/documents/{public_id}", dependencies=[STAFF_BROKEN_GLASS.needed])
async def opened_document(
    public_id: str, viewer: ViewerDep, database: DatabaseDep, documents: DocumentsDep
) -> Response:
    """Also afterwards, for whoever broke the glass for it."""
    return await document_behind_glass(database, documents, viewer, public_id)


def decision_of(value: str) -> bool:
    """Whether it accepts. Raises Invalid."""
    if value not in ("accept", "refuse"):
        raise Invalid(
            Text(zh="请选择通过或不通过。", en="Please choose to accept or to refuse."), field="decision"
        )
    return value == "accept"


async def _shown(
    frame: StaffFrame,
    session: ReadSessionDep,
    viewer: ViewerDep,
    public_id: str,
    given: dict[str, str],
    error: DomainError | None = None,
) -> Response:
    shown: dict[str, Any] = {"error": error.message if error else None, "values": given}
    return await frame.respond(
        "members/companies/staff_verification.html",
        current=_KEY,
        status_code=status_of(error),
        request=await queued_request(session, viewer, public_id),
        **shown,
    )
