"""Posting by the PostgreSQL function `ledger_post`: the same steps in one message.

Where nothing else belongs to the transaction, that message is the whole of it: what begins and ends one takes
longer than the work. The function then raises what it otherwise returns, so that nothing of it stays.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import TextClause
from sqlalchemy.exc import DBAPIError

from app.db.direct import direct
from app.db.engine import WriteSession
from app.db.rows import statement_of
from app.db.tenancy import TELLING, told_values
from app.features.ledger.errors import Misposted
from app.features.ledger.kinds import MATRIX, limits_of
from app.features.ledger.posting.beside import Beside, RowsBeside
from app.features.ledger.posting.moves import Account, Leg, Move, NewHold, Shortfall, accounts_of
from app.features.ledger.posting.refusing import refused
from app.features.ledger.posting.requests import Claim, Posted, Request
from app.kit.ids import random_id

PORTABLE = "ledger_portable"  # execution option of an engine that is to post without the function

# Arrays go as texts: the driver looks at each element of an array several times.
_PARAMETERS = {
    "transfer": "", "public_id": "", "scope": "", "key": "", "hash": "", "kind": "", "reverses": "",
    "cause_kind": "", "cause_id": "", "actor": "", "content": "",
    "kinds": "smallint[]", "owners": "bigint[]", "assets": "text[]", "shards": "smallint[]",
    "floors": "bigint[]", "ceilings": "bigint[]", "amounts": "bigint[]", "starts": "int[]", "places": "int[]",
    "passes_freeze": "", "hold_places": "int[]", "hold_amounts": "bigint[]", "hold_days": "smallint[]",
    "hold_reasons": "", "leaving_more": "int[]",
}  # fmt: skip
_GIVEN = ", ".join(
    f"CAST(CAST(:{name} AS text) AS {array})" if array else f":{name}" for name, array in _PARAMETERS.items()
)
_ANSWER = "outcome, transfer, at, blamed, changes, balances"
_UNDONE = (
    "TL001"  # SQLSTATE of what the function raises: the message is the outcome, the detail whom it blames
)
_MORE, _TAKEN = "more", "taken"


@cache
def _calling(rows: RowsBeside | None, *, alone: bool) -> TextClause:
    """The call with `rows` behind it; alone it tells the tenant, as the message that begins does."""
    call = f"ledger_post({_GIVEN}, {'true' if alone else 'false'})"
    kept = "true" if rows is None else "outcome <> 'posted' OR EXISTS (SELECT FROM row0)"
    if alone and rows is not None:
        kept = f"CASE WHEN {kept} THEN true ELSE ledger_undo('{_TAKEN}') END"
    parts = [
        f"told AS MATERIALIZED (SELECT {TELLING if alone else '1'})",
        f"posted AS MATERIALIZED (SELECT {_ANSWER} FROM told, {call})",  # noqa: S608 - our own names
        *(() if rows is None else rows.behind("posted")),
    ]
    sql = f"WITH {', '.join(parts)} SELECT {_ANSWER}, {kept} AS kept FROM posted"  # noqa: S608
    return statement_of(sql, *(() if rows is None else rows.rows))


def _array(values: Iterable[int | str]) -> str:
    """As PostgreSQL writes an array of numbers, or of codes that need no quotes."""
    return "{" + ",".join(map(str, values)) + "}"


def _limits(values: Iterable[int | None]) -> str:
    return _array("NULL" if value is None else value for value in values)


def is_used_by(session: WriteSession) -> bool:
    connection: Any = session.get_bind()
    return connection.dialect.name == "postgresql" and not connection.get_execution_options().get(PORTABLE)


async def post(
    session: WriteSession,
    request: Request,
    accounts: Sequence[Account],
    moves: Sequence[Move],
    holds: Sequence[NewHold],
    *,
    beside: Beside | None = None,
    alone_unless: Sequence[Account] | None = None,
) -> Posted | Shortfall | None:
    """Claim, book and write what stands beside; None when an outcome is stored under the key."""
    alone = alone_unless is not None
    public_id, content = random_id(), request.content_json
    values = _booking(request, accounts, moves, holds) | {
        "leaving_more": _array([accounts.index(one) + 1 for one in alone_unless or ()]),
        "transfer": None,
        "public_id": public_id,
        "scope": request.key.scope,
        "key": request.key.value,
        "hash": request.digest_with(content),
        "reverses": request.reverses_id,
        "cause_kind": request.cause.kind,
        "cause_id": request.cause.id,
        "actor": request.actor_id,
        "content": content,
    }
    if beside is not None:
        values |= beside.values(public_id)
    if alone:
        values |= told_values()
    try:
        (row,) = await direct(session, _calling(beside and beside.rows, alone=alone), values, alone=alone)
    except DBAPIError as error:
        row = _undone(error)
        if row["outcome"] == _MORE:
            return await post(session, request, accounts, moves, holds, beside=beside)
    if row["outcome"] == "stored":
        return None
    session.ended = alone
    if beside is not None and not row["kept"]:
        raise refused(request, beside.reason, beside.taken)
    result = _result(row, accounts)
    if isinstance(result, Shortfall):
        return result
    return Posted(row["transfer"], public_id, row["at"], tuple(result), request)


async def book(
    session: WriteSession, claimed: Claim, moves: Sequence[Move], holds: Sequence[NewHold]
) -> list[Leg] | Shortfall:
    """Book a claimed transfer."""
    accounts = accounts_of(moves)
    values = _CLAIMED | _booking(claimed.request, accounts, moves, holds)
    values["transfer"] = claimed.transfer_id
    (row,) = await direct(session, _calling(None, alone=False), values)
    return _result(row, accounts)


_CLAIMED: dict[str, Any] = dict.fromkeys(
    ("public_id", "scope", "key", "hash", "reverses", "cause_kind", "cause_id", "actor", "content")
) | {"leaving_more": "{}"}


def _booking(
    request: Request,
    accounts: Sequence[Account],
    moves: Sequence[Move],
    holds: Sequence[NewHold],
) -> dict[str, Any]:
    place = {account: at for at, account in enumerate(accounts, start=1)}
    kinds, owners, assets, shards = zip(*accounts, strict=True)
    limits = [limits_of(kind) for kind in kinds]
    starts = [1]
    for move in moves:
        starts.append(starts[-1] + len(move.accounts))
    return {
        "kind": int(request.kind),
        "kinds": _array(map(int, kinds)),
        "owners": _array(owners),
        "assets": _array(assets),
        "shards": _array(shards),
        "floors": _limits(one.floor for one in limits),
        "ceilings": _limits(one.ceiling for one in limits),
        "amounts": _array([move.amount for move in moves]),
        "starts": _array(starts),
        "places": _array([place[account] for move in moves for account in move.accounts]),
        "passes_freeze": MATRIX[request.kind].passes_freeze,
        "hold_places": _array([place[hold.account] for hold in holds]),
        "hold_amounts": _array([hold.amount for hold in holds]),
        "hold_days": _array([hold.days for hold in holds]),
        "hold_reasons": [hold.reason for hold in holds],
    }


def _undone(error: DBAPIError) -> dict[str, Any]:
    """What the function would have returned. Raises any other error as it is."""
    raised: Any = error.orig
    if getattr(raised, "sqlstate", None) != _UNDONE:
        raise error
    outcome = raised.message
    return {"outcome": outcome, "blamed": raised.detail and int(raised.detail), "kept": outcome != _TAKEN}


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
