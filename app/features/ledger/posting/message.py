"""Postings as one message to the PostgreSQL function `ledger_post`, and its answer.

What the rules work on goes as arrays over all postings of a message, with the place where each begins; what
is only kept goes as one JSON document. Arrays go as texts: the driver looks at each element several times.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import accumulate
from typing import Any

from sqlalchemy import TextClause, text

from app.db.tenancy import TELLING, told
from app.features.ledger.errors import Misposted
from app.features.ledger.kinds import MATRIX, limits_of
from app.features.ledger.posting.beside import RowsBeside
from app.features.ledger.posting.moves import Account, Leg
from app.features.ledger.posting.requests import Posted, Posting

TAKEN = "taken"
_PARAMETERS = {
    "transfer": "bigint", "requests": "json",
    "kinds": "smallint[]", "owners": "bigint[]", "assets": "text[]", "shards": "smallint[]",
    "floors": "bigint[]", "ceilings": "bigint[]",
    "moves": "int[]", "amounts": "bigint[]", "starts": "int[]", "places": "int[]",
    "parts": "int[]", "taking": "int[]", "passes_freeze": "boolean[]",
    "hold_requests": "int[]", "hold_places": "int[]", "hold_amounts": "bigint[]", "hold_days": "smallint[]",
    "hold_reasons": "", "leaving_more": "int[]",
}  # fmt: skip
_GIVEN = ", ".join(
    f"CAST(CAST(:{name} AS text) AS {kind})" if kind else f":{name}" for name, kind in _PARAMETERS.items()
)
_ANSWER = "outcome, transfers, at, blamed, leg_requests, leg_places, leg_amounts, leg_balances"


@cache
def calling(rows: RowsBeside | None, *, alone: bool) -> TextClause:
    """The call with `rows` behind it. Alone, all that was asked for is done or an error raised, and each row
    is written for whom its own posting acts."""
    call = f"ledger_post({_GIVEN}, {'true' if alone else 'false'})"
    return text(statement_of(call, "CAST(CAST(:given AS text) AS json)", rows, alone=alone))


def statement_of(call: str, given: str, rows: RowsBeside | None, *, alone: bool) -> str:
    """The statement around a call, whose rows beside it are in the JSON `given`."""
    parts = [f"posted AS MATERIALIZED (SELECT {_ANSWER} FROM {call})"]  # noqa: S608 - our own names
    kept = "true"
    if rows is not None:
        columns = f"place int, told_actor text, told_company text, {rows.columns}"
        # Said as each row is made: what stands last is asked for last, and OFFSET keeps it a step of its own.
        tells = f" CROSS JOIN LATERAL (SELECT {TELLING.format('given')} OFFSET 0) AS told" if alone else ""
        records = f"json_to_recordset({given}) AS given({columns})"
        parts.append(f"given AS MATERIALIZED (SELECT * FROM {records})")  # noqa: S608
        source = f" FROM posted CROSS JOIN given{tells}"
        parts += rows.behind("posted.transfers[given.place]", "given", f"{source} WHERE outcome = 'posted'")
        kept = "outcome <> 'posted' OR (SELECT count(*) FROM row0) = cardinality(transfers)"
        if alone:
            taken = (
                "SELECT one.place FROM unnest(transfers) WITH ORDINALITY AS one(id, place)"
                " WHERE one.id NOT IN (SELECT transfer_id FROM row0)"
            )
            kept = f"CASE WHEN {kept} THEN true ELSE ledger_undo('{TAKEN}', ARRAY({taken})::int[]) END"
    return f"WITH {', '.join(parts)} SELECT {_ANSWER}, {kept} AS kept FROM posted"  # noqa: S608


def accounts_of_all(postings: Sequence[Posting]) -> Sequence[Account]:
    """Every account that may take part, each once; answers name them by their place."""
    return list(dict.fromkeys(account for posting in postings for account in posting.accounts))


def values_of(
    postings: Sequence[Posting], accounts: Sequence[Account], *, claimed: int | None = None
) -> dict[str, Any]:
    """What the message binds. `claimed`: the id of a transfer whose key was taken before."""
    place = {account: at for at, account in enumerate(accounts, start=1)}
    kinds, owners, assets, shards = zip(*accounts, strict=True)
    limits = [limits_of(kind) for kind in kinds]
    moves = [move for posting in postings for move in posting.moves]
    holds = [(at, hold) for at, posting in enumerate(postings, start=1) for hold in posting.holds]
    return {
        "transfer": None if claimed is None else str(claimed),
        "requests": "[]" if claimed is not None else _requests(postings),
        "given": _beside(postings),
        "kinds": _array(map(int, kinds)),
        "owners": _array(owners),
        "assets": _array(assets),
        "shards": _array(shards),
        "floors": _limits(one.floor for one in limits),
        "ceilings": _limits(one.ceiling for one in limits),
        "moves": _starts(len(posting.moves) for posting in postings),
        "amounts": _array(move.amount for move in moves),
        "starts": _starts(len(move.accounts) for move in moves),
        "places": _array(place[account] for move in moves for account in move.accounts),
        "parts": _starts(len(posting.accounts) for posting in postings),
        "taking": _array(place[account] for posting in postings for account in posting.accounts),
        "passes_freeze": _array(MATRIX[posting.request.kind].passes_freeze for posting in postings),
        "hold_requests": _array(at for at, _ in holds),
        "hold_places": _array(place[hold.account] for _, hold in holds),
        "hold_amounts": _array(hold.amount for _, hold in holds),
        "hold_days": _array(hold.days for _, hold in holds),
        "hold_reasons": [hold.reason for _, hold in holds],
        "leaving_more": _array(place[one] for posting in postings for one in posting.leaving_more),
    }


def posted_of(row: Any, postings: Sequence[Posting], accounts: Sequence[Account]) -> list[Posted]:
    """What a message that was posted did."""
    legs: list[list[Leg]] = [[] for _ in postings]
    for request, place, amount, balance in zip(
        row["leg_requests"], row["leg_places"], row["leg_amounts"], row["leg_balances"], strict=True
    ):
        legs[request - 1].append(Leg(accounts[place - 1], amount, balance))
    if any(len(one) < 2 for one in legs):
        raise Misposted("a transfer changes at least two accounts")
    return [
        Posted(transfer, posting.public_id, row["at"], tuple(its), posting.request)
        for transfer, posting, its in zip(row["transfers"], postings, legs, strict=True)
    ]


def _requests(postings: Sequence[Posting]) -> str:
    rows = []
    for at, posting in enumerate(postings, start=1):
        request, content = posting.request, posting.request.content_json
        rows.append({
            "place": at, "public_id": posting.public_id, "scope": request.key.scope,
            "key": request.key.value, "hash": request.digest_with(content), "kind": int(request.kind),
            "reverses": request.reverses_id, "cause_kind": request.cause.kind,
            "cause_id": request.cause.id, "actor": request.actor_id, "content": content,
        })  # fmt: skip
    return json.dumps(rows, ensure_ascii=False)


def _beside(postings: Sequence[Posting]) -> str:
    rows: list[Mapping[str, Any]] = [
        {**posting.beside.values(posting.public_id), "place": at, **told(posting.tenant)}
        for at, posting in enumerate(postings, start=1)
        if posting.beside is not None
    ]
    return json.dumps(rows, ensure_ascii=False, default=_written)


def _written(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be told in JSON")


def _array(values: Iterable[int | str]) -> str:
    """As PostgreSQL writes an array of numbers, or of codes that need no quotes."""
    return "{" + ",".join(map(str, values)) + "}"


def _starts(lengths: Iterable[int]) -> str:
    """Where each of several begins, and where the last one ends, counted from 1."""
    return _array(accumulate(lengths, initial=1))


def _limits(values: Iterable[int | None]) -> str:
    return _array("NULL" if value is None else value for value in values)
