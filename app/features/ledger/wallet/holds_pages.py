"""Pages of what waits (holds, freezes, appeals) and of payouts."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.db.engine import ReadSession
from app.features.ledger.causes import CauseRegistry, CausesDep
from app.features.ledger.policies import PAYS_OUT, READS_WALLET, SPENDS
from app.features.ledger.queries import appeals_of, balances_of, freezes_of, open_holds_of, payouts_of
from app.features.ledger.side_models import REASON_LENGTH
from app.features.ledger.wallet.acting import appeal, cancel_payout, company_of, request_payout
from app.features.ledger.wallet.reasons import reason_in_words
from app.kit.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from app.kit.ids import random_id
from app.kit.viewer import Viewer
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.errors import status_of
from app.web.forms import typed
from app.web.pages import Page, PageDep

router = APIRouter()
_SHOWN = 100


@router.get("/wallet/holds", dependencies=[READS_WALLET.needed])
async def holds_page(
    page: PageDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    causes: CausesDep,
    done: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """What waits, why, until when, and where to object."""
    return await _holds(page, session, viewer, causes, done=done)


@router.post("/wallet/appeals", dependencies=[SPENDS.needed])
async def appeal_page(
    request: Request,
    page: PageDep,
    database: DatabaseDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    causes: CausesDep,
) -> Response:
    """An objection; what was typed stays where it cannot be filed."""
    given = await typed(request)
    text, transfer, freeze = (given.get(name, "") for name in ("text", "transfer", "freeze"))
    try:
        await appeal(database, viewer, text=text, transfer=transfer, freeze=freeze)
    except (Invalid, Conflict, NotFound) as error:
        return await _holds(page, session, viewer, causes, error=error, at=freeze or transfer, text=text)
    return RedirectResponse("/wallet/holds?done=filed", 303)


async def _holds(
    page: Page,
    session: ReadSession,
    viewer: Viewer,
    causes: CauseRegistry,
    *,
    done: str = "",
    error: DomainError | None = None,
    at: str = "",
    text: str = "",
) -> HTMLResponse:
    company_id = company_of(viewer)
    holds = await open_holds_of(session, company_id, limit=_SHOWN)
    known = await causes.describe(session, viewer, {one.scope for one in holds})
    appeals = await appeals_of(session, company_id)
    return page.respond(
        "ledger/wallet/holds.html",
        status_code=status_of(error) if error else 200,
        holds=[(one, known[one.scope], reason_in_words(one.reason)) for one in holds],
        freezes=[(one, reason_in_words(one.reason)) for one in await freezes_of(session, company_id)],
        appeals=appeals,
        appealed={one.freeze or one.transfer for one in appeals if one.state == "open"},
        may_appeal=viewer.may(SPENDS.permission),
        limit=2 * REASON_LENGTH,
        done=done,
        error=error.message if error else None,
        at=at,
        text=text,
    )


@router.get("/wallet/payouts", dependencies=[PAYS_OUT.needed])
async def payouts_page(
    request: Request,
    page: PageDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    done: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Paying earnings out, or why that is closed."""
    return await _payouts(request, page, session, viewer, done=done)


@router.post("/wallet/payouts", dependencies=[PAYS_OUT.needed])
async def payout_page(
    request: Request, page: PageDep, database: DatabaseDep, session: ReadSessionDep, viewer: ViewerDep
) -> Response:
    given = await typed(request)
    amount, closed = given.get("amount", ""), request.app.state.settings.cash_out_closed
    try:
        await request_payout(database, viewer, key=given.get("key", ""), amount=amount, closed_because=closed)
    except (Invalid, Conflict, NotAllowed) as error:
        return await _payouts(request, page, session, viewer, error=error, amount=amount)
    return RedirectResponse("/wallet/payouts?done=requested", 303)


@router.post("/wallet/payouts/{public_id}/cancel", dependencies=[PAYS_OUT.needed])
async def cancel_page(
    public_id: str,
    request: Request,
    page: PageDep,
    database: DatabaseDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
) -> Response:
    try:
        await cancel_payout(database, viewer, public_id)
    except Conflict as error:
        return await _payouts(request, page, session, viewer, error=error)
    return RedirectResponse("/wallet/payouts?done=cancelled", 303)


async def _payouts(
    request: Request,
    page: Page,
    session: ReadSession,
    viewer: Viewer,
    *,
    done: str = "",
    error: DomainError | None = None,
    amount: str = "",
) -> HTMLResponse:
    company_id = company_of(viewer)
    payouts = await payouts_of(session, company_id)
    return page.respond(
        "ledger/wallet/payouts.html",
        status_code=status_of(error) if error else 200,
        balances=await balances_of(session, company_id),
        payouts=[(one, reason_in_words(one.failure) if one.failure else None) for one in payouts],
        closed_because=request.app.state.settings.cash_out_closed,
        key=random_id(),
        done=done,
        error=error.message if error else None,
        amount=amount,
    )
