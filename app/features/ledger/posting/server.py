"""Posting by the PostgreSQL function `ledger_post`: the same steps in one message."""

from collections.abc import Sequence
from typing import Any

from app.db.direct import direct
from app.db.engine import Database, WriteSession
from app.features.ledger.posting.message import calling, posted_of, values_of
from app.features.ledger.posting.moves import Leg, Move, NewHold, Shortfall, accounts_of
from app.features.ledger.posting.refusing import refused
from app.features.ledger.posting.requests import Claim, Posted, Posting

PORTABLE = "ledger_portable"  # execution option of an engine that is to post without the function


def serves(database: Database) -> bool:
    return not database.is_sqlite and not database.engine.get_execution_options().get(PORTABLE)


def is_used_by(session: WriteSession) -> bool:
    connection: Any = session.get_bind()
    return connection.dialect.name == "postgresql" and not connection.get_execution_options().get(PORTABLE)


async def post(session: WriteSession, posting: Posting) -> Posted | Shortfall | None:
    """Claim, book and write what stands beside; None when an outcome is stored under the key."""
    beside = posting.beside
    values = values_of([posting], posting.accounts)
    (row,) = await direct(session, calling(beside and beside.rows, alone=False), values)
    if row["outcome"] == "stored":
        return None
    if beside is not None and not row["kept"]:
        raise refused(posting.request, beside.reason, beside.taken)
    return _result(row, posting)


async def book(
    session: WriteSession, claimed: Claim, moves: Sequence[Move], holds: Sequence[NewHold]
) -> Sequence[Leg] | Shortfall:
    """Book a claimed transfer."""
    posting = Posting(claimed.request, accounts_of(moves), moves, holds)
    values = values_of([posting], posting.accounts, claimed=claimed.transfer_id)
    (row,) = await direct(session, calling(None, alone=False), values)
    result = _result(row, posting)
    return result if isinstance(result, Shortfall) else result.legs


def _result(row: Any, posting: Posting) -> Posted | Shortfall:
    if row["outcome"] != "posted":
        return Shortfall(row["outcome"], posting.accounts[row["blamed"] - 1])
    (posted,) = posted_of(row, [posting], posting.accounts)
    return posted
