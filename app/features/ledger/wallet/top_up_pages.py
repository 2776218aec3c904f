"""Topping up: the amount here, the payment at the provider, the credits when it tells that it was paid."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from app.features.ledger.policies import SPENDS
from app.features.ledger.wallet.acting import NO_TOP_UP, Begun, begin_top_up
from app.kit.errors import Conflict, DomainError, Invalid, NotAllowed, Unavailable
from app.kit.ids import random_id
from app.web.dependencies import DatabaseDep, ViewerDep
from app.web.errors import status_of
from app.web.forms import typed
from app.web.pages import Page, PageDep

router = APIRouter(dependencies=[SPENDS.needed])


@router.get("/wallet/top-up")
async def top_up_page(
    request: Request, page: PageDep, done: Annotated[str, Query(max_length=20)] = ""
) -> HTMLResponse:
    """How to top up. Payers come back here, too, before or after the provider told that they paid."""
    return _show(request, page, done=done)


@router.post("/wallet/top-up")
async def begin_page(
    request: Request, page: PageDep, database: DatabaseDep, viewer: ViewerDep
) -> HTMLResponse:
    """Where to pay, as a link: our pages post nothing to others."""
    given = await typed(request)
    amount, state = given.get("amount", ""), request.app.state
    return_to = f"{state.settings.public_address}/wallet/top-up?done=paid"
    try:
        begun = await begin_top_up(
            database,
            viewer,
            state.payment_provider,
            key=given.get("key", ""),
            amount=amount,
            return_to=return_to,
        )
    except (Invalid, Conflict, NotAllowed, Unavailable) as error:
        return _show(request, page, error=error, amount=amount)
    return _show(request, page, begun=begun)


def _show(
    request: Request,
    page: Page,
    *,
    done: str = "",
    begun: Begun | None = None,
    error: DomainError | None = None,
    amount: str = "",
) -> HTMLResponse:
    provider = request.app.state.payment_provider
    return page.respond(
        "ledger/wallet/top_up.html",
        status_code=status_of(error) if error else 200,
        closed=NO_TOP_UP if provider is None else None,
        provider=provider.name if provider else "",
        begun=begun,
        key=random_id(),
        done=done,
        error=error.message if error else None,
        amount=amount,
    )
