"""create registry life.

Revision ID: 4b1d7e90a2c6
Revises: 5d1c7be0a94f
"""

import sqlalchemy as sa
from alembic import op

revision = "4b1d7e90a2c6"
down_revision = "5d1c7be0a94f"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.create_table(
        "import_changes",
        sa.Column("import_id", _KEY, nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("aliases", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("sources", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["imports.id"],
            name=op.f("fk_import_changes_import_id_imports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("import_id", "organisation_id", name=op.f("pk_import_changes")),
    )
    op.create_index("ix_import_changes_organisation_id", "import_changes", ["organisation_id"])
    op.create_table(
        "reports",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("about", sa.String(length=12), nullable=False),
        sa.Column("subject", sa.String(length=22), nullable=False),
        sa.Column("proposed", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('correction', 'objection')", name=op.f("ck_reports_kind")),
        sa.CheckConstraint("about IN ('organisation', 'fact')", name=op.f("ck_reports_about")),
        sa.CheckConstraint("state IN ('open', 'accepted', 'refused')", name=op.f("ck_reports_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("public_id", name=op.f("uq_reports_public_id")),
    )
    op.create_index("ix_reports_subject", "reports", ["subject"])
    op.create_index("ix_reports_state_created", "reports", ["state", "created_at"])
    op.create_index(
        "uq_reports_open_digest",
        "reports",
        ["digest"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_table(
        "organisation_redirects",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", _KEY, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('merged', 'split', 'renamed', 'closed', 'hidden')",
            name=op.f("ck_organisation_redirects_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_organisation_redirects_organisation_id_organisations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_redirects")),
    )
    for column in ("public_id", "name", "organisation_id"):
        op.create_index(f"ix_organisation_redirects_{column}", "organisation_redirects", [column])


def downgrade() -> None:
    op.drop_table("organisation_redirects")
    op.drop_table("reports")
    op.drop_table("import_changes")
