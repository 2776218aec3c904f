"""What payment providers told, and what checks found."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, BigKey, UtcDateTime
from app.features.ledger.models import CAUSE_ID_LENGTH, PUBLIC_ID_LENGTH

_WAITING = text("state = 'unmatched'")


class LedgerPaymentEvent(Base):
    """One event of a provider, kept whatever became of it. Unmatched: it waits for another, or for staff."""

    __tablename__ = "ledger_payment_events"
    __table_args__ = (
        UniqueConstraint("provider", "event_id"),
        CheckConstraint("kind IN ('paid', 'charged_back', 'chargeback_won')", name="kind"),
        CheckConstraint("state IN ('matched', 'unmatched', 'refused', 'dismissed')", name="state"),
        CheckConstraint("(state = 'matched') = (transfer_id IS NOT NULL)", name="transfer"),
        Index("ix_ledger_payment_events_waiting", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_ledger_payment_events_payment", "provider", "payment"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True)
    provider: Mapped[str] = mapped_column(String(20))
    event_id: Mapped[str] = mapped_column(String(CAUSE_ID_LENGTH))
    kind: Mapped[str] = mapped_column(String(16))
    payment: Mapped[str] = mapped_column(String(CAUSE_ID_LENGTH))  # the provider's id of what was paid
    company: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH))  # as the provider names it
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"))
    asset: Mapped[str] = mapped_column(String(8))
    amount: Mapped[int] = mapped_column(BigInteger)  # of the money that moved
    credits: Mapped[int] = mapped_column(BigInteger)  # what it buys, or takes back
    digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10))
    problem: Mapped[str | None] = mapped_column(String(40))  # why it is not matched, for programs
    transfer_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_transfers.id"))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(BigInteger)


class LedgerCheck(Base):
    """What a check of the books found; the newest is what the public page shows."""

    __tablename__ = "ledger_checks"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    as_of: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    extent: Mapped[str] = mapped_column(String(20))
    is_clean: Mapped[bool]
    report: Mapped[dict[str, Any]] = mapped_column(JSON)  # see checking/report.py
