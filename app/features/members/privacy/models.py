"""Copies that people asked for, and who was erased."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, BigKey, UtcDateTime


class DataCopy(Base):
    """A copy of somebody's data: sealed until it is taken, once, or until its day is over."""

    __tablename__ = "data_copies"
    __table_args__ = (CheckConstraint("state IN ('waiting', 'ready', 'taken')", name="state"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), unique=True)  # the last one asked for
    state: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(10))
    sealed: Mapped[str | None] = mapped_column(Text)  # an archive; none before it is ready and once taken
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Tombstone(Base):
    """That a person was erased or a company closed for good: ids alone, kept so that no restore undoes it."""

    __tablename__ = "tombstones"
    __table_args__ = (
        CheckConstraint("kind IN ('person', 'company')", name="kind"),
        UniqueConstraint("kind", "public_id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    public_id: Mapped[str] = mapped_column(String(22))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
