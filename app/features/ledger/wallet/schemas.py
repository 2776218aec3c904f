"""The wallet in the JSON API. Amounts are whole minor units, and the same number as people write it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from app.features.ledger.access import OwnTransfer
from app.features.ledger.causes import CauseRegistry, KnownCause
from app.features.ledger.posting.requests import Cause, Posted
from app.features.ledger.queries.objections import Appeal, Freeze
from app.features.ledger.queries.overview import PayoutShown
from app.features.ledger.queries.statement import StatementLine
from app.features.ledger.side_models import REASON_LENGTH
from app.features.ledger.wallet.acting import Begun
from app.features.ledger.wallet.loading import Wallet
from app.features.ledger.wallet.presenting import code
from app.kit.amount import Amount, Asset
from app.kit.text import Language
from app.web.inputs import StorableText, StrictModel


class AmountOut(BaseModel):
    """`minor`: thousandths of a credit, fen of a yuan. It never loses a digit in a browser."""

    asset: Asset = Field(examples=["CR"])
    minor: int = Field(examples=[12_500])
    plain: str = Field(examples=["12.5"])


class CauseOut(BaseModel):
    """Why something moved."""

    kind: str = Field(examples=["payment"])
    id: str | None = Field(description="null where the id means nothing outside")
    name: str
    url: str | None


class LineOut(BaseModel):
    """What one transfer did to one account."""

    transfer: str
    leg: int
    at: datetime
    kind: str = Field(examples=["top_up"])
    account: str = Field(examples=["wallet"])
    amount: AmountOut
    balance_after: AmountOut
    cause: CauseOut


class BonusOut(BaseModel):
    amount: AmountOut
    expires_at: datetime


class FreezeOut(BaseModel):
    id: str
    account: str
    reason: str
    ends_at: datetime


class WalletOut(BaseModel):
    """`to_spend` is `spendable` and `bonus` together; `debt` is what the company owes."""

    to_spend: AmountOut
    spendable: AmountOut
    bonus: AmountOut
    bonuses: list[BonusOut]
    pending: AmountOut
    pending_next_at: datetime | None
    pending_last_at: datetime | None
    available: AmountOut
    debt: AmountOut
    deposit: AmountOut
    deposit_money: AmountOut
    freezes: list[FreezeOut]
    cash_out_closed_because: str | None = Field(description="null: earnings can be paid out")


class LegOut(BaseModel):
    leg: int
    account: str
    amount: AmountOut
    balance_after: AmountOut


class TransferOut(BaseModel):
    """A transfer, as far as it concerns your company."""

    id: str
    kind: str
    at: datetime
    cause: CauseOut
    reverses: str | None = Field(description="id of the transfer that it takes back")
    legs: list[LegOut]


class HoldOut(BaseModel):
    """Earnings of one sale that wait. Object to it with its `transfer`."""

    transfer: str
    amount: AmountOut
    cause: CauseOut
    state: Literal["open", "disputed"]
    reason: str
    ends_at: datetime


class AppealOut(BaseModel):
    id: str
    freeze: str | None
    transfer: str | None
    text: str
    filed_at: datetime
    state: Literal["open", "accepted", "refused"]
    answer: str | None


class PayoutOut(BaseModel):
    id: str
    amount: AmountOut
    state: Literal["requested", "sent", "settled", "failed"]
    requested_at: datetime
    failure: str | None


class PostedOut(BaseModel):
    """`replayed`: it had been done under this key before; nothing was done now."""

    transfer: str
    at: datetime
    replayed: bool


class AmountIn(StrictModel):
    """Credits as people write them: a text, so that no digit is lost on the way."""

    amount: Annotated[StorableText, StringConstraints(max_length=60)] = Field(examples=["12.5"])


class MoneyIn(StrictModel):
    amount: Annotated[StorableText, StringConstraints(max_length=60)] = Field(
        examples=["120.50"], description="yuan, as a text"
    )


class BegunOut(BaseModel):
    """A payment that the provider expects. `address`: where to pay."""

    payment: str
    address: str
    money: AmountOut
    credits: AmountOut


class AppealIn(StrictModel):
    """Object to a freeze, or to the keeping of a sale's earnings: one of the two."""

    text: Annotated[StorableText, StringConstraints(min_length=1, max_length=2 * REASON_LENGTH)]
    freeze: Annotated[StorableText, StringConstraints(max_length=40)] = ""
    transfer: Annotated[StorableText, StringConstraints(max_length=40)] = ""


