"""A company's statement: its entries, newest first, each with its cause.

A place in it is the sequence number reached on each account, so that a page costs the same however long
the statement is, and nothing is skipped or shown twice while new entries arrive.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.db.engine import ReadSession
from app.features.ledger.kinds import AccountKind, TransferKind
from app.features.ledger.models import LedgerAccount, LedgerEntry, LedgerTransfer
from app.features.ledger.posting.requests import Cause
from app.kit.amount import Amount

PAGE = 50
OWN_KINDS = tuple(kind for kind in AccountKind if not kind.is_platform)


@dataclass(frozen=True, slots=True)
class StatementLine:
    """What one transfer did to one account."""

    transfer: str  # public id
    leg: int
    at: datetime
    kind: TransferKind
    account: AccountKind
    amount: Amount
    balance_after: Amount
    cause: Cause


@dataclass(frozen=True, slots=True)
class StatementPage:
    lines: tuple[StatementLine, ...]
    before: Mapping[int, int] | None  # account id -> lowest number shown; None: there is nothing older


async def statement_of(
    session: ReadSession,
    company_id: int,
    *,
    kinds: Sequence[AccountKind] = OWN_KINDS,
    before: Mapping[int, int] | None = None,
    limit: int = PAGE,
) -> StatementPage:
    """The entries older than `before` on the company's accounts of these kinds."""
    accounts = await session.execute(
        select(LedgerAccount.id, LedgerAccount.seq).where(
            LedgerAccount.owner_id == company_id, LedgerAccount.kind.in_([int(kind) for kind in kinds])
        )
    )
    reached = {row.id: (before or {}).get(row.id, row.seq + 1) for row in accounts}
    waiting = [
        deque((await session.execute(_entries(account_id, seq, limit + 1))).all())
        for account_id, seq in reached.items()
    ]
    shown: list[Any] = []
    while len(shown) < limit and any(waiting):
        # Each account in its own order, which is not that of transfer ids: those only choose among accounts.
        newest = max(filter(None, waiting), key=lambda rows: rows[0].transfer_id)
        shown.append(newest.popleft())
        reached[shown[-1].account_id] = shown[-1].account_seq
    return StatementPage(tuple(_line(row) for row in shown), reached if any(waiting) else None)


def _entries(account_id: int, before: int, limit: int) -> Any:
    return (
        select(
            LedgerEntry.transfer_id,
            LedgerEntry.leg,
            LedgerEntry.account_id,
            LedgerEntry.account_seq,
            LedgerEntry.amount,
            LedgerEntry.balance_after,
            LedgerAccount.kind.label("account"),
            LedgerAccount.asset,
            LedgerTransfer.public_id,
            LedgerTransfer.created_at,
            LedgerTransfer.kind,
            LedgerTransfer.cause_kind,
            LedgerTransfer.cause_id,
        )
        .join(LedgerTransfer, LedgerTransfer.id == LedgerEntry.transfer_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(LedgerEntry.account_id == account_id, LedgerEntry.account_seq < before)
        .order_by(LedgerEntry.account_seq.desc())
        .limit(limit)
    )


def _line(row: Any) -> StatementLine:
    return StatementLine(
        transfer=row.public_id,
        leg=row.leg,
        at=row.created_at,
        kind=TransferKind(row.kind),
        account=AccountKind(row.account),
        amount=Amount(row.asset, row.amount),
        balance_after=Amount(row.asset, row.balance_after),
        cause=Cause(row.cause_kind, row.cause_id),
    )
