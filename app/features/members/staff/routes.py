"""The console: what waits for the roles that somebody of staff holds; and whose vendor they work for."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.db.writing import run_write
from app.features.members.models import VENDOR_LENGTH
from app.features.members.policies import STAFF_CONSOLE
from app.features.members.staff.frame import StaffFrame, StaffFrameDep
from app.features.members.staff.vendor import declare_vendor, declared_vendor
from app.features.members.staff.vendor_form import vendor_from
from app.kit.errors import Invalid
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.forms import typed
from app.web.redirects import local_path

router = APIRouter()


@router.get("/staff", dependencies=[STAFF_CONSOLE.needed])
async def console(frame: StaffFrameDep, session: ReadSessionDep, viewer: ViewerDep) -> Response:
    """The queues by due date, and the pages without one."""
    return await frame.respond(
        "members/staff/console.html",
        current="console",
        queues=await frame.desk.queues(session, viewer),
        others=[page for page in frame.desk.open_to(viewer) if page.queue is None],
    )


@router.get("/staff/vendor", dependencies=[STAFF_CONSOLE.needed])
async def vendor_page(
    frame: StaffFrameDep, session: ReadSessionDep, viewer: ViewerDep, next: Annotated[str, Query()] = "/staff"
) -> Response:
    """Asked once, before the first decision; later to change it."""
    declared = await declared_vendor(session, viewer)
    works_for = "" if declared is None else "vendor" if declared else "none"
    return await _vendor_form(frame, {"works_for": works_for, "vendor": declared or ""}, next)


@router.post("/staff/vendor", dependencies=[STAFF_CONSOLE.needed])
async def declare_page(
    request: Request, frame: StaffFrameDep, database: DatabaseDep, viewer: ViewerDep
) -> Response:
    """Back to where the reader was about to decide something."""
    given = await typed(request)
    target = local_path(given.get("next", ""), "/staff")
    try:
        vendor = vendor_from(given)
    except Invalid as error:
        return await _vendor_form(frame, given, target, error=error)
    await run_write(database, lambda session: declare_vendor(session, viewer, vendor))
    return RedirectResponse(target, 303)


async def _vendor_form(
    frame: StaffFrame, values: dict[str, str], target: str, *, error: Invalid | None = None
) -> Response:
    return await frame.respond(
        "members/staff/vendor.html",
        current="vendor",
        status_code=422 if error else 200,
        works_for=values.get("works_for", ""),
        vendor=values.get("vendor", ""),
        target=local_path(target, "/staff"),
        limit=VENDOR_LENGTH,
        error=error.message if error else None,
        error_field=error.field if error else None,
    )
