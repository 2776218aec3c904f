"""Requests to break glass. The reason is for the second person and for the owner, never for the trail."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, BigKey, UtcDateTime

REASON_LENGTH = 500
TICKET_LENGTH = 60


class BreakGlassRequest(Base):
    """`company_id`: the owner of what is to be read."""

    __tablename__ = "break_glass_requests"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'approved', 'refused', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'approved') = (opens_until IS NOT NULL)", name="opened"),
        CheckConstraint("state <> 'approved' OR decided_by <> requested_by", name="second_person"),
        Index("ix_break_glass_requests_company_id_id", "company_id", "id"),
        Index("ix_break_glass_requests_requested_by_id", "requested_by", "id"),
        Index("ix_break_glass_requests_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(40))
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH))
    ticket: Mapped[str] = mapped_column(String(TICKET_LENGTH))
    state: Mapped[str] = mapped_column(String(10))
    requested_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opens_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # brought forward when it is ended
