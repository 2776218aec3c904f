"""Reading transfers as they are sealed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.features.ledger.kinds import AccountKind, TransferKind
from app.features.ledger.models import LedgerAccount, LedgerEntry, LedgerTransfer
from app.features.ledger.sealing.leaves import SealedLeg, SealedTransfer
from app.features.members.companies.finding import public_ids_of

_REVERSED = aliased(LedgerTransfer)


async def transfers_to_seal(session: AsyncSession, ids: Sequence[int]) -> dict[int, SealedTransfer]:
    """By id; what is no longer there is left out."""
    legs = await _legs(session, ids)
    rows = await session.execute(
        select(LedgerTransfer, _REVERSED.public_id)
        .outerjoin(_REVERSED, _REVERSED.id == LedgerTransfer.reverses_id)
        .where(LedgerTransfer.id.in_(ids))
    )
    return {one.id: _sealed(one, reverses, legs.get(one.id, [])) for one, reverses in rows}


async def _legs(session: AsyncSession, ids: Sequence[int]) -> dict[int, list[SealedLeg]]:
    rows = (
        await session.execute(
            select(LedgerEntry, LedgerAccount)
            .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
            .where(LedgerEntry.transfer_id.in_(ids))
            .order_by(LedgerEntry.transfer_id, LedgerEntry.leg)
        )
    ).all()
    owners = await public_ids_of(session, (account.owner_id for _, account in rows if account.owner_id))
    found: dict[int, list[SealedLeg]] = {}
    for entry, account in rows:
        found.setdefault(entry.transfer_id, []).append(
            SealedLeg(
                leg=entry.leg,
                account=_name(AccountKind, account.kind),
                owner=owners.get(account.owner_id, "") if account.owner_id else "",
                asset=account.asset,
                shard=account.shard,
                number=entry.account_seq,
                amount=entry.amount,
                balance_after=entry.balance_after,
            )
        )
    return found


def _sealed(one: LedgerTransfer, reverses: str | None, legs: Sequence[SealedLeg]) -> SealedTransfer:
    private = (
        one.scope, one.idem_key, one.request_hash, one.content, one.actor_id, one.reason, one.refusal,
    )  # fmt: skip
    return SealedTransfer(
        id=one.id,
        public_id=one.public_id,
        kind=_name(TransferKind, one.kind),
        state=one.state,
        at=one.created_at,
        cause_kind=one.cause_kind,
        cause_id=one.cause_id,
        reverses=reverses or "",
        private=private,
        legs=tuple(legs),
    )


def _name(kinds: Any, number: int) -> str:
    """Also of a number that no kind has: a row that was tampered with must be named, not crash the check."""
    try:
        return str(kinds(number).name.lower())
    except ValueError:
        return f"unknown {number}"
