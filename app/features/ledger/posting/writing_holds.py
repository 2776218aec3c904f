"""Writing the holds of a transfer down."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import insert

from app.db.engine import WriteSession
from app.features.ledger.posting.moves import Account, NewHold
from app.features.ledger.posting.requests import Claim
from app.features.ledger.side_models import LedgerHold


async def add_holds(
    session: WriteSession, claimed: Claim, holds: Sequence[NewHold], ids: Mapping[Account, int]
) -> None:
    """One row for each, from the moment the transfer was claimed."""
    await session.execute(
        insert(LedgerHold).values(
            [
                {
                    "transfer_id": claimed.transfer_id,
                    "account_id": ids[hold.account],
                    "amount": hold.amount,
                    "released": 0,
                    "returned": 0,
                    "refunded": 0,
                    "days": hold.days,
                    "release_at": claimed.at + timedelta(days=hold.days),
                    "state": "open",
                    "reason": hold.reason,
                }
                for hold in holds
            ]
        )
    )