class FiledOut(BaseModel):
    id: str


def amount_out(amount: Amount) -> AmountOut:
    return AmountOut(asset=amount.asset, minor=amount.minor, plain=amount.plain())


def cause_out(cause: Cause, known: KnownCause, causes: CauseRegistry, language: Language) -> CauseOut:
    told = cause.id if causes.kind(cause).tells_id else None
    return CauseOut(kind=cause.kind, id=told, name=known.label.in_language(language), url=known.href)


def line_out(line: StatementLine, cause: CauseOut) -> LineOut:
    return LineOut(
        transfer=line.transfer,
        leg=line.leg,
        at=line.at,
        kind=code(line.kind),
        account=code(line.account),
        amount=amount_out(line.amount),
        balance_after=amount_out(line.balance_after),
        cause=cause,
    )


def transfer_out(transfer: OwnTransfer, cause: CauseOut) -> TransferOut:
    return TransferOut(
        id=transfer.public_id,
        kind=code(transfer.kind),
        at=transfer.at,
        cause=cause,
        reverses=transfer.reverses,
        legs=[
            LegOut(
                leg=one.leg,
                account=code(one.account),
                amount=amount_out(one.amount),
                balance_after=amount_out(one.balance_after),
            )
            for one in transfer.legs
        ],
    )


def wallet_out(wallet: Wallet, freezes: list[FreezeOut], closed_because: str | None) -> WalletOut:
    balances = wallet.balances
    return WalletOut(
        to_spend=amount_out(balances.to_spend),
        spendable=amount_out(balances.spendable),
        bonus=amount_out(balances.bonus),
        bonuses=[
            BonusOut(amount=amount_out(one.remaining), expires_at=one.expires_at) for one in wallet.bonuses
        ],
        pending=amount_out(balances.pending),
        pending_next_at=wallet.pending.next_at,
        pending_last_at=wallet.pending.last_at,
        available=amount_out(balances.available),
        debt=amount_out(balances.debt),
        deposit=amount_out(balances.deposit),
        deposit_money=amount_out(wallet.deposit_money.deposit),
        freezes=freezes,
        cash_out_closed_because=closed_because,
    )


def freeze_out(freeze: Freeze, reason: str) -> FreezeOut:
    return FreezeOut(id=freeze.id, account=code(freeze.scope), reason=reason, ends_at=freeze.ends_at)


def appeal_out(appeal: Appeal) -> AppealOut:
    return AppealOut(
        id=appeal.id,
        freeze=appeal.freeze,
        transfer=appeal.transfer,
        text=appeal.text,
        filed_at=appeal.filed_at,
        state=appeal.state,  # type: ignore[arg-type]
        answer=appeal.answer,
    )


def payout_out(payout: PayoutShown) -> PayoutOut:
    return PayoutOut(
        id=payout.id,
        amount=amount_out(payout.amount),
        state=payout.state,  # type: ignore[arg-type]
        requested_at=payout.requested_at,
        failure=payout.failure,
    )


def begun_out(begun: Begun) -> BegunOut:
    return BegunOut(
        payment=begun.payment,
        address=begun.address,
        money=amount_out(begun.money),
        credits=amount_out(begun.credits),
    )


def posted_out(posted: Posted) -> PostedOut:
    return PostedOut(transfer=posted.public_id, at=posted.at, replayed=posted.replayed)
