"""Correcting the books by a new transfer; what stands is never changed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from app.db.engine import WriteSession
from app.features.ledger.errors import Misposted
from app.features.ledger.kinds import AccountKind, TransferKind
from app.features.ledger.models import LedgerAccount, LedgerTransfer
from app.features.ledger.posting.moves import Move, accounts_of, refuse_misshapen
from app.features.ledger.posting.portable import lock_accounts
from app.features.ledger.posting.refusing import refused
from app.features.ledger.posting.requests import Cause, Key, Posted, Request
from app.features.ledger.posting.transfers import begin, complete
from app.features.ledger.queries.found import transfer_named
from app.features.ledger.side_models import LedgerBonus, LedgerDeposit, LedgerHold, LedgerPayout
from app.kit.errors import Conflict, Invalid
from app.kit.text import Text


async def refuse_unfit_correction(session: WriteSession, moves: Sequence[Move], reverses: str | None) -> None:
    """Raise Invalid, NotFound or Conflict for what could never be posted."""
    if bool(moves) == bool(reverses):
        raise Invalid(
            Text(
                zh="请给出分录，或要撤销的转账，二者取一。",
                en="Give either entries or the transfer to undo.",
            ),
            field="legs",
        )
    if reverses is not None:
        found = await transfer_named(session, reverses)
        if await _is_reversed(session, found.id):
            raise _reversed()
        return
    try:
        refuse_misshapen(TransferKind.CORRECTION, moves)
    except Misposted as fault:
        raise Invalid(
            Text(zh=f"分录不成立：{fault}", en=f"These entries cannot be posted: {fault}."), field="legs"
        ) from fault


async def correct(
    session: WriteSession,
    *,
    key: Key,
    moves: Sequence[Move],
    reverses: str | None,
    cause: Cause,
    actor_id: int,
) -> Posted:
    """Post a correction that two people stand for. Raises PostingRefused, Conflict and NotFound.

    Where other rows explain an account's balance (holds, bonuses, payouts, deposits), the two must agree
    afterwards: a correction mends a difference and never makes one.
    """
    reverses_id = None
    if reverses is not None:
        found = await transfer_named(session, reverses)
        reverses_id = found.id
        moves = [Move(-leg.amount, (leg.account,)) for leg in found.legs]
    content = {
        "moves": [
            [int(one.kind), one.owner_id, one.asset, one.shard, move.amount]
            for move in moves
            for one in move.accounts
        ]
    }
    request = Request(key, TransferKind.CORRECTION, cause, content, actor_id, reverses_id)
    locked = await lock_accounts(session, accounts_of(moves))
    if reverses_id is not None and await _is_reversed(session, reverses_id):
        raise _reversed()
    claimed = await begin(session, request)
    if isinstance(claimed, Posted):
        return claimed
    posted = await complete(session, claimed, moves)
    for leg in posted.legs:
        explained = await _explained(session, leg.account.kind, locked[leg.account].id)
        if explained is not None and explained != leg.balance_after:
            label = leg.account.kind.label
            message = Text(
                zh=f"“{label.zh}”的余额须与其明细一致，请改用退款、结算等专门操作。",
                en=f"“{label.en}” must agree with what explains it: use the act made for it.",
            )
            raise refused(request, "unexplained", message)
    return posted


async def _is_reversed(session: WriteSession, transfer_id: int) -> bool:
    """Asked under the locks of the accounts that a second reversal would need too."""
    statement = select(LedgerTransfer.id).where(
        LedgerTransfer.reverses_id == transfer_id, LedgerTransfer.state == "posted"
    )
    return await session.scalar(statement.limit(1)) is not None


def _reversed() -> Conflict:
    return Conflict(
        Text(
            zh="这笔转账已被撤销或部分退回，不能再撤销。",
            en="This transfer was taken back already, in whole or in part.",
        ),
        field="reverses",
    )


async def _explained(session: WriteSession, kind: AccountKind, account_id: int) -> int | None:
    """What the rows beside the books say the balance is; None where they say nothing."""
    of_account: Any = select(LedgerAccount).where(LedgerAccount.id == account_id).subquery()
    held = LedgerHold.amount - LedgerHold.released - LedgerHold.returned
    sums = {
        AccountKind.EARNINGS_PENDING: select(func.sum(held)).where(LedgerHold.account_id == account_id),
        AccountKind.WALLET_PROMO: select(func.sum(LedgerBonus.remaining)).where(
            LedgerBonus.account_id == account_id
        ),
        AccountKind.DEPOSIT: select(func.sum(LedgerDeposit.amount)).where(
            LedgerDeposit.state == "held",
            LedgerDeposit.company_id == of_account.c.company_id,
            LedgerDeposit.asset == of_account.c.asset,
        ),
        AccountKind.PAYOUT_CLEARING: select(func.sum(LedgerPayout.amount)).where(
            LedgerPayout.state.in_(["requested", "sent"]), LedgerPayout.asset == of_account.c.asset
        ),
    }
    return int(await session.scalar(sums[kind]) or 0) if kind in sums else None
