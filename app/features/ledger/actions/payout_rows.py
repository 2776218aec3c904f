"""One payout: its row under its lock, its state changed, and what it is worth in money."""

from typing import Any

from sqlalchemy import select, update

from app.db.engine import WriteSession
from app.features.ledger.policy import CREDIT_MINOR_PER_FEN
from app.features.ledger.side_models import LedgerPayout
from app.kit.amount import Amount
from app.kit.errors import Conflict, Invalid, NotFound
from app.kit.text import Text

BY_HAND = "by_hand"  # the provider of what staff pay out themselves


def money_of(amount: Amount) -> Amount:
    """What is paid for credits, in yuan. Raises Invalid where that is not whole fen."""
    fen, rest = divmod(amount.minor, CREDIT_MINOR_PER_FEN)
    if rest:
        raise Invalid(
            Text(
                zh="提现以分为最小单位：积分数最多两位小数，例如 12.34。",
                en="Payouts are in whole fen: give at most two decimals, such as 12.34.",
            ),
            field="amount",
        )
    return Amount("CNY", fen)


async def locked_payout(session: WriteSession, payout: str) -> LedgerPayout:
    statement = select(LedgerPayout).where(LedgerPayout.public_id == payout).with_for_update()
    found = await session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise missing_payout()
    return found


async def change_payout(session: WriteSession, row: LedgerPayout, **values: Any) -> None:
    """`row` is locked, and stays as it was read."""
    await session.execute(
        update(LedgerPayout)
        .where(LedgerPayout.id == row.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def missing_payout() -> NotFound:
    return NotFound(Text(zh="没有这笔提现。", en="There is no such payout."), field="payout")


def payout_ended(row: LedgerPayout) -> Conflict:
    was = Text(zh="已完成", en="settled") if row.state == "settled" else Text(zh="已退回", en="returned")
    return Conflict(
        Text(zh=f"这笔提现{was.zh}，不能再改。", en=f"This payout was {was.en} already; that stands."),
        field="payout",
    )
