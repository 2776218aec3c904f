"""Beside the balances: until when bonuses are good, when earnings come free, what is being paid out."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.db.engine import ReadSession
from app.features.ledger.kinds import AccountKind
from app.features.ledger.models import LedgerAccount
from app.features.ledger.side_models import LedgerBonus, LedgerHold, LedgerPayout
from app.kit.amount import Amount, asset_named

_BONUSES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class LiveBonus:
    remaining: Amount
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Pending:
    """Earnings that wait. `disputed`: how many of the holds are."""

    holds: int
    next_at: datetime | None
    last_at: datetime | None
    disputed: int


@dataclass(frozen=True, slots=True)
class PayoutShown:
    id: str
    amount: Amount
    state: str
    requested_at: datetime
    changed_at: datetime
    failure: str | None


async def live_bonuses_of(session: ReadSession, company_id: int) -> list[LiveBonus]:
    """The next to expire first."""
    statement = (
        select(LedgerBonus.remaining, LedgerBonus.expires_at)
        .join(LedgerAccount, LedgerAccount.id == LedgerBonus.account_id)
        .where(LedgerAccount.owner_id == company_id, LedgerBonus.remaining > 0)
        .order_by(LedgerBonus.expires_at, LedgerBonus.id)
        .limit(_BONUSES_SHOWN)
    )
    return [LiveBonus(Amount("CR", left), ends) for left, ends in await session.execute(statement)]


async def pending_of(session: ReadSession, company_id: int) -> Pending:
    statement = (
        select(
            func.count(),
            func.min(LedgerHold.release_at),
            func.max(LedgerHold.release_at),
            func.count().filter(LedgerHold.state == "disputed"),
        )
        .join(LedgerAccount, LedgerAccount.id == LedgerHold.account_id)
        .where(
            LedgerAccount.owner_id == company_id,
            LedgerAccount.kind == int(AccountKind.EARNINGS_PENDING),
            LedgerHold.state != "done",
        )
    )
    return Pending(*(await session.execute(statement)).one())


async def payouts_of(session: ReadSession, company_id: int, *, limit: int = 20) -> list[PayoutShown]:
    """The newest first."""
    statement = (
        select(LedgerPayout)
        .where(LedgerPayout.company_id == company_id)
        .order_by(LedgerPayout.id.desc())
        .limit(limit)
    )
    return [
        PayoutShown(
            id=one.public_id,
            amount=Amount(asset_named(one.asset), one.amount),
            state=one.state,
            requested_at=one.requested_at,
            changed_at=one.changed_at,
            failure=one.failure,
        )
        for one in await session.scalars(statement)
    ]
