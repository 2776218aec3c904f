"""Sessions and single-use links. Of every secret only a hash is stored."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, BigKey, UtcDateTime


class SignInSession(Base):
    """One signed-in browser. The cookie holds 256 random bits, this table their SHA-256."""

    __tablename__ = "sign_in_sessions"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)  # for the list of sessions
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    awaits_second_factor: Mapped[bool]
    second_factor_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    device: Mapped[str] = mapped_column(String(80))  # "Chrome · Windows", from the browser's own words
    ip_prefix: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)  # whatever happens


class SingleUseLink(Base):
    """What a mail asks its reader to open once. The link holds 256 random bits, this table their SHA-256."""

    __tablename__ = "single_use_links"
    __table_args__ = (
        CheckConstraint(
            "purpose IN ('confirm_mail', 'reset_password', 'change_mail', 'invitation', 'export')",
            name="purpose",
        ),
        Index("ix_single_use_links_person_id_purpose", "person_id", "purpose"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    subject: Mapped[str] = mapped_column(String(300))  # what it changes: the new address, the invitation
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
