"""Sessions, links, second factors, API tokens, counters.

Of every secret only a hash or a sealed text is stored.
"""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
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
    password_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # last given in this session
    device: Mapped[str] = mapped_column(String(80))  # "Chrome · Windows", from the browser's own words
    ip_prefix: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)  # whatever happens
    # What a passkey was asked to sign, once: none when nothing was asked, or when it was answered.
    challenge: Mapped[str | None] = mapped_column(String(100))
    challenged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


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


class CodeSeed(Base):
    """What an app makes one-time codes from (TOTP). A new one waits for a first code from the app."""

    __tablename__ = "code_seeds"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'active')", name="state"),
        UniqueConstraint("person_id", "state"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    state: Mapped[str] = mapped_column(String(10))
    sealed: Mapped[str] = mapped_column(String(200))
    last_step: Mapped[int] = mapped_column(BigInteger)  # of the last code that was accepted: none works twice
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Passkey(Base):
    """A WebAuthn credential: its public half."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)  # base64url
    public_key: Mapped[str] = mapped_column(Text)  # base64url of the COSE key
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(60))  # given by its owner
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecoveryCode(Base):
    """One of eight ways in for whoever lost the other factors; burned by its use."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("person_id", "code_hash"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ApiToken(Base):
    """What a program signs in with, for its maker's company and within its scopes."""

    __tablename__ = "api_tokens"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'active', 'refused', 'revoked')", name="state"),
        Index("ix_api_tokens_company_id_state", "company_id", "state"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    name: Mapped[str] = mapped_column(String(60))  # what it is for, in its maker's words
    scopes: Mapped[str] = mapped_column(String(200))  # names of SCOPES, with commas
    state: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(
        ForeignKey("people.id")
    )  # the admin who approved or refused
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Counter(Base):
    """How often something was tried in a span of time that began with the first try (see limits.py)."""

    __tablename__ = "counters"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)  # a digest: no address, no mail
    seconds: Mapped[int] = mapped_column(primary_key=True)  # how long the span is
    count: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
