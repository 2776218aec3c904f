"""The console: what waits for the roles that somebody of staff holds, and since when."""

from fastapi import APIRouter
from fastapi.responses import Response

from app.features.members.policies import STAFF_CONSOLE
from app.features.members.staff.frame import StaffFrameDep
from app.web.dependencies import ReadSessionDep, ViewerDep

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
