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
from app.features.ledger.posting.beside import Beside
from app.features.ledger.posting.moves import (
    Account,
    Leg,
    Move,
    NewHold,
    Shortfall,
    refuse_misshapen,
)
from app.features.ledger.posting.refusing import refusal_of, refused, reversed_already
from app.features.ledger.posting.requests import Claim, Posted, Posting, Request
from app.features.ledger.posting.sql import ENTERING
from app.kit.text import Text

_ENTER = text(ENTERING)


async def post(
    session: WriteSession,
    request: Request,
    moves: Sequence[Move],
    *,
    holds: Sequence[NewHold] = (),
    beside: Beside | None = None,
) -> Posted:
    """Claim and book in one go, and write what stands beside. Raises PostingRefused and KeyReused."""
    return await post_this(session, Posting.of(request, moves, holds, beside=beside))


async def post_this(session: WriteSession, posting: Posting) -> Posted:
    """As `post`."""
    request, beside = posting.request, posting.beside
    if server.is_used_by(session):
        done = await server.post(session, posting)
        if done is None:
            await enter(session)
            return await _stored(session, request)
        if isinstance(done, Shortfall):
            raise refusal_of(request, done)
        return done
    claimed = await begin(session, request)
    if isinstance(claimed, Posted):
        return claimed
    result = await portable.book(session, claimed, posting.moves, posting.holds, beside=beside)
    if result is None:
        assert beside is not None
        raise refused(request, beside.reason, beside.taken)
    return _completed(claimed, result)


async def begin(session: WriteSession, request: Request) -> Claim | Posted:
    """Enter and take the request's key; what was posted under it before comes back. Raises as `post`."""
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
    result = await path.book(session, claimed, moves, holds)
    assert result is not None, "nothing stands beside"
    return _completed(claimed, result)


def _completed(claimed: Claim, result: Sequence[Leg] | Shortfall) -> Posted:
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
