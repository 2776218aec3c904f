"""The finance console in the JSON API: ids and amounts, no texts of customers."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from app.features.ledger.queries.for_staff import StaffPayout
from app.features.ledger.side_models import REASON_LENGTH
from app.features.ledger.wallet.schemas import AmountOut, AppealOut, FreezeOut, LineOut, amount_out
from app.web.inputs import StorableText, StrictModel

_Short = Annotated[StorableText, StringConstraints(max_length=64)]
_Reason = Annotated[StorableText, StringConstraints(min_length=1, max_length=REASON_LENGTH)]


class AccountOut(BaseModel):
    """One company's money. Reading it leaves a row in that company's access log."""

    company: str
    is_closed: bool
    spendable: AmountOut
    bonus: AmountOut
    pending: AmountOut
    available: AmountOut
    debt: AmountOut
    deposit: AmountOut
    freezes: list[FreezeOut]
    lines: list[LineOut]
    next: str | None = Field(description="cursor of older lines")


class LeftOut(BaseModel):
    company: str
    words: str


class CreditIn(StrictModel):
    amount: _Short = Field(examples=["12.5"], description="credits, as a text")


class GoodwillIn(CreditIn):
    reference: _Short = Field(description="number of the case")


class BonusIn(CreditIn):
    """Given once for a company, campaign and occasion."""

    campaign: _Short
    occasion: _Short
    days: int = Field(description="how long it is good", examples=[30])


class FreezeIn(StrictModel):
    account: Literal["wallet", "wallet_promo", "earnings_available"]
    days: int = Field(examples=[7])
    reason: _Reason = Field(description="shown to the company")


class LegIn(StrictModel):
    account: _Short = Field(examples=["suspense"])
    company: _Short = Field(default="", description="empty for the platform's own accounts")
    amount: _Short = Field(examples=["-12.5"], description="with its sign; all legs add up to zero")


class ProposalIn(StrictModel):
    """A correction takes `legs` or `reverses`; the others an amount; top-up and goodwill a company."""

    kind: Literal["budget", "top_up", "goodwill", "correction"]
    reason: _Reason
    amount: _Short = ""
    company: _Short = ""
    legs: list[LegIn] = Field(default_factory=list, max_length=32)
    reverses: _Short = Field(default="", description="a transfer's id")


class ProposalOut(BaseModel):
    id: str
    kind: str
    words: list[str]
    reason: str
    proposed_at: datetime
    is_own: bool = Field(description="somebody else has to decide it")


class DecisionIn(StrictModel):
    approve: bool


class IdOut(BaseModel):
    id: str


class StaffPayoutOut(BaseModel):
    id: str
    company: str
    amount: AmountOut
    state: Literal["requested", "sent", "settled", "failed"]
    requested_at: datetime
    provider: str | None = Field(description="who was asked to pay; by_hand: staff")
    reference: str | None = Field(description="the provider's number")
    asked_at: datetime | None = Field(description="when the provider was last asked")
    doubt: Literal["unanswered", "unknown", "unreadable", "contradicts"] | None = Field(
        description="why its last answer does not tell what became of the money"
    )
    proposal: str | None = Field(description="by which two people decide, or decided")


def staff_payout_out(payout: StaffPayout, company: str) -> StaffPayoutOut:
    return StaffPayoutOut(
        id=payout.id,
        company=company,
        amount=amount_out(payout.amount),
        state=payout.state,  # type: ignore[arg-type]
        requested_at=payout.requested_at,
        provider=payout.provider,
        reference=payout.reference,
        asked_at=payout.asked_at,
        doubt=payout.doubt,  # type: ignore[arg-type]
        proposal=payout.proposal,
    )


class StepIn(StrictModel):
    """`reference`: the provider's number, with settled. `reason`: with failed, shown to the company. What a
    provider leaves in doubt is proposed, always with a reason; somebody else approves the proposal."""

    step: Literal["sent", "settled", "failed", "propose_settled", "propose_failed", "cleared"]
    reference: _Short = ""
    reason: Annotated[StorableText, StringConstraints(max_length=REASON_LENGTH)] = ""


class StaffAppealOut(AppealOut):
    company: str


class AppealDecisionIn(StrictModel):
    accept: bool
    answer: _Reason = Field(description="shown to the company")


class DisputeIn(StrictModel):
    company: _Short = Field(description="the author's")
    outcome: Literal["author", "buyer"]


class StaffFreezeOut(FreezeOut):
    company: str


class DisputeOut(BaseModel):
    transfer: str = Field(description="of the sale")
    company: str = Field(description="the author's")
    held: AmountOut
    ends_at: datetime
