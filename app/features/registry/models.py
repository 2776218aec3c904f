"""Tables of the registry: organisations, their other names, and where both come from."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, BigKey, UtcDateTime

NAME_LENGTH = 120
ALIAS_LENGTH = 60
REGION_LENGTH = 40
CODE_LENGTH = 40
SCALE_LENGTH = 60
SOURCE_LENGTH = 120


def _folded(length: int) -> String:
    """Text compared byte by byte on both databases, so that a prefix is a range of the index."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class Organisation(Base):
    """One organisation. `rev` grows with every change that readers or the search index can see."""

    __tablename__ = "organisations"
    __table_args__ = (
        CheckConstraint("provenance IN ('observed', 'curated', 'derived')", name="provenance"),
        CheckConstraint("status IN ('active', 'closed')", name="status"),
        CheckConstraint("rank BETWEEN 0 AND 1", name="rank"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    # The stated city, or empty: names of schools repeat from city to city, so the name alone is no key.
    place: Mapped[str] = mapped_column(String(REGION_LENGTH))
    name_norm: Mapped[str] = mapped_column(_folded(NAME_LENGTH * 2), index=True)
    core: Mapped[str] = mapped_column(_folded(NAME_LENGTH * 2), index=True)
    initials: Mapped[str] = mapped_column(_folded(NAME_LENGTH * 2), index=True)
    industry: Mapped[str] = mapped_column(String(CODE_LENGTH))
    sub_industry: Mapped[str | None] = mapped_column(String(CODE_LENGTH))
    level: Mapped[str | None] = mapped_column(String(CODE_LENGTH))
    province: Mapped[str | None] = mapped_column(String(REGION_LENGTH))
    city: Mapped[str | None] = mapped_column(String(REGION_LENGTH))
    district: Mapped[str | None] = mapped_column(String(REGION_LENGTH))
    # Attributes read from the name, with the confidence of the reading; all others are stated by a source.
    inferred: Mapped[dict[str, float]] = mapped_column(JSON)
    provenance: Mapped[str] = mapped_column(String(10))
    code: Mapped[str | None] = mapped_column(String(CODE_LENGTH))
    scale: Mapped[str | None] = mapped_column(String(SCALE_LENGTH))
    rank: Mapped[float]  # how well known
    rev: Mapped[int]
    status: Mapped[str] = mapped_column(String(10))
    fingerprint: Mapped[str] = mapped_column(String(32))  # digest of the last imported row
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


Index("uq_organisations_name_place", Organisation.name, Organisation.place, unique=True)
Index(
    "ix_organisations_alike",
    Organisation.industry,
    Organisation.sub_industry,
    Organisation.level,
    Organisation.rank.desc(),
    Organisation.id,
)
Index(
    "ix_organisations_alike_any_level",
    Organisation.industry,
    Organisation.sub_industry,
    Organisation.rank.desc(),
    Organisation.id,
)
Index(
    "ix_organisations_alike_in_province",
    Organisation.province,
    Organisation.industry,
    Organisation.sub_industry,
    Organisation.rank.desc(),
    Organisation.id,
)
Index(
    "ix_organisations_alike_in_city",
    Organisation.city,
    Organisation.industry,
    Organisation.sub_industry,
    Organisation.rank.desc(),
    Organisation.id,
)
Index("ix_organisations_known_in_industry", Organisation.industry, Organisation.rank.desc(), Organisation.id)
Index("ix_organisations_known_in_province", Organisation.province, Organisation.rank.desc(), Organisation.id)


class OrganisationAlias(Base):
    """Another name of an organisation."""

    __tablename__ = "organisation_aliases"
    __table_args__ = (
        UniqueConstraint("organisation_id", "alias"),
        CheckConstraint("kind IN ('short', 'former', 'english', 'curated')", name="kind"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))
    alias: Mapped[str] = mapped_column(String(ALIAS_LENGTH))
    alias_norm: Mapped[str] = mapped_column(_folded(ALIAS_LENGTH * 2), index=True)
    kind: Mapped[str] = mapped_column(String(10))


class Source(Base):
    """A collection that organisations were taken from; shown as attribution."""

    __tablename__ = "sources"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    key: Mapped[str] = mapped_column(String(SOURCE_LENGTH), unique=True)
    version: Mapped[str | None] = mapped_column(String(SOURCE_LENGTH))
    licence: Mapped[str | None] = mapped_column(String(SOURCE_LENGTH))  # none where the source states none


class OrganisationSource(Base):
    """Which sources name which organisation."""

    __tablename__ = "organisation_sources"

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True
    )
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"), primary_key=True)


class OrganisationCount(Base):
    """Stored counts for pages; written with each import, never counted per request."""

    __tablename__ = "organisation_counts"

    industry: Mapped[str] = mapped_column(String(CODE_LENGTH), primary_key=True)
    level: Mapped[str] = mapped_column(String(CODE_LENGTH), primary_key=True)  # empty where unknown
    province: Mapped[str] = mapped_column(String(REGION_LENGTH), primary_key=True)  # empty where unknown
    organisations: Mapped[int]
