"""Where payment providers send their events."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field, StringConstraints

from app.features.ledger.models import CAUSE_ID_LENGTH
from app.features.ledger.payments.receiving import Told, receive
from app.features.ledger.policies import PROVIDER
from app.kit.amount import MAX_MINOR
from app.web.dependencies import DatabaseDep
from app.web.inputs import StorableText, StrictModel, StrictRoute

router = APIRouter(tags=["payments"], route_class=StrictRoute, dependencies=[PROVIDER.needed])
_Id = Annotated[
    StorableText, StringConstraints(min_length=1, max_length=CAUSE_ID_LENGTH, pattern=r"^[\x21-\x7e]+$")
]


class EventIn(StrictModel):
    """`amount` in minor units (fen). A partial chargeback names the part."""

    id: _Id = Field(description="the provider's id of the event")
    kind: Literal["paid", "charged_back", "chargeback_won"]
    payment: _Id = Field(description="the provider's id of the payment that it is about")
    company: Annotated[StorableText, StringConstraints(min_length=1, max_length=22)] = Field(
        description="public id of the company that paid"
    )
    asset: Annotated[StorableText, StringConstraints(pattern=r"^[A-Z]{2,8}$")] = Field(examples=["CNY"])
    amount: int = Field(ge=1, le=MAX_MINOR, examples=[12_000])


class EventOut(BaseModel):
    """`unmatched`: stored, waits for another event or for staff. `refused`: the books do not allow it."""

    id: str
    state: Literal["matched", "unmatched", "refused", "dismissed"]
    problem: str | None = Field(description="why it is not matched, for programs")


@router.post("/payments/{provider}/events")
async def receive_event(provider: str, body: EventIn, database: DatabaseDep) -> EventOut:
    """Told once or many times, late or out of order, an event is done once. Every answer but 200 asks for a
    repetition. Signed: `Top-Signature: t=<unix seconds>,v1=<HMAC-SHA256 of "<t>.<body>" in hex>`."""
    outcome = await receive(
        database,
        Told(provider, body.id, body.kind, body.payment, body.company, body.asset, body.amount),
    )
    return EventOut(id=outcome.id, state=outcome.state, problem=outcome.problem)  # type: ignore[arg-type]
