"""Tables of public facts: imports, notices, the facts made of them, and the counts the prediction reads."""

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    literal_column,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, BigKey, UtcDateTime
from app.features.registry.models import CODE_LENGTH, REGION_LENGTH

TITLE_LENGTH = 500
BUYER_LENGTH = 200
NEED_LENGTH = 60
SITE_LENGTH = 120
URL_LENGTH = 500
RULE_LENGTH = 120
KEY_LENGTH = 32


class Import(Base):
    """One run of an import of organisations or facts: what it did, and whether it was undone."""

    __tablename__ = "imports"
    __table_args__ = (
        CheckConstraint("kind IN ('organisations', 'facts')", name="kind"),
        CheckConstraint("state IN ('done', 'undone')", name="state"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    file_name: Mapped[str] = mapped_column(String(200))  # without its directory
    file_digest: Mapped[str] = mapped_column(String(64), index=True)  # SHA-256, to know the same file again
    report: Mapped[dict[str, int]] = mapped_column(JSON)  # the counts of its report
    state: Mapped[str] = mapped_column(String(10))
    finished_at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Notice(Base):
    """The bare facts of one published notice; never its text. Without an organisation it awaits staff."""

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('intention', 'tender', 'change', 'award', 'contract', 'other')", name="kind"
        ),
        CheckConstraint("state IN ('matched', 'ambiguous', 'unknown', 'no_need')", name="state"),
        CheckConstraint("role IN ('buyer', 'end_user')", name="role"),
        CheckConstraint("amount_kind IN ('budget', 'award')", name="amount_kind"),
        CheckConstraint("amount >= 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    digest: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)  # of all that its reading depends on
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"), index=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"))
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    buyer: Mapped[str] = mapped_column(String(BUYER_LENGTH))  # as the source has it, or read from the title
    published_on: Mapped[date] = mapped_column(Date)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    amount: Mapped[int | None] = mapped_column(BigInteger)  # whole yuan
    amount_kind: Mapped[str | None] = mapped_column(String(10))
    site: Mapped[str | None] = mapped_column(String(SITE_LENGTH))  # that published it
    url: Mapped[str | None] = mapped_column(String(URL_LENGTH))
    province: Mapped[str | None] = mapped_column(String(REGION_LENGTH))
    city: Mapped[str | None] = mapped_column(String(REGION_LENGTH))
    project_key: Mapped[str] = mapped_column(String(KEY_LENGTH), index=True)
    # need slug -> weight and rule of the mapping
    needs: Mapped[dict[str, list[float | str]]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10))
    role: Mapped[str | None] = mapped_column(String(10))
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisations.id", ondelete="SET NULL"), index=True
    )


Index("ix_notices_state_published", Notice.state, Notice.published_on)


class Fact(Base):
    """That an organisation has, or had, a need: all notices of one project about it, as one."""

    __tablename__ = "facts"
    __table_args__ = (
        UniqueConstraint("organisation_id", "need", "project_key"),
        CheckConstraint("role IN ('buyer', 'end_user')", name="role"),
        CheckConstraint("kind IN ('intention', 'tender', 'award', 'policy_list', 'news')", name="kind"),
        CheckConstraint("status IN ('active', 'objected', 'withdrawn')", name="status"),
        CheckConstraint("amount_kind IN ('budget', 'award')", name="amount_kind"),
        CheckConstraint("weight > 0 AND weight <= 1", name="weight"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))
    need: Mapped[str] = mapped_column(String(NEED_LENGTH))
    project_key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    role: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(12))  # of its furthest notice: an award after a tender
    first_on: Mapped[date] = mapped_column(Date)  # event date of its first notice
    event_on: Mapped[date] = mapped_column(Date)  # of its last
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    amount: Mapped[int | None] = mapped_column(BigInteger)  # whole yuan, of the whole project
    amount_kind: Mapped[str | None] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))  # of its last notice
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"))
    site: Mapped[str | None] = mapped_column(String(SITE_LENGTH))
    url: Mapped[str | None] = mapped_column(String(URL_LENGTH))
    weight: Mapped[float]  # how far the text speaks of this need
    rule: Mapped[str] = mapped_column(String(RULE_LENGTH))  # which rule of the mapping found it
    status: Mapped[str] = mapped_column(String(10))
    # Copied from the organisation, so that lists by need, industry and province read one index.
    industry: Mapped[str] = mapped_column(String(CODE_LENGTH))
    province: Mapped[str] = mapped_column(String(REGION_LENGTH))  # empty where unknown


