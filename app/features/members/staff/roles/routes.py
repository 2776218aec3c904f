"""The page where roles of staff are proposed, confirmed and taken back."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.db.engine import Database, ReadSession, WriteSession
from app.db.writing import run_write
from app.features.members.audit.denials import denial
from app.features.members.policies import STAFF_ROLES
from app.features.members.staff.frame import StaffFrame, StaffFrameDep
from app.features.members.staff.role_words import ROLE_DUTIES, ROLE_NAMES
from app.features.members.staff.roles.actions import KIND, admins, decide, propose
from app.features.members.staff.roles.forms import change_from, invitation_from, role_from
from app.features.members.staff.roles.inviting import invite
from app.features.members.staff.roles.queries import staff_members, waiting_changes
from app.kit.errors import Conflict, DomainError, Invalid
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.errors import status_of
from app.web.forms import typed

router = APIRouter(dependencies=[STAFF_ROLES.needed])
_INVITATION = ("name", "mail", "role", "language")
_DONE = ("proposed", "confirmed", "refused", "withdrawn", "invited")


@router.get("/staff/roles")
async def roles_page(
    frame: StaffFrameDep, session: ReadSessionDep, done: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """What waits, who holds what, and a form to invite."""
    return await _page(frame, session, done=done if done in _DONE else "")


@router.post("/staff/roles/changes")
async def propose_page(
    request: Request, frame: StaffFrameDep, database: DatabaseDep, viewer: ViewerDep
) -> Response:
    given = await typed(request)

    async def work(session: WriteSession) -> str:
        role, change = role_from(given.get("role", "")), change_from(given.get("change", ""))
        return await propose(session, viewer, given.get("person", ""), role, change)

    denied = denial(viewer, "role.propose", object_kind=KIND)
    try:
        await run_write(database, work, on_denied=denied)
    except (Invalid, Conflict) as error:
        return await _refused(frame, database, error)
    return _back("proposed")


@router.post("/staff/roles/changes/{public_id}/decision")
async def decide_page(
    public_id: str, request: Request, frame: StaffFrameDep, database: DatabaseDep, viewer: ViewerDep
) -> Response:
    confirm = (await typed(request)).get("decision") == "confirm"

    async def work(session: WriteSession) -> str:
        change = await decide(session, viewer, request.app.state.postbox, public_id, confirm=confirm)
        return change.state

    denied = denial(viewer, "role.decide", object_kind=KIND, object_id=public_id)
    try:
        return _back(await run_write(database, work, on_denied=denied))
    except Conflict as error:
        return await _refused(frame, database, error)


@router.post("/staff/roles/invitations")
async def invite_page(
    request: Request, frame: StaffFrameDep, database: DatabaseDep, viewer: ViewerDep
) -> Response:
    given = await typed(request)

    async def work(session: WriteSession) -> None:
        asked = invitation_from(given)
        await invite(
            session, viewer, request.app.state.postbox,
            name=asked.name, mail=asked.mail, role=asked.role, language=asked.language,
        )  # fmt: skip

    try:
        await run_write(database, work)
    except (Invalid, Conflict) as error:
        return await _refused(frame, database, error, invitation=given)
    return _back("invited")


def _back(done: str) -> Response:
    return RedirectResponse(f"/staff/roles?done={done}", 303)


async def _refused(
    frame: StaffFrame, database: Database, error: DomainError, *, invitation: dict[str, str] | None = None
) -> Response:
    async with database.reading() as session:
        return await _page(frame, session, error=error, invitation=invitation)


async def _page(
    frame: StaffFrame,
    session: ReadSession,
    *,
    done: str = "",
    error: DomainError | None = None,
    invitation: dict[str, str] | None = None,
) -> Response:
    return await frame.respond(
        "members/staff/roles.html",
        current="roles",
        status_code=status_of(error) if error else 200,
        changes=await waiting_changes(session, frame.page.viewer),
        people=await staff_members(session),
        admins=await admins(session),
        names=ROLE_NAMES,
        duties=ROLE_DUTIES,
        done=done,
        error=error.message if error else None,
        error_field=error.field if error and invitation is not None else None,
        invitation={name: (invitation or {}).get(name, "") for name in _INVITATION},
    )
