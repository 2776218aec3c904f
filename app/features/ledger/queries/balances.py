"""What a company has, in plain words."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.db.engine import ReadSession, WriteSession
from app.features.ledger.kinds import AccountKind
from app.features.ledger.models import LedgerAccount
from app.kit.amount import Amount, Asset


@dataclass(frozen=True, slots=True)
class Balances:
    """Every account a company can have; those it never used are zero. `debt` is above zero when owed."""

    spendable: Amount
    bonus: Amount
    pending: Amount
    available: Amount
    debt: Amount
    deposit: Amount
    frozen_until: dict[AccountKind, datetime]

    @property
    def to_spend(self) -> Amount:
        """What a purchase can take: bonus first, then the wallet."""
        return self.spendable + self.bonus


async def balances_of(
    session: ReadSession | WriteSession, company_id: int, *, asset: Asset = "CR"
) -> Balances:
    statement = select(LedgerAccount.kind, LedgerAccount.balance, LedgerAccount.frozen_until).where(
        LedgerAccount.owner_id == company_id,
        LedgerAccount.kind.in_([int(kind) for kind in AccountKind if not kind.is_platform]),
        LedgerAccount.asset == asset,
    )
    rows = (await session.execute(statement)).all()
    balance = dict.fromkeys(AccountKind, 0)
    for row in rows:
        balance[AccountKind(row.kind)] += row.balance
    return Balances(
        spendable=Amount(asset, balance[AccountKind.WALLET]),
        bonus=Amount(asset, balance[AccountKind.WALLET_PROMO]),
        pending=Amount(asset, balance[AccountKind.EARNINGS_PENDING]),
        available=Amount(asset, balance[AccountKind.EARNINGS_AVAILABLE]),
        debt=Amount(asset, -balance[AccountKind.PARTNER_DEBT]),
        deposit=Amount(asset, balance[AccountKind.DEPOSIT]),
        frozen_until={AccountKind(row.kind): row.frozen_until for row in rows if row.frozen_until},
    )
