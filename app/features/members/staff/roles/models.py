"""Changes of roles that were proposed, and what became of them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, BigKey, UtcDateTime

_OPEN = text("state = 'open'")


class StaffRoleChange(Base):
    """`decided_by` is none where the operator confirmed at the terminal."""

    __tablename__ = "staff_role_changes"
    __table_args__ = (
        CheckConstraint("change IN ('give', 'take')", name="change"),
        CheckConstraint("state IN ('open', 'confirmed', 'refused', 'withdrawn')", name="state"),
        CheckConstraint(
            "state <> 'confirmed' OR decided_by IS NULL "
            "OR (decided_by <> proposed_by AND decided_by <> person_id)",
            name="second_person",
        ),
        Index(
            "uq_staff_role_changes_open", "person_id", "role", unique=True,
            sqlite_where=_OPEN, postgresql_where=_OPEN,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    role: Mapped[str] = mapped_column(String(20))
    change: Mapped[str] = mapped_column(String(4))
    state: Mapped[str] = mapped_column(String(10))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
