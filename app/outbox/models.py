"""The table of jobs."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, BigKey, UtcDateTime


class OutboxJob(Base):
    """One piece of work to do. Deleted when done; kept with `dead_at` when given up."""

    __tablename__ = "outbox_jobs"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    topic: Mapped[str] = mapped_column(String(100))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    available_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    dead_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index(
            "ix_outbox_jobs_due",
            "available_at",
            "id",
            sqlite_where=text("dead_at IS NULL"),
            postgresql_where=text("dead_at IS NULL"),
        ),
    )
