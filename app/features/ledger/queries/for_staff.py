"""What waits for finance staff: proposals, payouts, disputes, events. Ids and amounts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from app.db.engine import ReadSession
from app.features.ledger.kinds import AccountKind
from app.features.ledger.models import LedgerAccount, LedgerTransfer
from app.features.ledger.payment_models import LedgerPaymentEvent
from app.features.ledger.side_models import LedgerAppeal, LedgerHold, LedgerPayout, LedgerProposal
from app.kit.amount import ASSETS, Amount, asset_named
from app.kit.text import Text

_UNDER_WAY = ("requested", "sent")


@dataclass(frozen=True, slots=True)
class Proposal:
    id: str
    kind: str
    body: dict[str, Any]
    reason: str
    proposed_by: int
    proposed_at: datetime


@dataclass(frozen=True, slots=True)
class StaffPayout:
    id: str
    company_id: int
    amount: Amount
    state: str
    requested_at: datetime
    changed_at: datetime
    provider: str | None
    reference: str | None
    asked_at: datetime | None
    doubt: str | None
    proposal: str | None


@dataclass(frozen=True, slots=True)
class Dispute:
    """Earnings kept from their author because the buyer's payment was taken back."""

    hold_id: int
    transfer: str  # of the sale
    company_id: int  # the author's
    held: Amount
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class PaymentEvent:
    id: str
    provider: str
    event_id: str
    kind: str
    payment: str
    company: str  # as the provider names it
    money: Text
    state: str
    problem: str | None
    received_at: datetime


async def open_proposals(session: ReadSession, *, limit: int) -> list[Proposal]:
    """The oldest first."""
    rows = await session.scalars(
        select(LedgerProposal).where(LedgerProposal.state == "open").order_by(LedgerProposal.id).limit(limit)
    )
    return [
        Proposal(one.public_id, one.kind, one.body, one.reason, one.proposed_by, one.proposed_at)
        for one in rows
    ]


async def payouts_open(session: ReadSession, *, limit: int) -> list[StaffPayout]:
    """Those under way, and those whose provider contradicted their end; the oldest first."""
    is_open = LedgerPayout.state.in_(_UNDER_WAY) | LedgerPayout.doubt.is_not(None)
    rows = await session.scalars(select(LedgerPayout).where(is_open).order_by(LedgerPayout.id).limit(limit))
    return [_payout(one) for one in rows]


async def payouts_ended(session: ReadSession, *, limit: int) -> list[StaffPayout]:
    """The last to end first."""
    is_over = LedgerPayout.state.not_in(_UNDER_WAY)
    newest = (LedgerPayout.changed_at.desc(), LedgerPayout.id.desc())
    rows = await session.scalars(select(LedgerPayout).where(is_over).order_by(*newest).limit(limit))
    return [_payout(one) for one in rows]


def _payout(row: LedgerPayout) -> StaffPayout:
    return StaffPayout(
        id=row.public_id,
        company_id=row.company_id,
        amount=Amount(asset_named(row.asset), row.amount),
        state=row.state,
        requested_at=row.requested_at,
        changed_at=row.changed_at,
        provider=row.provider,
        reference=row.provider_ref,
        asked_at=row.asked_at,
        doubt=row.doubt,
        proposal=row.proposal,
    )


async def open_disputes(session: ReadSession, *, limit: int) -> list[Dispute]:
    """The next to end by themselves first."""
    rows = await session.execute(
        select(LedgerHold, LedgerTransfer.public_id, LedgerAccount.owner_id)
        .join(LedgerTransfer, LedgerTransfer.id == LedgerHold.transfer_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerHold.account_id)
        .where(LedgerHold.state == "disputed")
        .order_by(LedgerHold.release_at, LedgerHold.id)
        .limit(limit)
    )
    return [
        Dispute(
            hold_id=hold.id,
            transfer=transfer,
            company_id=owner,
            held=Amount("CR", hold.amount - hold.released - hold.returned),
            ends_at=hold.release_at,
        )
        for hold, transfer, owner in rows
    ]


async def disputed_hold(session: ReadSession, transfer: str, company_id: int) -> int | None:
    """The id of the hold that a company has on a sale under dispute."""
    found: int | None = await session.scalar(
        select(LedgerHold.id)
        .join(LedgerTransfer, LedgerTransfer.id == LedgerHold.transfer_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerHold.account_id)
        .where(
            LedgerTransfer.public_id == transfer,
            LedgerAccount.owner_id == company_id,
            LedgerHold.state == "disputed",
        )
    )
    return found


async def unmatched_events(session: ReadSession, *, limit: int) -> list[PaymentEvent]:
    """What providers told and nobody could place, the oldest first."""
    rows = await session.scalars(
        select(LedgerPaymentEvent)
        .where(LedgerPaymentEvent.state == "unmatched")
        .order_by(LedgerPaymentEvent.id)
        .limit(limit)
    )
    return [
        PaymentEvent(
            id=one.public_id,
            provider=one.provider,
            event_id=one.event_id,
            kind=one.kind,
            payment=one.payment,
            company=one.company,
            money=_money(one.asset, one.amount),
            state=one.state,
            problem=one.problem,
            received_at=one.received_at,
        )
        for one in rows
    ]


def _money(asset: str, minor: int) -> Text:
    """Also of an asset that we do not keep."""
    if asset in ASSETS:
        return Amount(asset_named(asset), minor).as_text()
    return Text(zh=f"{minor} {asset}（最小单位）", en=f"{minor} {asset} (minor units)")


async def bonus_budget(session: ReadSession) -> tuple[Amount, Amount]:
    """What was approved in all, and what of it is left."""
    row = (
        await session.execute(
            select(LedgerAccount.floor, LedgerAccount.balance).where(
                LedgerAccount.kind == int(AccountKind.PROMO_ISSUANCE)
            )
        )
    ).one_or_none()
    floor, balance = (row.floor or 0, row.balance) if row is not None else (0, 0)
    return Amount("CR", -floor), Amount("CR", balance - floor)


async def waiting(
    session: ReadSession, what: str, *, not_of: int | None = None
) -> tuple[int, datetime | None]:
    """How many of a queue wait, and since when the oldest does. `not_of`: proposals of others alone."""
    column, condition = _QUEUES[what]
    statement = select(func.count(), func.min(column)).where(condition)
    if what == "proposals":
        statement = statement.where(LedgerProposal.proposed_by != not_of)
    count, oldest = (await session.execute(statement)).one()
    return count, oldest


_QUEUES: dict[str, tuple[Any, ColumnElement[bool]]] = {
    "proposals": (LedgerProposal.proposed_at, LedgerProposal.state == "open"),
    "payouts": (LedgerPayout.requested_at, LedgerPayout.state.in_(_UNDER_WAY)),
    "appeals": (LedgerAppeal.filed_at, LedgerAppeal.state == "open"),
    "events": (LedgerPaymentEvent.received_at, LedgerPaymentEvent.state == "unmatched"),
}
