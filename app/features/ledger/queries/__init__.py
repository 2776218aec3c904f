"""The reads of the ledger, in the language of those who ask."""

from app.features.ledger.queries.balances import Balances, balances_of
from app.features.ledger.queries.found import FoundTransfer, transfer_named
from app.features.ledger.queries.holds import OpenHold, open_holds_of
from app.features.ledger.queries.objections import appeals_of, freezes_of
from app.features.ledger.queries.overview import live_bonuses_of, payouts_of, pending_of
from app.features.ledger.queries.statement import (
    StatementFilter,
    StatementLine,
    StatementPage,
    statement_of,
)

__all__ = [
    "Balances",
    "FoundTransfer",
    "OpenHold",
    "StatementFilter",
    "StatementLine",
    "StatementPage",
    "appeals_of",
    "balances_of",
    "freezes_of",
    "live_bonuses_of",
    "open_holds_of",
    "payouts_of",
    "pending_of",
    "statement_of",
    "transfer_named",
]
