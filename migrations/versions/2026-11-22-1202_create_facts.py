"""create facts.

Revision ID: c60f198d3357
Revises: 60ecd9237209
"""

import sqlalchemy as sa
from alembic import op

revision = "c60f198d3357"
down_revision = "60ecd9237209"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('organisations', 'facts')", name=op.f("ck_imports_kind")),
        sa.CheckConstraint("state IN ('done', 'undone')", name=op.f("ck_imports_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        sa.UniqueConstraint("public_id", name=op.f("uq_imports_public_id")),
    )
    with op.batch_alter_table("imports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_imports_file_digest"), ["file_digest"], unique=False)

    op.create_table(
        "peer_counts",
        sa.Column("industry", sa.String(length=40), nullable=False),
        sa.Column("sub_industry", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("province", sa.String(length=40), nullable=False),
        sa.Column("need", sa.String(length=60), nullable=False),
        sa.Column("organisations", sa.Integer(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("years", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "industry", "sub_industry", "level", "province", "need", name=op.f("pk_peer_counts")
        ),
    )
    op.create_table(
        "facts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("need", sa.String(length=60), nullable=False),
        sa.Column("project_key", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("event_on", sa.Date(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("amount_kind", sa.String(length=10), nullable=True),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("site", sa.String(length=120), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("rule", sa.String(length=120), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("industry", sa.String(length=40), nullable=False),
        sa.Column("province", sa.String(length=40), nullable=False),
        sa.CheckConstraint("amount_kind IN ('budget', 'award')", name=op.f("ck_facts_amount_kind")),
        sa.CheckConstraint(
            "kind IN ('intention', 'tender', 'award', 'policy_list', 'news')", name=op.f("ck_facts_kind")
        ),
        sa.CheckConstraint("role IN ('buyer', 'end_user')", name=op.f("ck_facts_role")),
        sa.CheckConstraint("status IN ('active', 'objected', 'withdrawn')", name=op.f("ck_facts_status")),
        sa.CheckConstraint("weight > 0 AND weight <= 1", name=op.f("ck_facts_weight")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_facts_organisation_id_organisations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_facts_source_id_sources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facts")),
        sa.UniqueConstraint(
            "organisation_id", "need", "project_key", name=op.f("uq_facts_organisation_id_need_project_key")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_facts_public_id")),
    )
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.create_index("ix_facts_industry", ["industry", "need"], unique=False)
        batch_op.create_index(
            "ix_facts_need",
            ["need", sa.literal_column("event_on DESC"), sa.literal_column("id DESC")],
            unique=False,
        )
        batch_op.create_index(
            "ix_facts_need_province",
            ["need", "province", sa.literal_column("event_on DESC"), sa.literal_column("id DESC")],
            unique=False,
        )
        batch_op.create_index(
            "ix_facts_newest",
            [sa.literal_column("event_on DESC"), sa.literal_column("id DESC")],
            unique=False,
        )
        batch_op.create_index(
            "ix_facts_organisation", ["organisation_id", sa.literal_column("event_on DESC")], unique=False
        )
        batch_op.create_index(
            "ix_facts_province",
            ["province", sa.literal_column("event_on DESC"), sa.literal_column("id DESC")],
            unique=False,
        )

    op.create_table(
        "notices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("buyer", sa.String(length=200), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("amount_kind", sa.String(length=10), nullable=True),
        sa.Column("site", sa.String(length=120), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("province", sa.String(length=40), nullable=True),
        sa.Column("city", sa.String(length=40), nullable=True),
        sa.Column("project_key", sa.String(length=32), nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=True),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("amount_kind IN ('budget', 'award')", name=op.f("ck_notices_amount_kind")),
        sa.CheckConstraint(
            "kind IN ('intention', 'tender', 'change', 'award', 'contract', 'other')",
            name=op.f("ck_notices_kind"),
        ),
        sa.CheckConstraint("role IN ('buyer', 'end_user')", name=op.f("ck_notices_role")),
        sa.CheckConstraint(
            "state IN ('matched', 'ambiguous', 'unknown', 'no_need')", name=op.f("ck_notices_state")
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_notices_amount")),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_notices_import_id_imports")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_notices_organisation_id_organisations"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_notices_source_id_sources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("digest", name=op.f("uq_notices_digest")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notices_import_id"), ["import_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_project_key"), ["project_key"], unique=False)
        batch_op.create_index("ix_notices_state_published", ["state", "published_on"], unique=False)

    op.create_table(
        "peer_evidence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("industry", sa.String(length=40), nullable=False),
        sa.Column("sub_industry", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("province", sa.String(length=40), nullable=False),
        sa.Column("need", sa.String(length=60), nullable=False),
        sa.Column("organisations", sa.Integer(), nullable=False),
        sa.Column("with_need", sa.Integer(), nullable=False),
        sa.Column("companies", sa.Integer(), nullable=False),
        sa.Column("largest_share", sa.Double(), nullable=False),
        sa.Column("top_two_share", sa.Double(), nullable=False),
        sa.Column("confirmations", sa.Integer(), nullable=False),
        sa.Column("denials", sa.Integer(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.CheckConstraint("companies >= 5", name=op.f("ck_peer_evidence_companies")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_peer_evidence_organisation_id_organisations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_peer_evidence")),
        sa.UniqueConstraint(
            "organisation_id",
            "industry",
            "sub_industry",
            "level",
            "province",
            "need",
            name="uq_peer_evidence_scope",
        ),
    )


def downgrade() -> None:
    op.drop_table("peer_evidence")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index("ix_notices_state_published")
        batch_op.drop_index(batch_op.f("ix_notices_project_key"))
        batch_op.drop_index(batch_op.f("ix_notices_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_notices_import_id"))

    op.drop_table("notices")
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.drop_index("ix_facts_province")
        batch_op.drop_index("ix_facts_organisation")
        batch_op.drop_index("ix_facts_newest")
        batch_op.drop_index("ix_facts_need_province")
        batch_op.drop_index("ix_facts_need")
        batch_op.drop_index("ix_facts_industry")

    op.drop_table("facts")
    op.drop_table("peer_counts")
    with op.batch_alter_table("imports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_imports_file_digest"))

    op.drop_table("imports")
