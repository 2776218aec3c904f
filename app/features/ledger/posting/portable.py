"""Posting by statements that both databases know: the reference for what the server function does."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    Insert,
    Table,
    Update,
    and_,
    bindparam,
    case,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from app.db.engine import WriteSession
from app.db.now import database_now
from app.features.ledger.errors import Misposted
from app.features.ledger.kinds import PLATFORM, limits_of
from app.features.ledger.models import LedgerAccount, LedgerEntry, LedgerTransfer
from app.features.ledger.posting.moves import (
    Account,
    Leg,
    Locked,
    Move,
    NewHold,
    Shortfall,
    accounts_of,
    settle,
)
from app.features.ledger.posting.requests import Claim, Request
from app.features.ledger.posting.writing_holds import add_holds
from app.kit.ids import random_id

# The tables, not the classes: the unit of work has no part in posting, its order is not that of the locks.
_ACCOUNTS, _TRANSFERS, _ENTRIES = (
    cast(Table, model.__table__) for model in (LedgerAccount, LedgerTransfer, LedgerEntry)
)
KEY = ("scope", "idem_key")
_REFERENCE = tuple_(LedgerAccount.kind, LedgerAccount.owner_id, LedgerAccount.asset, LedgerAccount.shard)
_WANTED = _REFERENCE.in_(bindparam("wanted", expanding=True))
# Nothing is locked unless all are there: a missing row cannot be locked, and is made before any lock.
_LOCK = (
    select(
        LedgerAccount.kind,
        LedgerAccount.owner_id,
        LedgerAccount.asset,
        LedgerAccount.shard,
        LedgerAccount.id,
        LedgerAccount.balance,
        LedgerAccount.seq,
        LedgerAccount.floor,
        LedgerAccount.ceiling,
        func.coalesce(LedgerAccount.frozen_until > database_now(), False),
        LedgerAccount.closed_at.is_not(None),
    )
    .where(
        _WANTED,
        select(func.count()).select_from(LedgerAccount).where(_WANTED).scalar_subquery()
        == bindparam("count", type_=BigInteger),
    )
    .order_by(LedgerAccount.id)
    .with_for_update(key_share=True)
)


def dialect_of(session: WriteSession) -> str:
    return session.get_bind().dialect.name


def insert_ignoring(dialect: str, table: Any, *key: str) -> Any:
    """INSERT .. ON CONFLICT (key) DO NOTHING into a table."""
    module: Any = postgresql if dialect == "postgresql" else sqlite
    return module.insert(table).on_conflict_do_nothing(index_elements=key)


@cache
def _claiming(dialect: str) -> Any:
    return (
        insert_ignoring(dialect, _TRANSFERS, *KEY)
        .values(created_at=database_now())
        .returning(LedgerTransfer.id, LedgerTransfer.created_at)
    )


async def claim(session: WriteSession, request: Request) -> Claim | None:
    """Take the key, waiting for whoever is using it; None when an outcome is stored under it."""
    public_id = random_id()
    values = transfer_values(request, public_id) | {"state": "posted", "reason": None, "refusal": None}
    row = (await session.execute(_claiming(dialect_of(session)), values)).one_or_none()
    return None if row is None else Claim(request, row.id, public_id, row.created_at)


def transfer_values(request: Request, public_id: str) -> dict[str, Any]:
    return {
        "public_id": public_id,
        "scope": request.key.scope,
        "idem_key": request.key.value,
        "request_hash": request.digest,
        "kind": int(request.kind),
        "reverses_id": request.reverses_id,
        "cause_kind": request.cause.kind,
        "cause_id": request.cause.id,
        "actor_id": request.actor_id,
        "content": request.content,
    }


async def book(
    session: WriteSession, claimed: Claim, moves: Sequence[Move], holds: Sequence[NewHold]
) -> list[Leg] | Shortfall:
    """Make the moves of a claimed transfer; a shortfall has changed nothing but perhaps made accounts."""
    locked = await lock_accounts(session, accounts_of(moves))
    settled = settle(claimed.request.kind, moves, locked)
    if isinstance(settled, Shortfall):
        return settled
    await _change_balances(session, settled, locked)
    await _add_entries(session, claimed.transfer_id, settled, locked)
    if holds:
        await add_holds(session, claimed, holds, {hold.account: locked[hold.account].id for hold in holds})
    return settled


async def lock_accounts(session: WriteSession, accounts: Sequence[Account]) -> Mapping[Account, Locked]:
    """Their rows, locked in ascending id; those never used before are made first."""
    wanted = [(int(one.kind), one.owner_id, one.asset, one.shard) for one in accounts]
    values = {"wanted": wanted, "count": len(wanted)}
    rows = (await session.execute(_LOCK, values)).all()
    if not rows:
        await _make_accounts(session, accounts)
        rows = (await session.execute(_LOCK, values)).all()
    by_reference = {tuple(row[:4]): Locked(*row[4:]) for row in rows}
    return {account: by_reference[key] for account, key in zip(accounts, wanted, strict=True)}


async def _make_accounts(session: WriteSession, accounts: Sequence[Account]) -> None:
    """In one order, so that two transactions making the same cannot wait for each other."""
    rows = []
    for one in sorted(accounts, key=lambda one: (one.kind, one.owner_id, one.asset, one.shard)):
        limits = limits_of(one.kind)
        rows.append(
            {
                "kind": int(one.kind),
                "owner_id": one.owner_id,
                "company_id": one.owner_id if one.owner_id != PLATFORM else None,
                "asset": one.asset,
                "shard": one.shard,
                "floor": limits.floor,
                "ceiling": limits.ceiling,
                "balance": 0,
                "seq": 0,
            }
        )
    await session.execute(
        insert_ignoring(dialect_of(session), _ACCOUNTS, "kind", "owner_id", "asset", "shard").values(rows)
    )


async def _change_balances(
    session: WriteSession, legs: Sequence[Leg], locked: Mapping[Account, Locked]
) -> None:
    values: dict[str, int] = {}
    for at, leg in enumerate(legs):
        row = locked[leg.account]
        values |= {f"id{at}": row.id, f"seq{at}": row.seq, f"amount{at}": leg.amount}
    result = await session.execute(_changing(len(legs)), values)
    if cast(Any, result).rowcount != len(legs):
        raise Misposted("an account changed under its lock")


@cache
def _changing(legs: int) -> Update:
    """One statement for all accounts of a transfer; the guard on `seq` is in it."""
    ids = [bindparam(f"id{at}", type_=BigInteger) for at in range(legs)]
    amounts = [bindparam(f"amount{at}", type_=BigInteger) for at in range(legs)]
    unchanged = [
        and_(LedgerAccount.id == one, LedgerAccount.seq == bindparam(f"seq{at}", type_=BigInteger))
        for at, one in enumerate(ids)
    ]
    amount = case(
        *((LedgerAccount.id == one, amount) for one, amount in zip(ids, amounts, strict=True)), else_=0
    )
    return (
        update(_ACCOUNTS)
        .where(or_(*unchanged))
        .values(balance=LedgerAccount.balance + amount, seq=LedgerAccount.seq + 1)
    )


async def _add_entries(
    session: WriteSession, transfer_id: int, legs: Sequence[Leg], locked: Mapping[Account, Locked]
) -> None:
    values: dict[str, int] = {}
    for at, leg in enumerate(legs):
        row = locked[leg.account]
        values |= {
            f"transfer{at}": transfer_id,
            f"account{at}": row.id,
            f"seq{at}": row.seq + 1,
            f"amount{at}": leg.amount,
            f"after{at}": leg.balance_after,
        }
    await session.execute(_adding(len(legs)), values)


@cache
def _adding(legs: int) -> Insert:
    """All legs in one statement: the trigger that checks their sum runs once for it."""
    return insert(_ENTRIES).values(
        [
            {
                "transfer_id": bindparam(f"transfer{at}", type_=BigInteger),
                "leg": at + 1,
                "account_id": bindparam(f"account{at}", type_=BigInteger),
                "account_seq": bindparam(f"seq{at}", type_=BigInteger),
                "amount": bindparam(f"amount{at}", type_=BigInteger),
                "balance_after": bindparam(f"after{at}", type_=BigInteger),
            }
            for at in range(legs)
        ]
    )
