"""Posting by the PostgreSQL function `ledger_post`: the same steps in one round trip."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from app.db.direct import direct
from app.db.engine import WriteSession
from app.features.ledger.errors import Misposted
from app.features.ledger.kinds import MATRIX, limits_of
from app.features.ledger.posting.moves import Account, Leg, Move, NewHold, Shortfall, accounts_of
from app.features.ledger.posting.requests import Claim, Request
from app.kit.ids import random_id

PORTABLE = "ledger_portable"  # execution option of an engine that is to post without the function

# Arrays go as texts: the driver looks at each element of an array several times.
_PARAMETERS = {
    "transfer": "", "public_id": "", "scope": "", "key": "", "hash": "", "kind": "", "reverses": "",
    "cause_kind": "", "cause_id": "", "actor": "", "content": "",
    "kinds": "smallint[]", "owners": "bigint[]", "assets": "text[]", "shards": "smallint[]",
    "floors": "bigint[]", "ceilings": "bigint[]", "amounts": "bigint[]", "starts": "int[]", "places": "int[]",
    "passes_freeze": "", "hold_places": "int[]", "hold_amounts": "bigint[]", "hold_days": "smallint[]",
    "hold_reasons": "",
}  # fmt: skip
_GIVEN = ", ".join(
    f"CAST(CAST(:{name} AS text) AS {array})" if array else f":{name}" for name, array in _PARAMETERS.items()
)
_CALL = text(f"SELECT outcome, transfer, at, blamed, changes, balances FROM ledger_post({_GIVEN})")  # noqa: S608


def _array(values: Iterable[int | str | None]) -> str:
    """As PostgreSQL writes an array of numbers, or of codes that need no quotes."""
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


@dataclass(frozen=True, slots=True)
class Done:
    claim: Claim
    result: list[Leg] | Shortfall


def is_used_by(session: WriteSession) -> bool:
    connection: Any = session.get_bind()
    return connection.dialect.name == "postgresql" and not connection.get_execution_options().get(PORTABLE)


async def post(
    session: WriteSession, request: Request, moves: Sequence[Move], holds: Sequence[NewHold]
) -> Done | None:
    """Claim and book; None when an outcome is stored under the key."""
    public_id = random_id()
    claiming = {
        "transfer": None,
        "public_id": public_id,
        "scope": request.key.scope,
        "key": request.key.value,
        "hash": request.digest,
        "reverses": request.reverses_id,
        "cause_kind": request.cause.kind,
        "cause_id": request.cause.id,
        "actor": request.actor_id,
        "content": request.content_json,
    }
    row = await _call(session, claiming, request, moves, holds)
    if row["outcome"] == "stored":
        return None
    return Done(Claim(request, row["transfer"], public_id, row["at"]), _result(row, accounts_of(moves)))


async def book(
    session: WriteSession, claimed: Claim, moves: Sequence[Move], holds: Sequence[NewHold]
) -> list[Leg] | Shortfall:
    """Book a claimed transfer."""
    row = await _call(session, _CLAIMED | {"transfer": claimed.transfer_id}, claimed.request, moves, holds)
    return _result(row, accounts_of(moves))


_CLAIMED: dict[str, Any] = dict.fromkeys(
    ("public_id", "scope", "key", "hash", "reverses", "cause_kind", "cause_id", "actor", "content")
)


async def _call(
    session: WriteSession,
    claiming: dict[str, Any],
    request: Request,
    moves: Sequence[Move],
    holds: Sequence[NewHold],
) -> Any:
    accounts = accounts_of(moves)
    place = {account: at for at, account in enumerate(accounts, start=1)}
    limits = [limits_of(account.kind) for account in accounts]
    starts = [1]
    for move in moves:
        starts.append(starts[-1] + len(move.accounts))
    values = claiming | {
        "kind": int(request.kind),
        "kinds": _array([int(account.kind) for account in accounts]),
        "owners": _array([account.owner_id for account in accounts]),
        "assets": _array([account.asset for account in accounts]),
        "shards": _array([account.shard for account in accounts]),
        "floors": _array([one.floor for one in limits]),
        "ceilings": _array([one.ceiling for one in limits]),
        "amounts": _array([move.amount for move in moves]),
        "starts": _array(starts),
        "places": _array([place[account] for move in moves for account in move.accounts]),
        "passes_freeze": MATRIX[request.kind].passes_freeze,
        "hold_places": _array([place[hold.account] for hold in holds]),
        "hold_amounts": _array([hold.amount for hold in holds]),
        "hold_days": _array([hold.days for hold in holds]),
        "hold_reasons": [hold.reason for hold in holds],
    }
    (row,) = await direct(session, _CALL, values)
    return row


def _result(row: Any, accounts: Sequence[Account]) -> list[Leg] | Shortfall:
    if row["outcome"] != "posted":
        return Shortfall(row["outcome"], accounts[row["blamed"] - 1])
    legs = [
        Leg(account, change, balance)
        for account, change, balance in zip(accounts, row["changes"], row["balances"], strict=True)
        if change
    ]
    if len(legs) < 2:
        raise Misposted("a transfer changes at least two accounts")
    return legs
