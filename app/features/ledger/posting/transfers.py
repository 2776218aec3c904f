"""Claiming a key, booking under it, refusing: what every verb of the ledger is made of.

All of it runs in the caller's transaction. One posting for each transaction keeps the order of locks:
key, then rows beside the books by id, then accounts by id.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select, text
from sqlalchemy.exc import IntegrityError

from app.db.direct import direct
from app.db.engine import ReadSession, WriteSession
from app.features.ledger.errors import KeyReused, PostingRefused
from app.features.ledger.kinds import AccountKind
from app.features.ledger.models import LedgerAccount, LedgerEntry, LedgerTransfer
from app.features.ledger.posting import portable, server
from app.features.ledger.posting.moves import (
    Account,
    Leg,
    Move,
    NewHold,
    Shortfall,
    refuse_misshapen,
)
from app.features.ledger.posting.refusing import refusal_of, reversed_already
from app.features.ledger.posting.requests import Claim, Posted, Request
from app.kit.text import Text

# Nobody waits longer for a lock: whoever does is told to try again. And the wall between companies lets
# this transaction pass: a sale changes accounts of several.
_ENTER = text("SELECT set_config('lock_timeout', '2s', true), set_config('top.posting', 'on', true)")


async def post(
    session: WriteSession, request: Request, moves: Sequence[Move], *, holds: Sequence[NewHold] = ()
) -> Posted:
    """Claim and book in one go. Raises PostingRefused and KeyReused."""
    refuse_misshapen(request.kind, moves, holds)
    if server.is_used_by(session):
        done = await server.post(session, request, moves, holds)
        if done is None:
            await enter(session)
            return await _stored(session, request)
        return _posted(done.claim, done.result)
    claimed = await begin(session, request)
    return claimed if isinstance(claimed, Posted) else await complete(session, claimed, moves, holds=holds)


async def begin(session: WriteSession, request: Request) -> Claim | Posted:
    """Take the request's key; what was posted under it before comes back. Raises as `post` does."""
    await enter(session)
    try:
        return await portable.claim(session, request) or await _stored(session, request)
    except IntegrityError as error:
        if "reverses_id" not in str(error.orig) and "reversed_once" not in str(error.orig):
            raise
        if portable.dialect_of(session) == "sqlite" and await _is_stored(session, request):
            return await _stored(session, request)  # SQLite looks at the other index first
        raise reversed_already(request) from error


async def enter(session: WriteSession) -> None:
    """Let the rest of this transaction read and change what posting must, of every company."""
    if session.get_bind().dialect.name == "postgresql":
        await direct(session, _ENTER, {})


async def complete(
    session: WriteSession, claimed: Claim, moves: Sequence[Move], *, holds: Sequence[NewHold] = ()
) -> Posted:
    """Book what was claimed. Raises PostingRefused."""
    refuse_misshapen(claimed.request.kind, moves, holds)
    path = server if server.is_used_by(session) else portable
    return _posted(claimed, await path.book(session, claimed, moves, holds))


def _posted(claimed: Claim, result: Sequence[Leg] | Shortfall) -> Posted:
    if isinstance(result, Shortfall):
        raise refusal_of(claimed.request, result)
    return Posted(claimed.transfer_id, claimed.public_id, claimed.at, tuple(result), claimed.request)


async def _is_stored(session: WriteSession, request: Request) -> bool:
    statement = select(LedgerTransfer.id).where(*_under(request))
    return await session.scalar(statement) is not None


def _under(request: Request) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return LedgerTransfer.scope == request.key.scope, LedgerTransfer.idem_key == request.key.value


async def _stored(session: WriteSession, request: Request) -> Posted:
    """The outcome that stands under the key. Raises KeyReused, or what was refused before."""
    statement = select(
        LedgerTransfer.id,
        LedgerTransfer.public_id,
        LedgerTransfer.created_at,
        LedgerTransfer.request_hash,
        LedgerTransfer.state,
        LedgerTransfer.reason,
        LedgerTransfer.refusal,
    ).where(*_under(request))
    row = (await session.execute(statement)).one()
    if row.request_hash != request.digest:
        raise KeyReused
    if row.state == "rejected":
        raise PostingRefused(row.reason, Text(zh=row.refusal["zh"], en=row.refusal["en"]))
    legs = await legs_of(session, row.id)
    return Posted(row.id, row.public_id, row.created_at, legs, request, replayed=True)


async def legs_of(session: ReadSession | WriteSession, transfer_id: int) -> tuple[Leg, ...]:
    """The legs of a transfer, in their order."""
    statement = (
        select(
            LedgerAccount.kind,
            LedgerAccount.owner_id,
            LedgerAccount.asset,
            LedgerAccount.shard,
            LedgerEntry.amount,
            LedgerEntry.balance_after,
        )
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(LedgerEntry.transfer_id == transfer_id)
        .order_by(LedgerEntry.leg)
    )
    return tuple(
        Leg(Account(AccountKind(row.kind), row.owner_id, row.asset, row.shard), row.amount, row.balance_after)
        for row in await session.execute(statement)
    )
