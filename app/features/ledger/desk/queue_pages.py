"""The ledger's queues in the console: proposals, freezes and appeals."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.db.engine import Database
from app.features.ledger.desk import deciding, loading
from app.features.ledger.desk.acting import lift
from app.features.ledger.desk.forms import legs_in
from app.features.ledger.kinds import AccountKind
from app.features.ledger.policies import FINANCE
from app.features.ledger.side_models import REASON_LENGTH
from app.features.ledger.wallet.reasons import reason_in_words
from app.features.members.staff.frame import StaffFrame, StaffFrameDep
from app.kit.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from app.kit.viewer import Viewer
from app.web.dependencies import DatabaseDep, ViewerDep
from app.web.errors import status_of
from app.web.forms import typed

router = APIRouter(dependencies=[FINANCE.needed])
_REFUSALS = (Invalid, Conflict, NotAllowed, NotFound)
DoneQuery = Annotated[str, Query(max_length=20)]


@router.get("/staff/ledger/proposals")
async def proposals_page(
    frame: StaffFrameDep, database: DatabaseDep, viewer: ViewerDep, done: DoneQuery = ""
) -> Response:
    """What one proposed and another approves."""
    return await _proposals(frame, database, viewer, done=done)


@router.post("/staff/ledger/proposals")
async def propose_page(
    request: Request, frame: StaffFrameDep, database: DatabaseDep, viewer: ViewerDep
) -> Response:
    given = await typed(request)
    try:
        await deciding.propose(
            database,
            viewer,
            given.get("kind", ""),
            reason=given.get("reason", ""),
            amount=given.get("amount", ""),
            company=given.get("company", "").strip(),
            legs=legs_in(given.get("legs", "")),
            reverses=given.get("reverses", ""),
        )
    except _REFUSALS as error:
        return await _proposals(frame, database, viewer, error=error, given=given)
    return RedirectResponse("/staff/ledger/proposals?done=proposed", 303)


@router.post("/staff/ledger/proposals/{public_id}/decision")
async def decide_page(
    public_id: str, request: Request, frame: StaffFrameDep, database: DatabaseDep, viewer: ViewerDep
) -> Response:
    approve = (await typed(request)).get("decision") == "approve"
    try:
        await deciding.decide_proposal(database, viewer, public_id, approve=approve)
    except _REFUSALS as error:
        return await _proposals(frame, database, viewer, error=error)
    return RedirectResponse(f"/staff/ledger/proposals?done={'approved' if approve else 'refused'}", 303)


async def _proposals(
    frame: StaffFrame,
    database: Database,
    viewer: Viewer,
    *,
    done: str = "",
    error: DomainError | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    return await frame.respond(
        "ledger/desk/proposals.html",
        current="ledger-proposals",
        proposals=await loading.proposals(database, viewer),
        accounts=[(kind.name.lower(), kind.label) for kind in AccountKind],
        limit=REASON_LENGTH,
        given=given or {},
        **_told(done, error),
    )


@router.get("/staff/ledger/appeals")
async def appeals_page(
    frame: StaffFrameDep, database: DatabaseDep, viewer: ViewerDep, done: DoneQuery = ""
) -> Response:
    """Appeals, freezes that stand, and disputes."""
    return await _appeals(frame, database, viewer, done=done)


@router.post("/staff/ledger/appeals/{public_id}/decision")
async def decide_appeal_page(
    public_id: str, request: Request, frame: StaffFrameDep, database: DatabaseDep, viewer: ViewerDep
) -> Response:
    given = await typed(request)
    accept, answer = given.get("decision") == "accept", given.get("answer", "")
    try:
        await deciding.decide_appeal(database, viewer, public_id, accept=accept, answer=answer)
    except _REFUSALS as error:
        return await _appeals(frame, database, viewer, error=error, at=public_id, answer=answer)
    return RedirectResponse("/staff/ledger/appeals?done=decided", 303)


@router.post("/staff/ledger/freezes/{public_id}/lift")
async def lift_page(
    public_id: str, frame: StaffFrameDep, database: DatabaseDep, viewer: ViewerDep
) -> Response:
    try:
        await lift(database, viewer, public_id)
    except _REFUSALS as error:
        return await _appeals(frame, database, viewer, error=error)
    return RedirectResponse("/staff/ledger/appeals?done=lifted", 303)


@router.post("/staff/ledger/disputes/{transfer}")
async def dispute_page(
    transfer: str, request: Request, frame: StaffFrameDep, database: DatabaseDep, viewer: ViewerDep
) -> Response:
    given = await typed(request)
    try:
        await deciding.end_dispute(
            database,
            viewer,
            transfer,
            given.get("company", ""),
            for_author=given.get("outcome") == "author",
        )
    except _REFUSALS as error:
        return await _appeals(frame, database, viewer, error=error)
    return RedirectResponse("/staff/ledger/appeals?done=ended", 303)


async def _appeals(
    frame: StaffFrame,
    database: Database,
    viewer: Viewer,
    *,
    done: str = "",
    error: DomainError | None = None,
    at: str = "",
    answer: str = "",
) -> Response:
    found = await loading.objections(database, viewer)
    return await frame.respond(
        "ledger/desk/appeals.html",
        current="ledger-appeals",
        appeals=found.appeals,
        freezes=[(one, reason_in_words(one.reason)) for one in found.freezes],
        disputes=found.disputes,
        companies=found.companies,
        limit=REASON_LENGTH,
        at=at,
        answer=answer,
        **_told(done, error),
    )


def _told(done: str, error: DomainError | None) -> dict[str, Any]:
    return {
        "status_code": status_of(error) if error else 200,
        "done": done,
        "error": error.message if error else None,
        "error_field": error.field if error else None,
    }
