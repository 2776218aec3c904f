"""The trail and its head. Triggers of both databases refuse to change or delete an entry."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, BigKey, UtcDateTime


class AuditEntry(Base):
    """Who did or read what, with which result. `company_id` is the company that it concerns."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        CheckConstraint("result IN ('done', 'denied', 'failed')", name="result"),
        Index("ix_audit_entries_company_id_id", "company_id", "id"),
        Index("ix_audit_entries_actor_id_id", "actor_id", "id"),
        Index("ix_audit_entries_object_id_id", "object_id", "id"),
        Index("ix_audit_entries_at", "at"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)  # gapless, from 1
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # No foreign keys: the trail outlives what it speaks of.
    actor_id: Mapped[int | None] = mapped_column(BigInteger)  # person; none: nobody known, or the system
    actor_company_id: Mapped[int | None] = mapped_column(BigInteger)
    staff_roles: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(60))
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(40))
    company_id: Mapped[int | None] = mapped_column(BigInteger)
    result: Mapped[str] = mapped_column(String(10))
    request_id: Mapped[str] = mapped_column(String(40))
    ip_prefix: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """One row: where the chain ends. Writers queue on it, so that the chain has no forks."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # always 1
    entry_id: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
