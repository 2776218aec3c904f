"""Posting by statements that both databases know: the reference for what the server function does.

The unit of work has no part in it: its order of writing is not that of the locks.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from app.db.direct import direct
from app.db.engine import WriteSession
from app.features.ledger.errors import Misposted
from app.features.ledger.kinds import PLATFORM, limits_of
from app.features.ledger.posting import sql
from app.features.ledger.posting.beside import Beside
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
from app.kit.ids import random_id


def dialect_of(session: WriteSession) -> str:
    return session.get_bind().dialect.name


async def claim(session: WriteSession, request: Request) -> Claim | None:
    """Take the key, waiting for whoever is using it; None when an outcome is stored under it."""
    public_id = random_id()
    statement = sql.claiming(dialect_of(session))
    rows = await direct(session, statement, transfer_values(request, public_id))
    return Claim(request, rows[0][0], public_id, _moment(rows[0][1])) if rows else None


def _moment(stored: Any) -> datetime:
    """SQLite's driver gives the text that it keeps."""
    return stored if isinstance(stored, datetime) else datetime.fromisoformat(stored).replace(tzinfo=UTC)


def transfer_values(
    request: Request, public_id: str, *, reason: str | None = None, refusal: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The row of a transfer, posted or, with a reason, rejected."""
    content = request.content_json
    return {
        "public_id": public_id,
        "scope": request.key.scope,
        "idem_key": request.key.value,
        "request_hash": request.digest_with(content),
        "state": "posted" if reason is None else "rejected",
        "reason": reason,
        "refusal": None if refusal is None else json.dumps(refusal, ensure_ascii=False),
        "kind": int(request.kind),
        "reverses_id": request.reverses_id if reason is None else None,  # what was refused reverses nothing
        "cause_kind": request.cause.kind,
        "cause_id": request.cause.id,
        "actor_id": request.actor_id,
        "content": content,
    }


async def book(
    session: WriteSession,
    claimed: Claim,
    moves: Sequence[Move],
    holds: Sequence[NewHold],
    *,
    beside: Beside | None = None,
) -> list[Leg] | Shortfall | None:
    """Make the moves of a claimed transfer; a shortfall has changed nothing but perhaps made accounts.

    None where what stands beside was there already: the transaction is not to be kept then.
    """
    locked = await lock_accounts(session, accounts_of(moves))
    settled = settle(claimed.request.kind, moves, locked)
    if isinstance(settled, Shortfall):
        return settled
    return settled if await write_down(session, claimed, settled, holds, locked, beside) else None


async def lock_accounts(session: WriteSession, accounts: Sequence[Account]) -> Mapping[Account, Locked]:
    """Their rows, locked in ascending id; those never used before are made first."""
    values: dict[str, Any] = {}
    for at, one in enumerate(accounts):
        values |= {f"kind{at}": int(one.kind), f"owner{at}": one.owner_id}
        values |= {f"asset{at}": one.asset, f"shard{at}": one.shard}
    statement = sql.locking(dialect_of(session), len(accounts))
    rows = await direct(session, statement, values)
    if not rows:
        await _make_accounts(session, accounts)
        rows = await direct(session, statement, values)
    by_reference = {
        (kind, owner, asset, shard): Locked(number, balance, seq, floor, ceiling, bool(frozen), bool(closed))
        for kind, owner, asset, shard, number, balance, seq, floor, ceiling, frozen, closed in rows
    }
    return {one: by_reference[int(one.kind), one.owner_id, one.asset, one.shard] for one in accounts}


async def _make_accounts(session: WriteSession, accounts: Sequence[Account]) -> None:
    """In one order, so that two transactions making the same cannot wait for each other."""
    values: dict[str, Any] = {}
    ordered = sorted(accounts, key=lambda one: (one.kind, one.owner_id, one.asset, one.shard))
    for at, one in enumerate(ordered):
        limits = limits_of(one.kind)
        values |= {
            f"kind{at}": int(one.kind),
            f"owner_id{at}": one.owner_id,
            f"company_id{at}": one.owner_id if one.owner_id != PLATFORM else None,
            f"asset{at}": one.asset,
            f"shard{at}": one.shard,
            f"floor{at}": limits.floor,
            f"ceiling{at}": limits.ceiling,
        }
    await direct(session, sql.making(len(ordered)), values)


async def write_down(
    session: WriteSession,
    claimed: Claim,
    legs: Sequence[Leg],
    holds: Sequence[NewHold],
    locked: Mapping[Account, Locked],
    beside: Beside | None = None,
) -> bool:
    """Balances, entries, holds and what stands beside; False where that was there already."""
    values: dict[str, Any] = {"transfer_id": claimed.transfer_id}
    for at, leg in enumerate(legs):
        row = locked[leg.account]
        values |= {f"id{at}": row.id, f"seq{at}": row.seq, f"amount{at}": leg.amount}
        values |= {f"leg{at}": at + 1, f"balance_after{at}": leg.balance_after}
    for at, hold in enumerate(holds):
        values |= {f"held_on{at}": locked[hold.account].id, f"held{at}": hold.amount, f"days{at}": hold.days}
        values |= {f"release_at{at}": claimed.at + timedelta(days=hold.days), f"why{at}": hold.reason}
    if beside is not None:
        values |= {**beside.values(claimed.public_id), "transfer": claimed.transfer_id}
    rows, dialect = None if beside is None else beside.rows, dialect_of(session)
    changing, *others = sql.booking(dialect, len(legs), len(holds), rows)
    changed = await direct(session, changing, values)
    if len(changed) != len(legs):
        raise Misposted("an account changed under its lock")
    for statement in others:
        await direct(session, statement, values)
    if rows is None or dialect == "postgresql":
        return rows is None or bool(changed[0][1])
    return await rows.write(session, values)
