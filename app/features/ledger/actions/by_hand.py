"""What one of finance staff may credit alone. More is proposed, and somebody else approves it."""

from app.db.engine import WriteSession
from app.features.ledger.actions.goodwill import give_goodwill
from app.features.ledger.actions.top_ups import top_up
from app.features.ledger.policy import ALONE_UP_TO
from app.features.ledger.posting.requests import Cause, Key, Posted
from app.kit.amount import Amount
from app.kit.errors import NotAllowed
from app.kit.text import Text


async def top_up_by_hand(
    session: WriteSession, *, key: Key, company_id: int, amount: Amount, cause: Cause, actor_id: int
) -> Posted:
    """Credit a payment that no provider told of. Raises NotAllowed, Invalid and KeyReused."""
    refuse_alone(amount)
    return await top_up(
        session, key=key, company_id=company_id, amount=amount, cause=cause, actor_id=actor_id
    )


async def give_goodwill_by_hand(
    session: WriteSession, *, key: Key, company_id: int, amount: Amount, cause: Cause, actor_id: int
) -> Posted:
    """Raises NotAllowed, Invalid and KeyReused."""
    refuse_alone(amount)
    return await give_goodwill(
        session, key=key, company_id=company_id, amount=amount, cause=cause, actor_id=actor_id
    )


def refuse_alone(amount: Amount) -> None:
    amount.refuse_unmovable("CR", field="amount")
    if amount > ALONE_UP_TO:
        limit = ALONE_UP_TO.as_text()
        raise NotAllowed(
            Text(
                zh=f"一人最多可办 {limit.zh}；更多须先提议，由另一人批准。",
                en=f"One person may give up to {limit.en}; propose more, and somebody else approves it.",
            ),
            field="amount",
        )
