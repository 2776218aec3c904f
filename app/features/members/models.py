"""Companies and the people who act: members of exactly one company, and staff, who belong to none."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, BigKey, UtcDateTime

COMPANY_NAME_LENGTH = 100
PERSON_NAME_LENGTH = 60
MAIL_LENGTH = 254
VENDOR_LENGTH = 60


class Company(Base):
    """A partner firm: the tenant of everything confidential. Its profile is C0 to signed-in members."""

    __tablename__ = "companies"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'suspended', 'closed')", name="state"),
        CheckConstraint(
            "verification IN ('unverified', 'pending', 'verified', 'refused')", name="verification"
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    # Not unique: who registers a name that is taken gets the same answer as anybody; staff merge.
    name: Mapped[str] = mapped_column(String(COMPANY_NAME_LENGTH))
    name_key: Mapped[str] = mapped_column(String(COMPANY_NAME_LENGTH), index=True)  # folded, for staff alone
    state: Mapped[str] = mapped_column(String(10), default="active")
    verification: Mapped[str] = mapped_column(String(10), default="unverified")
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # types, regions, verticals, size, qualifications, product_lines, about: see companies/profile.py
    profile: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Person(Base):
    """Somebody with an account. `mail` is folded to lower case; an erased person keeps only ids."""

    __tablename__ = "people"
    __table_args__ = (
        CheckConstraint("kind IN ('member', 'staff')", name="kind"),
        CheckConstraint("(kind = 'member') = (company_id IS NOT NULL)", name="company_of_members"),
        CheckConstraint("role IN ('', 'admin', 'sales', 'presales', 'finance')", name="role"),
        CheckConstraint("(kind = 'member') = (role <> '')", name="role_of_members"),
        CheckConstraint("state IN ('unconfirmed', 'active', 'suspended', 'left', 'erased')", name="state"),
        Index("ix_people_company_id_state", "company_id", "state"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"))
    role: Mapped[str] = mapped_column(String(10))  # in the company; '' for staff
    mail: Mapped[str | None] = mapped_column(String(MAIL_LENGTH), unique=True)
    name: Mapped[str] = mapped_column(String(PERSON_NAME_LENGTH))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(10), default="zh")  # of mails: zh, zh-hant, en
    vendor: Mapped[str | None] = mapped_column(String(VENDOR_LENGTH))  # see staff/vendor.py
    state: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StaffRole(Base):
    """A role one of staff holds; who gave it stands in the audit trail."""

    __tablename__ = "staff_roles"
    __table_args__ = (
        CheckConstraint(
            "role IN ('moderator', 'finance', 'programme', 'support', 'platform_admin')", name="role"
        ),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
