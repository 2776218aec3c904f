"""The reads of the ledger, in the language of those who ask."""

from app.features.ledger.queries.balances import Balances, balances_of
from app.features.ledger.queries.found import FoundTransfer, transfer_named
from app.features.ledger.queries.holds import OpenHold, open_holds_of
from app.features.ledger.queries.statement import StatementLine, StatementPage, statement_of

__all__ = [
    "Balances",
    "FoundTransfer",
    "OpenHold",
    "StatementLine",
    "StatementPage",
    "balances_of",
    "open_holds_of",
    "statement_of",
    "transfer_named",
]
