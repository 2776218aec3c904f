"""Paying earnings out in two phases: reserved here, sent by the provider, then settled or returned.

No outside call happens inside a transaction; the payout's public id is the provider's idempotency key.
"""

from typing import Any

from sqlalchemy import insert, select

from app.db.engine import WriteSession
from app.db.now import database_now
from app.features.ledger.actions.freezing import valid_reason
from app.features.ledger.actions.payout_rows import (
    BY_HAND,
    change_payout,
    locked_payout,
    missing_payout,
    money_of,
    payout_ended,
)
from app.features.ledger.kinds import AccountKind, TransferKind
from app.features.ledger.posting.moves import Account, give, take
from app.features.ledger.posting.portable import lock_accounts
from app.features.ledger.posting.refusing import refused
from app.features.ledger.posting.requests import Cause, Key, Posted, Request
from app.features.ledger.posting.transfers import begin, complete, post
from app.features.ledger.side_models import LedgerPayout
from app.kit.amount import Amount
from app.kit.errors import Conflict, NotAllowed
from app.kit.text import Text

_CLEARING = Account(AccountKind.PAYOUT_CLEARING)
_UNDER_WAY = ("requested", "sent")


async def request_payout(
    session: WriteSession,
    *,
    key: Key,
    company_id: int,
    amount: Amount,
    actor_id: int | None,
    closed_because: Text | None = None,
) -> Posted:
    """Reserve available earnings for a payout, which has the public id of this transfer.

    `closed_because` is the operator's reason for having cash-out closed, None when it is open.
    Raises NotAllowed, Invalid, PostingRefused and KeyReused.
    """
    if closed_because is not None:
        raise NotAllowed(
            Text(
                zh=f"提现尚未开放：{closed_because.zh}收益可以转入钱包使用。",
                en=f"Cash-out is closed: {closed_because.en} Earnings can be moved to the wallet.",
            )
        )
    amount.refuse_unmovable("CR", field="amount")
    money_of(amount)
    request = Request(
        key=key,
        kind=TransferKind.PAYOUT_RESERVE,
        cause=Cause("company", str(company_id)),
        content={"company": company_id, "amount": amount.minor},
        actor_id=actor_id,
    )
    claimed = await begin(session, request)
    if isinstance(claimed, Posted):
        return claimed
    available = Account(AccountKind.EARNINGS_AVAILABLE, company_id)
    debt = Account(AccountKind.PARTNER_DEBT, company_id)
    locked = await lock_accounts(session, (available, debt, _CLEARING))
    if locked[debt].balance < 0:
        owed = Amount("CR", -locked[debt].balance).as_text()
        message = Text(
            zh=f"还有欠款 {owed.zh}，结清后才能提现；新结算的收益会先还款。",
            en=f"{owed.en} are owed first; newly released earnings repay them.",
        )
        raise refused(request, "debt", message)
    if await _under_way(session, company_id):
        message = Text(
            zh="已有一笔提现在处理中。请等它完成或先撤销。",
            en="A payout is under way already. Wait for it, or cancel it first.",
        )
        raise refused(request, "under_way", message)
    posted = await complete(session, claimed, [take(amount, available), give(amount, _CLEARING)])
    await session.execute(
        insert(LedgerPayout).values(
            public_id=posted.public_id,
            company_id=company_id,
            asset=amount.asset,
            amount=amount.minor,
            state="requested",
            requested_by=actor_id,
            requested_at=posted.at,
            changed_at=posted.at,
        )
    )
    return posted


async def mark_payout_sent(
    session: WriteSession, payout: str, *, provider: str = BY_HAND
) -> LedgerPayout | None:
    """Before the provider is called: from here on the company cannot cancel. None when it did.

    Raises NotFound.
    """
    row = await locked_payout(session, payout)
    if row.state == "requested":
        await change_payout(session, row, state="sent", provider=provider, changed_at=database_now())
        return row
    return row if row.state == "sent" else None


async def settle_payout(session: WriteSession, payout: str, *, provider_ref: str) -> Posted:
    """The money left. Raises NotFound and Conflict."""
    row = await locked_payout(session, payout)
    amount = Amount("CR", row.amount)
    settled = Account(AccountKind.PAYOUT_SETTLED)
    request = _step(row, TransferKind.PAYOUT_SETTLE, {"provider_ref": provider_ref})
    if row.state == "failed":
        raise payout_ended(row)
    posted = await post(session, request, [take(amount, _CLEARING), give(amount, settled)])
    if not posted.replayed:
        ended = {"state": "settled", "provider_ref": provider_ref, "doubt": None}
        await change_payout(session, row, **ended, changed_at=database_now())
    return posted


async def fail_payout(session: WriteSession, payout: str, *, reason: str) -> Posted:
    """The provider says no: the earnings are available again. Raises NotFound, Conflict and Invalid."""
    row = await locked_payout(session, payout)
    if row.state == "settled":
        raise payout_ended(row)
    return await _give_back(session, row, valid_reason(reason))


async def cancel_payout(session: WriteSession, payout: str, *, company_id: int) -> Posted:
    """The company's own change of mind, until it was sent. Raises NotFound and Conflict."""
    row = await locked_payout(session, payout)
    if row.company_id != company_id:
        raise missing_payout()
    if row.state not in ("requested", "failed"):
        raise Conflict(
            Text(
                zh="这笔提现已发出，不能再撤销。", en="This payout was sent already and cannot be cancelled."
            ),
            field="payout",
        )
    return await _give_back(session, row, "cancelled")


async def _give_back(session: WriteSession, row: LedgerPayout, reason: str) -> Posted:
    amount = Amount("CR", row.amount)
    available = Account(AccountKind.EARNINGS_AVAILABLE, row.company_id)
    request = _step(row, TransferKind.PAYOUT_FAIL, {})
    posted = await post(session, request, [take(amount, _CLEARING), give(amount, available)])
    if not posted.replayed:
        ended = {"state": "failed", "failure": reason, "doubt": None}
        await change_payout(session, row, **ended, changed_at=database_now())
    return posted


def _step(row: LedgerPayout, kind: TransferKind, content: dict[str, Any]) -> Request:
    return Request(
        key=Key("payout", f"{row.public_id}:{kind.name.lower()}"),
        kind=kind,
        cause=Cause("payout", row.public_id),
        content=content,
    )


async def _under_way(session: WriteSession, company_id: int) -> bool:
    """Asked under the lock of the company's available earnings, which every payout takes."""
    statement = select(LedgerPayout.id).where(
        LedgerPayout.company_id == company_id, LedgerPayout.state.in_(_UNDER_WAY)
    )
    return await session.scalar(statement) is not None
