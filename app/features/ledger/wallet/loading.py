"""All that the wallet says of a company, on its page and in the API."""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import ReadSession
from app.features.ledger.queries.balances import Balances, balances_of
from app.features.ledger.queries.objections import Freeze, freezes_of
from app.features.ledger.queries.overview import (
    LiveBonus,
    PayoutShown,
    Pending,
    live_bonuses_of,
    payouts_of,
    pending_of,
)


@dataclass(frozen=True, slots=True)
class Wallet:
    balances: Balances
    deposit_money: Balances  # in yuan
    bonuses: list[LiveBonus]
    pending: Pending
    freezes: list[Freeze]
    payout: PayoutShown | None  # under way

    @property
    def bonus_until(self) -> datetime | None:
        return self.bonuses[0].expires_at if self.bonuses else None


async def wallet_of(session: ReadSession, company_id: int) -> Wallet:
    payouts = await payouts_of(session, company_id, limit=1)
    return Wallet(
        balances=await balances_of(session, company_id),
        deposit_money=await balances_of(session, company_id, asset="CNY"),
        bonuses=await live_bonuses_of(session, company_id),
        pending=await pending_of(session, company_id),
        freezes=await freezes_of(session, company_id),
        payout=next((one for one in payouts if one.state in ("requested", "sent")), None),
    )
