"""Mails waiting to be sent. What they hold is sealed; a sent mail keeps no content."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, BigKey, UtcDateTime

PROBLEM_LENGTH = 80


class Mail(Base):
    __tablename__ = "mails"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'given_up')", name="state"),
        Index("ix_mails_state_created_at", "state", "created_at"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(10))
    sealed: Mapped[str | None] = mapped_column(Text)  # JSON of address and values; none once sent
    state: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    give_up_at: Mapped[datetime] = mapped_column(UtcDateTime)  # not sent by then, people must look at it
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[str | None] = mapped_column(
        String(PROBLEM_LENGTH)
    )  # kind of the last failure, no address
