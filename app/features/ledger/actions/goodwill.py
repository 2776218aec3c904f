"""Credits that the platform gives from its own revenue to make something good."""

from app.db.engine import WriteSession
from app.features.ledger.kinds import AccountKind, TransferKind
from app.features.ledger.posting.moves import Account, give, take
from app.features.ledger.posting.requests import Cause, Key, Posted, Request
from app.features.ledger.posting.transfers import post
from app.kit.amount import Amount


async def give_goodwill(
    session: WriteSession,
    *,
    key: Key,
    company_id: int,
    amount: Amount,
    cause: Cause,
    actor_id: int | None,
) -> Posted:
    """Credit a wallet at the platform's cost. Raises Invalid and KeyReused."""
    amount.refuse_unmovable("CR", field="amount")
    request = Request(
        key=key,
        kind=TransferKind.GOODWILL,
        cause=cause,
        content={"company": company_id, "amount": amount.minor},
        actor_id=actor_id,
    )
    revenue = Account(AccountKind.PLATFORM_REVENUE)
    return await post(
        session, request, [take(amount, revenue), give(amount, Account(AccountKind.WALLET, company_id))]
    )
