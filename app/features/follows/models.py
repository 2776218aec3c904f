"""Who follows what. Nobody else's queries ever read `follows`; others see at most a rounded weekly count."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, BigKey, UtcDateTime
from app.kit.aggregates import LEAST_COMPANIES, ROUNDED_TO
from app.kit.subject import SubjectKind

SUBJECT_LENGTH = 60
_KINDS = "kind IN ('organisation', 'need', 'industry', 'regulation', 'region', 'company', 'person')"


class Follow(Base):
    """One person's interest in one subject. `subject` is the public id that its address carries."""

    __tablename__ = "follows"
    __table_args__ = (
        CheckConstraint(_KINDS, name="kind"),
        UniqueConstraint("person_id", "kind", "subject"),
        Index("ix_follows_kind_subject", "kind", "subject"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[SubjectKind] = mapped_column(String(12))
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FollowCount(Base):
    """How many companies follow a subject, as of a week, where the anonymity rules allow to say so."""

    __tablename__ = "follow_counts"
    __table_args__ = (
        CheckConstraint(_KINDS, name="kind"),
        CheckConstraint(f"companies >= {LEAST_COMPANIES} AND companies % {ROUNDED_TO} = 0", name="companies"),
    )

    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH), primary_key=True)
    companies: Mapped[int]


class FollowCountWeek(Base):
    """The weeks (their Mondays) that were counted: each once, so that no count tells of a single day."""

    __tablename__ = "follow_count_weeks"

    week: Mapped[date] = mapped_column(Date, primary_key=True)
