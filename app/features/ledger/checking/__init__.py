"""Whether the books are right: read only, in one snapshot. It never repairs; a correction does."""

from app.features.ledger.checking.report import Auditor, Finding, Report
from app.features.ledger.checking.running import check, take_checkpoint

__all__ = ["Auditor", "Finding", "Report", "check", "take_checkpoint"]
