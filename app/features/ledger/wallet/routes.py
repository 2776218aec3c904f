"""The wallet's pages: what there is, where it came from, what waits and why."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from app.db.engine import ReadSession
from app.features.ledger.access import access_transfer
from app.features.ledger.causes import CauseRegistry, CausesDep
from app.features.ledger.policies import READS_WALLET, SPENDS
from app.features.ledger.queries import statement_of
from app.features.ledger.sealing.own_proofs import own_proof
from app.features.ledger.wallet.acting import company_of, move_to_wallet
from app.features.ledger.wallet.loading import wallet_of
from app.features.ledger.wallet.presenting import shown, signed
from app.kit.errors import Conflict, DomainError, Invalid
from app.kit.ids import random_id
from app.kit.viewer import Viewer
from app.web.dependencies import DatabaseDep, ReadSessionDep, ViewerDep
from app.web.errors import status_of
from app.web.forms import typed
from app.web.pages import Page, PageDep

router = APIRouter()
_LATEST = 8


@router.get("/wallet", dependencies=[READS_WALLET.needed])
async def wallet_page(
    request: Request,
    page: PageDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    causes: CausesDep,
    done: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """What the company has, and its latest lines."""
    return await _wallet(request, page, session, viewer, causes, done=done)


@router.post("/wallet/to-wallet", dependencies=[SPENDS.needed])
async def move_page(
    request: Request,
    page: PageDep,
    database: DatabaseDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    causes: CausesDep,
) -> Response:
    """Earnings become spendable. The page's key makes a second click of the same form harmless."""
    given = await typed(request)
    try:
        await move_to_wallet(database, viewer, key=given.get("key", ""), amount=given.get("amount", ""))
    except (Invalid, Conflict) as error:
        amount = given.get("amount", "")
        return await _wallet(request, page, session, viewer, causes, error=error, amount=amount)
    return RedirectResponse("/wallet?done=moved", 303)


async def _wallet(
    request: Request,
    page: Page,
    session: ReadSession,
    viewer: Viewer,
    causes: CauseRegistry,
    *,
    done: str = "",
    error: DomainError | None = None,
    amount: str = "",
) -> HTMLResponse:
    company_id = company_of(viewer)
    latest = await statement_of(session, company_id, limit=_LATEST)
    return page.respond(
        "ledger/wallet/wallet.html",
        status_code=status_of(error) if error else 200,
        wallet=await wallet_of(session, company_id),
        lines=await shown(session, viewer, causes, latest.lines),
        may_spend=viewer.may(SPENDS.permission),
        cash_out_closed=request.app.state.settings.cash_out_closed,
        key=random_id(),
        done=done,
        error=error.message if error else None,
        amount=amount,
    )


@router.get("/wallet/transfers/{public_id}", dependencies=[READS_WALLET.needed])
async def transfer_page(
    public_id: str, page: PageDep, session: ReadSessionDep, viewer: ViewerDep, causes: CausesDep
) -> HTMLResponse:
    """One transfer: why it happened and what it did to the company's accounts."""
    transfer = await access_transfer(session, viewer, public_id)
    known = await causes.describe(session, viewer, [transfer.cause])
    return page.respond(
        "ledger/wallet/transfer.html",
        transfer=transfer,
        cause=known[transfer.cause],
        legs=[(leg, signed(leg.amount), leg.balance_after.as_text()) for leg in transfer.legs],
    )


@router.get("/wallet/transfers/{public_id}/proof", dependencies=[READS_WALLET.needed])
async def proof_file(
    public_id: str, database: DatabaseDep, session: ReadSessionDep, viewer: ViewerDep
) -> JSONResponse:
    """A file that anybody can check: that this was in the books when they were sealed."""
    proof = await own_proof(database, await access_transfer(session, viewer, public_id))
    name = f"top-proof-{public_id}.json"
    return JSONResponse(
        proof,
        headers={"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"},
    )
