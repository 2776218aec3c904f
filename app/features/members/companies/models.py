"""Tables of companies beside the companies themselves."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, BigKey, UtcDateTime
from app.features.members.models import COMPANY_NAME_LENGTH, MAIL_LENGTH, PERSON_NAME_LENGTH

NOTE_LENGTH = 500
DOCUMENT_NAME_LENGTH = 120


class Registration(Base):
    """What somebody typed who registers. Becomes a company and its first member when the mail is confirmed.

    Apart from them, because anybody can type anybody's address: until its owner confirms it, nothing is
    taken and nobody is in the way of the next one. Asked for with a known address, it holds nothing else.
    """

    __tablename__ = "registrations"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    mail: Mapped[str] = mapped_column(String(MAIL_LENGTH), index=True)
    company_name: Mapped[str] = mapped_column(String(COMPANY_NAME_LENGTH))
    person_name: Mapped[str] = mapped_column(String(PERSON_NAME_LENGTH))
    password_hash: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(10))
    browser: Mapped[str] = mapped_column(String(64))  # hash of the cookie of whoever typed it; '' over JSON
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Invitation(Base):
    """Somebody is asked to join a company, in a role; whoever holds the link of the mail becomes a member.

    Once it is accepted or withdrawn, nothing needs the address any more: `mail` is empty.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint("role IN ('admin', 'sales', 'presales', 'finance')", name="role"),
        CheckConstraint("state IN ('open', 'accepted', 'withdrawn')", name="state"),
        Index("ix_invitations_company_id_state", "company_id", "state"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    mail: Mapped[str] = mapped_column(String(MAIL_LENGTH))
    role: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    invited_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SponsorCode(Base):
    """What a verified company hands to one that it knows. Kept as a hash; works once."""

    __tablename__ = "sponsor_codes"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), index=True)  # that vouches
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CompanyDocument(Base):
    """A business licence: here its name, its bytes sealed in a file under a random key."""

    __tablename__ = "company_documents"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), index=True)
    name: Mapped[str] = mapped_column(String(DOCUMENT_NAME_LENGTH))  # as its owner called it, for display
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    storage_key: Mapped[str] = mapped_column(String(64), unique=True)
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class VerificationRequest(Base):
    """A company asks to be verified. An appeal is another row, decided by another person."""

    __tablename__ = "verification_requests"
    __table_args__ = (
        CheckConstraint("method IN ('licence', 'domain', 'sponsor')", name="method"),
        CheckConstraint("state IN ('waiting', 'verified', 'refused')", name="state"),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided"),
        Index("ix_verification_requests_state_submitted_at", "state", "submitted_at"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), index=True)
    method: Mapped[str] = mapped_column(String(10))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("company_documents.id"))
    domain: Mapped[str | None] = mapped_column(String(MAIL_LENGTH))
    sponsor_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"))
    note: Mapped[str] = mapped_column(String(NOTE_LENGTH))  # what the company says
    submitted_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(String(NOTE_LENGTH))  # of the decision, shown to the company
    appeal_of: Mapped[int | None] = mapped_column(ForeignKey("verification_requests.id"), unique=True)


class CompanyChange(Base):
    """What staff did to a company as a whole, and why."""

    __tablename__ = "company_changes"
    __table_args__ = (CheckConstraint("kind IN ('suspended', 'reinstated', 'merged')", name="kind"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    into_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"))  # where a merged one went
    reason: Mapped[str] = mapped_column(String(NOTE_LENGTH))
    made_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
