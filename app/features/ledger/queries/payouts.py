"""Payouts for operators: how many are under way, and how many are stuck."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.db.engine import ReadSession
from app.features.ledger.policy import PAYOUT_DOUBTFUL, PAYOUT_LATE
from app.features.ledger.side_models import LedgerPayout


@dataclass(frozen=True, slots=True)
class PayoutCounts:
    requested: int
    sent: int
    stuck: int  # without an outcome for a day, in doubt for an hour, or contradicted


async def payout_counts(session: ReadSession, now: datetime) -> PayoutCounts:
    """By the database's clock, which is `now`."""
    sent_before, state, doubt = LedgerPayout.changed_at, LedgerPayout.state, LedgerPayout.doubt
    is_stuck = (
        ((state == "sent") & (sent_before < now - PAYOUT_LATE))
        | (doubt.is_not(None) & (sent_before < now - PAYOUT_DOUBTFUL))
        | (doubt == "contradicts")
    )
    requested, sent = state == "requested", state == "sent"
    counted = select(
        func.count().filter(requested), func.count().filter(sent), func.count().filter(is_stuck)
    ).select_from(LedgerPayout)
    row = (await session.execute(counted)).one()
    return PayoutCounts(requested=row[0], sent=row[1], stuck=row[2])