Index("ix_facts_organisation", Fact.organisation_id, Fact.event_on.desc())
Index("ix_facts_newest", Fact.event_on.desc(), Fact.id.desc())
Index("ix_facts_need", Fact.need, Fact.event_on.desc(), Fact.id.desc())
Index("ix_facts_need_province", Fact.need, Fact.province, Fact.event_on.desc(), Fact.id.desc())
Index("ix_facts_province", Fact.province, Fact.event_on.desc(), Fact.id.desc())
Index("ix_facts_industry", Fact.industry, Fact.event_on.desc(), Fact.id.desc())
Index("ix_facts_industry_need", Fact.industry, Fact.need, Fact.event_on.desc(), Fact.id.desc())
# Few facts are taken down or disputed; every import asks for those of each organisation it has something on.
IS_HIDDEN = Fact.status != literal_column("'active'")  # a bound value would not match the index
Index("ix_facts_hidden", Fact.organisation_id, sqlite_where=IS_HIDDEN, postgresql_where=IS_HIDDEN)


class PeerCount(Base):
    """Of the organisations of one group seen in notices in the last years, how many showed a need.

    A group is narrowed by what is not empty: all, industry, sub-industry, level, province. The row with
    an empty need counts the group itself: organisations with any matched notice. Groups too small to be
    told of are not stored. Written anew after every import (`recount`), read by each prediction.
    """

    __tablename__ = "peer_counts"

    industry: Mapped[str] = mapped_column(String(CODE_LENGTH), primary_key=True)
    sub_industry: Mapped[str] = mapped_column(String(CODE_LENGTH), primary_key=True)
    level: Mapped[str] = mapped_column(String(CODE_LENGTH), primary_key=True)
    province: Mapped[str] = mapped_column(String(REGION_LENGTH), primary_key=True)
    need: Mapped[str] = mapped_column(String(NEED_LENGTH), primary_key=True)
    organisations: Mapped[int]
    counted_on: Mapped[date] = mapped_column(Date)
    years: Mapped[int]


Index("ix_peer_counts_need", PeerCount.need)  # a count is renewed need by need
# All that a prediction asks of hundreds of rows: one by one in the table they cost it most of its time.
Index(
    "ix_peer_counts_of_group",
    PeerCount.industry,
    PeerCount.sub_industry,
    PeerCount.level,
    PeerCount.province,
    PeerCount.need,
    PeerCount.organisations,
    PeerCount.years,
)


class PeerEvidence(Base):
    """What partners' claims say in sum: weekly aggregates that passed the anonymity rules.

    Empty until partners claim. About one organisation (then the group is empty) or about a group.
    """

    __tablename__ = "peer_evidence"
    __table_args__ = (
        UniqueConstraint(
            "organisation_id",
            "industry",
            "sub_industry",
            "level",
            "province",
            "need",
            name="uq_peer_evidence_scope",
        ),
        CheckConstraint("companies >= 5", name="companies"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))
    industry: Mapped[str] = mapped_column(String(CODE_LENGTH))
    sub_industry: Mapped[str] = mapped_column(String(CODE_LENGTH))
    level: Mapped[str] = mapped_column(String(CODE_LENGTH))
    province: Mapped[str] = mapped_column(String(REGION_LENGTH))
    need: Mapped[str] = mapped_column(String(NEED_LENGTH))
    organisations: Mapped[int]  # rounded to 5; 0 where it is about one organisation
    with_need: Mapped[int]
    companies: Mapped[int]  # rounded to 5
    largest_share: Mapped[float]
    top_two_share: Mapped[float]
    confirmations: Mapped[int]
    denials: Mapped[int]
    week: Mapped[date] = mapped_column(Date)  # its Monday
