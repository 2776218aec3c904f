"""Credits that come in, and a company's own earnings made spendable."""

from typing import Any

from app.db.engine import WriteSession
from app.features.ledger.kinds import AccountKind, TransferKind
from app.features.ledger.posting.moves import Account, give, take
from app.features.ledger.posting.requests import Cause, Key, Posted, Request
from app.features.ledger.posting.transfers import post
from app.kit.amount import Amount


async def top_up(
    session: WriteSession,
    *,
    key: Key,
    company_id: int,
    amount: Amount,
    cause: Cause,
    paid: Amount | None = None,
    actor_id: int | None = None,
) -> Posted:
    """Credit a wallet for a payment that arrived (`paid`: in its own money). Raises Invalid and KeyReused."""
    amount.refuse_unmovable("CR", field="amount")
    content: dict[str, Any] = {"company": company_id, "amount": amount.minor}
    if paid is not None:
        content |= {"paid": paid.minor, "paid_asset": paid.asset}
    request = Request(key=key, kind=TransferKind.TOP_UP, cause=cause, content=content, actor_id=actor_id)
    clearing = Account(AccountKind.PAYMENT_CLEARING)
    wallet = Account(AccountKind.WALLET, company_id)
    return await post(session, request, [take(amount, clearing), give(amount, wallet)])


async def move_earnings_to_wallet(
    session: WriteSession, *, key: Key, company_id: int, amount: Amount, actor_id: int | None
) -> Posted:
    """Make available earnings spendable. Raises Invalid, PostingRefused and KeyReused."""
    amount.refuse_unmovable("CR", field="amount")
    request = Request(
        key=key,
        kind=TransferKind.TO_WALLET,
        cause=Cause("company", str(company_id)),
        content={"company": company_id, "amount": amount.minor},
        actor_id=actor_id,
    )
    available = Account(AccountKind.EARNINGS_AVAILABLE, company_id)
    return await post(
        session, request, [take(amount, available), give(amount, Account(AccountKind.WALLET, company_id))]
    )
