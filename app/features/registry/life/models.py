"""Tables of the registry's life: what imports changed, what readers report, where old addresses lead."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, BigKey, UtcDateTime
from app.features.members.models import VENDOR_LENGTH
from app.features.registry.models import NAME_LENGTH, REGION_LENGTH

TEXT_LENGTH = 1_000
REASON_LENGTH = 500
_OPEN = text("state = 'open'")


class ImportChange(Base):
    """What one import did to one organisation, in enough detail to be undone."""

    __tablename__ = "import_changes"

    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True)
    # No foreign key: an organisation that the import added is gone once it is undone.
    organisation_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, index=True)
    rev: Mapped[int]  # of the organisation after the import; another one means it changed since
    # Former values of the columns that changed, `rev` among them; none where the import added it.
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    aliases: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))  # that it added
    sources: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))  # ids that it added


class Report(Base):
    """A correction or an objection by a reader; nothing is stored of who sent it."""

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint("kind IN ('correction', 'objection')", name="kind"),
        CheckConstraint("about IN ('organisation', 'fact')", name="about"),
        CheckConstraint("state IN ('open', 'accepted', 'refused')", name="state"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    about: Mapped[str] = mapped_column(String(12))
    subject: Mapped[str] = mapped_column(String(22), index=True)  # public id of the organisation or fact
    proposed: Mapped[dict[str, str]] = mapped_column(JSON)  # field -> value, for corrections
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(REASON_LENGTH))  # of the decision, shown to readers
    # That the moderator declared to work for; '' for none, and none at all where the operator decided.
    vendor: Mapped[str | None] = mapped_column(String(VENDOR_LENGTH))
    digest: Mapped[str] = mapped_column(String(32))  # of all that was sent, to know it again
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


Index("uq_reports_open_digest", Report.digest, unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index("ix_reports_state_created", Report.state, Report.created_at)


class OrganisationRedirect(Base):
    """What a former address, or a former name in a file, leads to.

    `merged` and `split` name their successors, one row each; `closed` may name one; `hidden` was taken
    down and its page says nothing; `renamed` keeps the address: only files still use the former name.
    """

    __tablename__ = "organisation_redirects"
    __table_args__ = (
        CheckConstraint("kind IN ('merged', 'split', 'renamed', 'closed', 'hidden')", name="kind"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    public_id: Mapped[str] = mapped_column(String(22), index=True)  # the former address
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), index=True)  # the former name
    place: Mapped[str] = mapped_column(String(REGION_LENGTH))
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisations.id", ondelete="CASCADE"), index=True
    )  # the successor
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
