"""Asking for break-glass, deciding about it, and reading what it opened."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.db.engine import Database, ReadSession, WriteSession
from app.db.writing import run_write
from app.features.members.audit.denials import denial
from app.features.members.audit.reading import read_audited
from app.features.members.policies import STAFF_BREAK_GLASS, STAFF_BROKEN_GLASS
from app.features.members.staff.break_glass.actions import ask, decide, end
from app.features.members.staff.break_glass.company_members import KIND, access_company_members
from app.features.members.staff.break_glass.forms import asked_from
from app.features.members.staff.break_glass.models import REASON_LENGTH, TICKET_LENGTH
from app.features.members.staff.break_glass.queries import own_requests, waiting_requests
from app.features.members.staff.frame import StaffFrame, StaffFrameDep
from app.kit.errors import Conflict, DomainError, Invalid, NotAllowed
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.errors import status_of
from app.web.forms import typed

router = APIRouter()
_ASKED = ("kind", "object_id", "reason", "ticket")
_DONE = ("asked", "approved", "refused", "withdrawn", "ended")
_OBJECT = "break_glass"


@router.get("/staff/break-glass", dependencies=[STAFF_BREAK_GLASS.needed])
async def glass_page(
    frame: StaffFrameDep,
    session: ReadSessionDep,
    done: Annotated[str, Query(max_length=20)] = "",
    kind: Annotated[str, Query(max_length=40)] = "",
    object: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """What waits for a second person, one's own requests, and the form; other pages fill in the object."""
    asked = {"kind": kind, "object_id": object}
    return await _page(frame, session, asked=asked, done=done if done in _DONE else "")


@router.post("/staff/break-glass", dependencies=[STAFF_BREAK_GLASS.needed])
async def ask_page(
    request: Request, frame: StaffFrameDep, database: DatabaseDep, viewer: ViewerDep
) -> Response:
    given = await typed(request)

    async def work(session: WriteSession) -> None:
        asked = asked_from(given)
        await ask(
            session, viewer, frame.glass,
            kind=asked.kind, object_id=asked.object_id, reason=asked.reason, ticket=asked.ticket,
        )  # fmt: skip

    try:
        await run_write(database, work)
    except (Invalid, Conflict) as error:
        return await _refused(frame, database, error, asked=given)
    return _back("asked")


@router.post("/staff/break-glass/{public_id}/decision", dependencies=[STAFF_BREAK_GLASS.needed])
async def decide_page(
    public_id: str, request: Request, frame: StaffFrameDep, database: DatabaseDep, viewer: ViewerDep
) -> Response:
    approve = (await typed(request)).get("decision") == "approve"

    async def work(session: WriteSession) -> str:
        return (await decide(session, viewer, request.app.state.postbox, public_id, approve=approve)).state

    denied = denial(viewer, "glass.decide", object_kind=_OBJECT, object_id=public_id)
    try:
        return _back(await run_write(database, work, on_denied=denied))
    except (Conflict, NotAllowed) as error:
        return await _refused(frame, database, error, asked={})


@router.post("/staff/break-glass/{public_id}/end", dependencies=[STAFF_BROKEN_GLASS.needed])
async def end_page(public_id: str, database: DatabaseDep, viewer: ViewerDep) -> Response:
    denied = denial(viewer, "glass.end", object_kind=_OBJECT, object_id=public_id)
    await run_write(database, lambda session: end(session, viewer, public_id), on_denied=denied)
    return _back("ended")


@router.get("/staff/break-glass/company-members/{public_id}", dependencies=[STAFF_BROKEN_GLASS.needed])
async def company_members_page(
    public_id: str, frame: StaffFrameDep, database: DatabaseDep, viewer: ViewerDep
) -> Response:
    """The member list of a company, for whoever broke the glass for it."""
    found = await read_audited(
        database,
        viewer,
        "glass.read",
        lambda session: access_company_members(session, viewer, public_id),
        object_kind=KIND,
        object_id=public_id,
    )
    return await frame.respond("members/staff/company_members.html", current="break-glass", found=found)


def _back(done: str) -> Response:
    return RedirectResponse(f"/staff/break-glass?done={done}", 303)


async def _refused(
    frame: StaffFrame, database: Database, error: DomainError, *, asked: dict[str, str]
) -> Response:
    async with database.reading() as session:
        return await _page(frame, session, asked=asked, error=error)


async def _page(
    frame: StaffFrame,
    session: ReadSession,
    *,
    asked: dict[str, str],
    done: str = "",
    error: DomainError | None = None,
) -> Response:
    viewer = frame.page.viewer
    context: dict[str, Any] = {
        "waiting": await waiting_requests(session, viewer),
        "own": await own_requests(session, viewer),
        "types": frame.glass.all(),
        "asked": {name: asked.get(name, "") for name in _ASKED},
        "done": done,
        "error": error.message if error else None,
        "error_field": error.field if error else None,
        "reason_limit": REASON_LENGTH,
        "ticket_limit": TICKET_LENGTH,
    }
    status = status_of(error) if error else 200
    return await frame.respond(
        "members/staff/break_glass.html", current="break-glass", status_code=status, **context
    )
