"""The statements of a posting, each written once for each number of accounts.

Plain text and not built anew: putting a multi-row INSERT together took longer than running it.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, BindParameter, TextClause, bindparam, text
from sqlalchemy.sql.selectable import TextualSelect

from app.db.base import UtcDateTime
from app.features.ledger.posting.beside import RowsBeside

# SQLite itself knows milliseconds; the form is the driver's of a stored datetime.
_NOW = {"postgresql": "now()", "sqlite": "(strftime('%Y-%m-%d %H:%M:%f', 'now') || '000')"}
_TRANSFER = (
    "public_id", "scope", "idem_key", "request_hash", "state", "reason", "refusal", "kind", "reverses_id",
    "cause_kind", "cause_id", "actor_id", "content",
)  # fmt: skip
_ACCOUNT = ("kind", "owner_id", "company_id", "asset", "shard", "floor", "ceiling")
_ENTRY = ("transfer_id", "leg", "account_id", "account_seq", "amount", "balance_after")
_HOLD = ("transfer_id", "account_id", "amount", "days", "release_at", "reason")
_OF_CASE = ("id", "amount", "seq")


# Nobody waits longer for a lock: whoever does is told to try again. And the wall between companies lets
# this transaction pass: a sale changes accounts of several.
ENTERING = "SELECT set_config('lock_timeout', '2s', true), set_config('top.posting', 'on', true)"


@cache
def claiming(dialect: str) -> TextualSelect:
    """The transfer under its key; no row where there is one already. On PostgreSQL it enters first."""
    enters, source = ("", " WHERE true")
    if dialect == "postgresql":
        enters, source = f"WITH entered AS MATERIALIZED ({ENTERING}) ", " FROM entered"
    statement = text(
        f"{enters}INSERT INTO ledger_transfers ({', '.join(_TRANSFER)}, created_at)"
        f" SELECT {_binds(_TRANSFER)}, {_NOW[dialect]}{source}"
        " ON CONFLICT (scope, idem_key) DO NOTHING RETURNING id, created_at"
    )
    return statement.columns(id=BigInteger(), created_at=UtcDateTime())


@cache
def locking(dialect: str, accounts: int) -> TextClause:
    """Their rows in ascending id, locked; none unless all are there, as a missing row cannot be locked."""
    wanted = " OR ".join(
        f"(kind = :kind{at} AND owner_id = :owner{at} AND asset = :asset{at} AND shard = :shard{at})"
        for at in range(accounts)
    )
    lock = " FOR NO KEY UPDATE" if dialect == "postgresql" else ""
    return text(
        "SELECT kind, owner_id, asset, shard, id, balance, seq, floor, ceiling,"  # noqa: S608 - our own names
        f" coalesce(frozen_until > {_NOW[dialect]}, false), closed_at IS NOT NULL"
        f" FROM ledger_accounts WHERE ({wanted})"
        f" AND (SELECT count(*) FROM ledger_accounts WHERE {wanted}) = {accounts}"
        f" ORDER BY id{lock}"
    )


@cache
def making(accounts: int) -> TextClause:
    """Accounts that were never used before."""
    rows = ", ".join(f"({_binds(_ACCOUNT, at)}, 0, 0)" for at in range(accounts))
    return text(
        f"INSERT INTO ledger_accounts ({', '.join(_ACCOUNT)}, balance, seq) VALUES {rows}"  # noqa: S608
        " ON CONFLICT (kind, owner_id, asset, shard) DO NOTHING"
    )


@cache
def booking(dialect: str, legs: int, holds: int, rows: RowsBeside | None) -> Sequence[TextClause]:
    """What books a transfer, in turn; on PostgreSQL in one message, with `rows` beside it.

    The rows of the first are the accounts that were changed: fewer than there are legs where one changed
    under its lock. On PostgreSQL each tells whether the rows beside were written, too.
    """
    steps = [_changing(legs), _adding(legs), *([_holding(holds)] if holds else [])]
    typed: list[BindParameter[Any]] = [  # PostgreSQL would take the numbers of a CASE for texts
        *(bindparam(f"{name}{at}", type_=BigInteger()) for at in range(legs) for name in _OF_CASE),
        *(bindparam(f"release_at{at}", type_=UtcDateTime()) for at in range(holds)),
    ]
    if dialect == "postgresql":
        parts = [f"step{at} AS ({step})" for at, step in enumerate(steps)]
        kept = "true"
        if rows is not None:
            parts += rows.bound
            typed += [bindparam(name, type_=kind) for name, kind in rows.types.items()]
            kept = "EXISTS (SELECT FROM row0)"
        steps = [f"WITH {', '.join(parts)} SELECT id, {kept} FROM step0"]  # noqa: S608 - our own names
    return [text(step).bindparams(*(one for one in typed if f":{one.key}" in step)) for step in steps]


def _changing(legs: int) -> str:
    """All accounts of a transfer in one statement; the guard on `seq` is in it."""
    amounts = " ".join(f"WHEN :id{at} THEN :amount{at}" for at in range(legs))
    unchanged = " OR ".join(f"(id = :id{at} AND seq = :seq{at})" for at in range(legs))
    return (
        f"UPDATE ledger_accounts SET balance = balance + CASE id {amounts} END, seq = seq + 1"  # noqa: S608
        f" WHERE {unchanged} RETURNING id"
    )


def _adding(legs: int) -> str:
    """All legs in one statement: the trigger that checks their sum runs once for it."""
    rows = ", ".join(
        f"(:transfer_id, :leg{at}, :id{at}, :seq{at} + 1, :amount{at}, :balance_after{at})"
        for at in range(legs)
    )
    return f"INSERT INTO ledger_entries ({', '.join(_ENTRY)}) VALUES {rows}"  # noqa: S608


def _holding(holds: int) -> str:
    rows = ", ".join(
        f"(:transfer_id, :held_on{at}, :held{at}, :days{at}, :release_at{at}, :why{at}, 0, 0, 0, 'open')"
        for at in range(holds)
    )
    columns = ", ".join((*_HOLD, "released", "returned", "refunded", "state"))
    return f"INSERT INTO ledger_holds ({columns}) VALUES {rows}"  # noqa: S608


def _binds(names: Sequence[str], at: int | None = None) -> str:
    return ", ".join(f":{name}{'' if at is None else at}" for name in names)
