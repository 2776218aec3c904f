"""create knowledge.

Revision ID: 60ecd9237209
Revises: 078e24d598dc
"""

import sqlalchemy as sa
from alembic import op

revision = "60ecd9237209"
down_revision = "078e24d598dc"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "knowledge_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("slug", sa.String(length=280), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "kind IN ('industry', 'conflict_rule', 'regulation', 'need', 'outline', 'prior',"
            " 'region_hint', 'notes')",
            name=op.f("ck_knowledge_entries_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_entries")),
        sa.UniqueConstraint("kind", "slug", name="uq_knowledge_entries_kind_slug"),
    )
    op.create_table(
        "knowledge_pack",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("is_shipped", sa.Boolean(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_knowledge_pack_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_pack")),
    )


def downgrade() -> None:

    op.drop_table("knowledge_pack")
    op.drop_table("knowledge_entries")
