"""What this room holds of people. Transfers, proposals and decisions name them by id alone, and are kept."""

from app.features.ledger.side_models import LedgerAppeal
from app.features.members.privacy.holdings import Holding

HOLDINGS = (
    # What a company wrote to object may name its customers; that it objected belongs to the books.
    Holding(
        LedgerAppeal,
        person="filed_by",
        copied=("text", "state", "answer", "filed_at", "decided_at"),
        is_kept=True,
        company="company_id",
        emptied=("text", "answer"),
    ),
)
