"""Events of providers that nobody could place, over JSON."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, StringConstraints

from app.features.ledger.desk import deciding, loading
from app.features.ledger.policies import FINANCE, MOVES_MONEY
from app.web.dependencies import DatabaseDep, ViewerDep
from app.web.inputs import StorableText, StrictModel, StrictRoute
from app.web.listing import Listing
from app.web.pages import LanguageDep

router = APIRouter(tags=["staff"], route_class=StrictRoute)


class UnmatchedOut(BaseModel):
    id: str
    provider: str
    event_id: str
    kind: Literal["paid", "charged_back", "chargeback_won"]
    payment: str
    company: str
    money: str
    problem: str | None
    received_at: datetime


class SettleIn(StrictModel):
    company: Annotated[StorableText, StringConstraints(max_length=22)] = ""


class SettledOut(BaseModel):
    id: str
    state: str
    problem: str | None


@router.get("/staff/ledger/events", dependencies=[FINANCE.needed])
async def list_events(
    database: DatabaseDep, viewer: ViewerDep, language: LanguageDep
) -> Listing[UnmatchedOut]:
    """What waits, the oldest first."""
    return Listing(
        items=[
            UnmatchedOut(
                id=one.id,
                provider=one.provider,
                event_id=one.event_id,
                kind=one.kind,  # type: ignore[arg-type]
                payment=one.payment,
                company=one.company,
                money=one.money.in_language(language),
                problem=one.problem,
                received_at=one.received_at,
            )
            for one in await loading.events(database, viewer)
        ]
    )


@router.post("/staff/ledger/events/{public_id}/settle", dependencies=[MOVES_MONEY.needed])
async def settle_event(
    public_id: str, body: SettleIn, database: DatabaseDep, viewer: ViewerDep
) -> SettledOut:
    """Try it once more, for the company named here where the provider's word is unknown. It is booked once:
    the payment is the key."""
    outcome = await deciding.settle_event(database, viewer, public_id, company=body.company)
    return SettledOut(id=outcome.id, state=outcome.state, problem=outcome.problem)


@router.delete("/staff/ledger/events/{public_id}", status_code=204, dependencies=[MOVES_MONEY.needed])
async def dismiss_event(public_id: str, database: DatabaseDep, viewer: ViewerDep) -> Response:
    """Have it wait no longer; it stays on record."""
    await deciding.dismiss_event(database, viewer, public_id)
    return Response(status_code=204)
