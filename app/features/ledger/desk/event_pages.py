"""Events of providers that nobody could place, as a page of staff."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.db.engine import Database
from app.features.ledger.desk import deciding, loading
from app.features.ledger.desk.problems import problem_in_words
from app.features.ledger.policies import FINANCE
from app.features.members.staff.frame import StaffFrame, StaffFrameDep
from app.kit.errors import Conflict, DomainError, NotFound
from app.kit.viewer import Viewer
from app.web.dependencies import DatabaseDep, ViewerDep
from app.web.errors import status_of
from app.web.forms import typed

router = APIRouter(dependencies=[FINANCE.needed])


@router.get("/staff/ledger/events")
async def events_page(
    frame: StaffFrameDep,
    database: DatabaseDep,
    viewer: ViewerDep,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The oldest first."""
    return await _events(frame, database, viewer, done=done)


@router.post("/staff/ledger/events/{public_id}")
async def event_page(
    public_id: str, request: Request, frame: StaffFrameDep, database: DatabaseDep, viewer: ViewerDep
) -> Response:
    """Try it once more, for a company that staff names; or have it wait no longer."""
    given = await typed(request)
    company = given.get("company", "").strip()
    try:
        if given.get("act") == "dismiss":
            await deciding.dismiss_event(database, viewer, public_id)
            return RedirectResponse("/staff/ledger/events?done=dismissed", 303)
        outcome = await deciding.settle_event(database, viewer, public_id, company=company)
    except (Conflict, NotFound) as error:
        return await _events(frame, database, viewer, error=error, at=public_id, company=company)
    return RedirectResponse(f"/staff/ledger/events?done={outcome.state}", 303)


async def _events(
    frame: StaffFrame,
    database: Database,
    viewer: Viewer,
    *,
    done: str = "",
    error: DomainError | None = None,
    at: str = "",
    company: str = "",
) -> Response:
    return await frame.respond(
        "ledger/desk/events.html",
        current="ledger-events",
        status_code=status_of(error) if error else 200,
        events=[(one, problem_in_words(one.problem)) for one in await loading.events(database, viewer)],
        done=done,
        error=error.message if error else None,
        at=at,
        company=company,
    )
