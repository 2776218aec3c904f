"""Releasing earnings whose hold is over: what the author owes is repaid first."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from app.db.engine import ReadSession, WriteSession
from app.db.now import database_now
from app.features.ledger.kinds import AccountKind, TransferKind
from app.features.ledger.models import LedgerAccount
from app.features.ledger.policy import RELEASE_BATCH
from app.features.ledger.posting.moves import Account, give, take
from app.features.ledger.posting.requests import Cause, Key, Posted, Request
from app.features.ledger.posting.transfers import post
from app.features.ledger.side_models import LedgerHold
from app.kit.amount import Amount
from app.kit.ids import random_id

# A dispute ends with its hold: nothing is kept from anybody for longer than that.
_DUE = (LedgerHold.state != "done", LedgerHold.release_at <= database_now())


async def companies_due(session: ReadSession, *, limit: int) -> list[int]:
    """Companies with earnings to release."""
    statement = (
        select(LedgerAccount.owner_id)
        .join(LedgerHold, LedgerHold.account_id == LedgerAccount.id)
        .where(*_DUE)
        .distinct()
        .limit(limit)
    )
    return list(await session.scalars(statement))


async def release_due(session: WriteSession, company_id: int) -> Posted | None:
    """Release one batch of a company's due holds; None when there is none.

    The hold rows decide, not the clock: each is released once, and a clock that jumps back only delays.
    """
    due = (
        select(LedgerHold.id, LedgerHold.account_id, LedgerHold.amount, LedgerHold.returned)
        .join(LedgerAccount, LedgerAccount.id == LedgerHold.account_id)
        .where(
            LedgerAccount.owner_id == company_id,
            LedgerAccount.kind == int(AccountKind.EARNINGS_PENDING),
            *_DUE,
        )
        .order_by(LedgerHold.account_id, LedgerHold.id)
        .limit(RELEASE_BATCH)
        .with_for_update(skip_locked=True, of=LedgerHold)
    )
    holds = (await session.execute(due)).all()
    if not holds:
        return None
    amount = Amount("CR", sum(hold.amount - hold.returned for hold in holds))
    batch = random_id()
    request = Request(
        key=Key("release", batch),
        kind=TransferKind.RELEASE,
        cause=Cause("release", batch),
        content={"company": company_id, "holds": [hold.id for hold in holds]},
    )
    posted = await post(session, request, _moves(company_id, amount))
    await _mark_released(session, holds)
    return posted


def _moves(company_id: int, amount: Amount) -> list[Any]:
    debt = Account(AccountKind.PARTNER_DEBT, company_id)
    return [
        take(amount, Account(AccountKind.EARNINGS_PENDING, company_id)),
        give(amount, debt, Account(AccountKind.EARNINGS_AVAILABLE, company_id)),
    ]


async def _mark_released(session: WriteSession, holds: Sequence[Any]) -> None:
    await session.execute(
        update(LedgerHold)
        .where(LedgerHold.id.in_([hold.id for hold in holds]))
        .values(released=LedgerHold.amount - LedgerHold.returned, state="done")
    )
