"""What finance staff may credit to a company without a second person. More is proposed, and another approves.

What was given within a month counts together, whoever gave it: else the limit would be one of each click.
"""

from sqlalchemy import func, or_, select

from app.db.engine import WriteSession
from app.features.ledger.actions.goodwill import give_goodwill
from app.features.ledger.actions.top_ups import top_up
from app.features.ledger.kinds import AccountKind, TransferKind
from app.features.ledger.models import LedgerAccount, LedgerEntry, LedgerTransfer
from app.features.ledger.policy import ALONE_UP_TO, ALONE_WITHIN
from app.features.ledger.posting.requests import Cause, Key, Posted
from app.kit import clock
from app.kit.amount import Amount
from app.kit.errors import NotAllowed
from app.kit.text import Text

RECEIPTS, STAFF = "receipt", "staff:"  # scopes of the keys of what is done by hand


async def top_up_by_hand(
    session: WriteSession, *, key: Key, company_id: int, amount: Amount, cause: Cause, actor_id: int
) -> Posted:
    """Credit a payment that no provider told of. Raises NotAllowed, Invalid and KeyReused."""
    amount.refuse_unmovable("CR", field="amount")
    _refuse_above(amount)
    posted = await top_up(
        session, key=key, company_id=company_id, amount=amount, cause=cause, actor_id=actor_id
    )
    return await _within(session, posted, company_id)


async def give_goodwill_by_hand(
    session: WriteSession, *, key: Key, company_id: int, amount: Amount, cause: Cause, actor_id: int
) -> Posted:
    """Raises NotAllowed, Invalid and KeyReused."""
    amount.refuse_unmovable("CR", field="amount")
    _refuse_above(amount)
    posted = await give_goodwill(
        session, key=key, company_id=company_id, amount=amount, cause=cause, actor_id=actor_id
    )
    return await _within(session, posted, company_id)


async def _within(session: WriteSession, posted: Posted, company_id: int) -> Posted:
    """Asked once it is posted: the wallet is locked by then, so that of two at the same moment one sees the
    other. What is refused here is rolled back."""
    if not posted.replayed:
        by_hand = or_(LedgerTransfer.scope == RECEIPTS, LedgerTransfer.scope.like(f"{STAFF}%"))
        given = (
            select(func.coalesce(func.sum(LedgerEntry.amount), 0))
            .join(LedgerTransfer, LedgerTransfer.id == LedgerEntry.transfer_id)
            .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
            .where(
                LedgerAccount.owner_id == company_id,
                LedgerAccount.kind == int(AccountKind.WALLET),
                LedgerTransfer.kind.in_((int(TransferKind.TOP_UP), int(TransferKind.GOODWILL))),
                LedgerTransfer.created_at > clock.now() - ALONE_WITHIN,
                by_hand,
            )
        )
        _refuse_above(Amount("CR", int(await session.scalar(given) or 0)))
    return posted


def _refuse_above(amount: Amount) -> None:
    if amount > ALONE_UP_TO:
        limit, days = ALONE_UP_TO.as_text(), ALONE_WITHIN.days
        raise NotAllowed(
            Text(
                zh=f"{days} 天内，不经第二人最多给一家公司 {limit.zh}；更多须先提议，由另一人批准。",
                en=f"Within {days} days a company may be given up to {limit.en} by one person alone; propose "
                "more, and somebody else approves it.",
            ),
            field="amount",
        )
