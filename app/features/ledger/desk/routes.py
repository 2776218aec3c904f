"""Accounts of companies in the console: found by the company's id, credited and frozen with a reason."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.db.engine import Database
from app.features.ledger.actions.freezing import FREEZABLE
from app.features.ledger.causes import CauseRegistry, CausesDep
from app.features.ledger.desk import acting
from app.features.ledger.desk.forms import company_in
from app.features.ledger.desk.loading import company_account, left_behind
from app.features.ledger.desk.queue import REFUSALS, DoneQuery
from app.features.ledger.policies import FINANCE, MOVES_MONEY
from app.features.ledger.policy import ALONE_UP_TO, ALONE_WITHIN, MAX_BONUS_DAYS
from app.features.ledger.side_models import MAX_HOLD_DAYS
from app.features.ledger.wallet.paging import StatementCursor, read, written
from app.features.ledger.wallet.presenting import plainly_shown
from app.features.members.staff.frame import StaffFrame, StaffFrameDep
from app.kit.errors import DomainError, NotFound
from app.kit.ids import random_id
from app.kit.viewer import Viewer
from app.web.cursors import CursorsDep
from app.web.dependencies import DatabaseDep, ViewerDep
from app.web.errors import status_of
from app.web.forms import typed

router = APIRouter()


@router.get("/staff/ledger", dependencies=[FINANCE.needed])
async def search_page(
    frame: StaffFrameDep,
    database: DatabaseDep,
    viewer: ViewerDep,
    company: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Type a company's id; there is no list to leaf through but of what closed companies left."""
    if company.strip():
        return RedirectResponse(f"/staff/ledger/companies/{company_in(company)}", 303)
    return await frame.respond(
        "ledger/desk/search.html",
        current="ledger",
        typed="",
        error=None,
        left=await left_behind(database, viewer),
    )


@router.get("/staff/ledger/companies/{company}", dependencies=[FINANCE.needed])
async def company_page(
    company: str,
    frame: StaffFrameDep,
    database: DatabaseDep,
    viewer: ViewerDep,
    causes: CausesDep,
    cursors: CursorsDep,
    cursor: StatementCursor = None,
    done: DoneQuery = "",
) -> Response:
    """One company's balances, latest lines and acts. It finds this visit in its access log."""
    try:
        account = await company_account(database, viewer, company, before=read(cursors, cursor))
    except NotFound as error:
        return await frame.respond(
            "ledger/desk/search.html",
            current="ledger",
            status_code=404,
            typed=company[:40],
            error=error.message,
            left=[],
        )
    older = written(cursors, account.statement.before)
    return await frame.respond(
        "ledger/desk/company.html",
        current="ledger",
        account=account,
        lines=plainly_shown(causes, account.statement.lines),
        older=f"/staff/ledger/companies/{company}?cursor={older}" if older else None,
        **_forms(done=done),
    )


def _forms(
    *, done: str = "", act: str = "", error: DomainError | None = None, given: dict[str, str] | None = None
) -> dict[str, Any]:
    return {
        "freezable": [(kind.name.lower(), kind.label) for kind in FREEZABLE],
        "alone": ALONE_UP_TO,
        "alone_days": ALONE_WITHIN.days,
        "most_days": MAX_BONUS_DAYS,
        "most_freeze_days": MAX_HOLD_DAYS,
        "key": random_id(),
        "done": done,
        "act": act,
        "error": error.message if error else None,
        "error_field": error.field if error else None,
        "given": given or {},
    }


@router.post("/staff/ledger/companies/{company}/{act}", dependencies=[MOVES_MONEY.needed])
async def act_page(
    company: str,
    act: str,
    request: Request,
    frame: StaffFrameDep,
    database: DatabaseDep,
    viewer: ViewerDep,
    causes: CausesDep,
) -> Response:
    """Back to the company; what cannot be done leaves the form as it was."""
    given = await typed(request)
    try:
        await _do(database, viewer, company, act, given)
    except REFUSALS as error:
        return await _again(frame, database, viewer, causes, company, act, error, given)
    return RedirectResponse(f"/staff/ledger/companies/{company}?done={act}", 303)


async def _do(database: Database, viewer: Viewer, company: str, act: str, given: dict[str, str]) -> None:
    def field(name: str) -> str:
        return given.get(name, "")

    if act in ("top_up", "goodwill"):
        await acting.credit(
            database, viewer, company, act,
            key=field("key"), amount=field("amount"), reference=field("reference"),
        )  # fmt: skip
    elif act == "bonus":
        await acting.give_bonus(
            database, viewer, company,
            campaign=field("campaign"), occasion=field("occasion"),
            amount=field("amount"), days=field("days"),
        )  # fmt: skip
    elif act == "freeze":
        await acting.freeze(
            database, viewer, company,
            account=field("account"), days=field("days"), reason=field("reason"),
        )  # fmt: skip
    elif act == "lift":
        await acting.lift(database, viewer, field("freeze"))
    else:
        raise NotFound(acting.NO_SUCH_ACT)


async def _again(
    frame: StaffFrame,
    database: Database,
    viewer: Viewer,
    causes: CauseRegistry,
    company: str,
    act: str,
    error: DomainError,
    given: dict[str, str],
) -> Response:
    account = await company_account(database, viewer, company)
    return await frame.respond(
        "ledger/desk/company.html",
        current="ledger",
        status_code=status_of(error),
        account=account,
        lines=plainly_shown(causes, account.statement.lines),
        older=None,
        **_forms(act=act, error=error, given=given),
    )
