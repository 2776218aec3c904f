"""What still waits on a company's pending account, and until when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.db.engine import ReadSession
from app.features.ledger.kinds import AccountKind
from app.features.ledger.models import LedgerAccount, LedgerTransfer
from app.features.ledger.posting.requests import Cause
from app.features.ledger.side_models import LedgerHold
from app.kit.amount import Amount


@dataclass(frozen=True, slots=True)
class OpenHold:
    """One sale's earnings that wait. `scope` is that sale: nothing else is held by it."""

    id: int
    scope: Cause
    transfer: str  # public id of the sale's transfer
    held: Amount
    reason: str
    state: str
    ends_at: datetime


async def open_holds_of(session: ReadSession, company_id: int, *, limit: int = 100) -> list[OpenHold]:
    """The next to be released first."""
    statement = (
        select(LedgerHold, LedgerTransfer.public_id, LedgerTransfer.cause_kind, LedgerTransfer.cause_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerHold.account_id)
        .join(LedgerTransfer, LedgerTransfer.id == LedgerHold.transfer_id)
        .where(
            LedgerAccount.owner_id == company_id,
            LedgerAccount.kind == int(AccountKind.EARNINGS_PENDING),
            LedgerHold.state != "done",
        )
        .order_by(LedgerHold.release_at, LedgerHold.id)
        .limit(limit)
    )
    return [
        OpenHold(
            id=hold.id,
            scope=Cause(cause_kind, cause_id),
            transfer=public_id,
            held=Amount("CR", hold.amount - hold.released - hold.returned),
            reason=hold.reason,
            state=hold.state,
            ends_at=hold.release_at,
        )
        for hold, public_id, cause_kind, cause_id in await session.execute(statement)
    ]
