"""Collecting the shards of the fee account in the first one, nightly."""

from datetime import date

from sqlalchemy import select

from app.db.engine import ReadSession, WriteSession
from app.features.ledger.kinds import REVENUE_SHARDS, AccountKind, TransferKind
from app.features.ledger.models import LedgerTransfer
from app.features.ledger.posting.moves import Account, Move
from app.features.ledger.posting.portable import lock_accounts
from app.features.ledger.posting.requests import Cause, Key, Posted, Request
from app.features.ledger.posting.transfers import begin, complete

_SHARDS = [Account(AccountKind.PLATFORM_REVENUE, shard=shard) for shard in range(REVENUE_SHARDS)]


async def was_swept(session: ReadSession, day: date) -> bool:
    """Asked first, as a sweep locks every shard."""
    statement = select(LedgerTransfer.id).where(
        LedgerTransfer.scope == "sweep", LedgerTransfer.idem_key == day.isoformat()
    )
    return await session.scalar(statement) is not None


async def sweep_revenue(session: WriteSession, day: date) -> Posted | None:
    """Move what the other shards hold to shard 0, once a day; None when they hold nothing."""
    locked = await lock_accounts(session, _SHARDS)
    moves = [Move(-locked[shard].balance, (shard,)) for shard in _SHARDS[1:] if locked[shard].balance]
    total = sum(move.amount for move in moves)
    if not moves:
        return None
    if total:
        moves.append(Move(-total, (_SHARDS[0],)))
    request = Request(
        key=Key("sweep", day.isoformat()),
        kind=TransferKind.SWEEP,
        cause=Cause("sweep", day.isoformat()),
        content={},
    )
    claimed = await begin(session, request)
    return claimed if isinstance(claimed, Posted) else await complete(session, claimed, moves)
