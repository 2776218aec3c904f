"""The queue of corrections and objections, as a page of staff."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.db.engine import ReadSession
from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.dependencies import CatalogueDep
from app.features.members.policies import STAFF_MODERATE
from app.features.members.staff.asking_vendor import VendorDep
from app.features.members.staff.frame import StaffFrame, StaffFrameDep
from app.features.members.staff.vendor import VendorUndeclared
from app.features.registry.desk.forms import decide_report
from app.features.registry.desk.presenting import card_of
from app.features.registry.life.models import REASON_LENGTH
from app.features.registry.life.review import count_open, open_reports
from app.kit.errors import Conflict, Invalid
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.errors import status_of
from app.web.forms import typed

router = APIRouter(dependencies=[STAFF_MODERATE.needed])
_LISTED = 30
Done = Literal["accepted", "refused", "already"]


@router.get("/staff/reports")
async def reports_page(
    frame: StaffFrameDep,
    session: ReadSessionDep,
    catalogue: CatalogueDep,
    vendor: VendorDep,
    done: Annotated[Done | None, Query()] = None,
) -> Response:
    """The oldest first; each with what it would change."""
    return await _page(frame, session, catalogue, done=done)


@router.post("/staff/reports/{public_id}/decision")
async def decide_page(
    public_id: str,
    request: Request,
    frame: StaffFrameDep,
    database: DatabaseDep,
    session: ReadSessionDep,
    catalogue: CatalogueDep,
    viewer: ViewerDep,
) -> Response:
    """Back to the queue; a decision that cannot be taken leaves the typed reason where it was."""
    given = await typed(request)
    reason, accept = given.get("reason", ""), given.get("decision") == "accept"
    try:
        decided = await decide_report(database, viewer, public_id, accept=accept, reason=reason)
    except VendorUndeclared:
        raise
    except (Invalid, Conflict) as error:
        return await _page(frame, session, catalogue, error=error, at=public_id, reason=reason)
    return RedirectResponse(f"/staff/reports?done={'already' if decided.already else decided.state}", 303)


async def _page(
    frame: StaffFrame,
    session: ReadSession,
    catalogue: Catalogue,
    *,
    done: Done | None = None,
    error: Invalid | Conflict | None = None,
    at: str = "",
    reason: str = "",
) -> Response:
    found = await open_reports(session, limit=_LISTED)
    return await frame.respond(
        "registry/desk/reports.html",
        current="reports",
        status_code=status_of(error) if error else 200,
        cards=[card_of(report, catalogue) for report in found],
        waiting=await count_open(session),
        done=done,
        error=error.message if error else None,
        at=at,
        reason=reason,
        limit=REASON_LENGTH,
    )
