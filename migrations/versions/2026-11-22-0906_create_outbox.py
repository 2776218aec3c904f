"""create outbox.

Revision ID: ae98b0cbb70b
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "ae98b0cbb70b"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "outbox_jobs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("topic", sa.String(length=100), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("available_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_jobs")),
    )
    with op.batch_alter_table("outbox_jobs", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_jobs_due",
            ["available_at", "id"],
            unique=False,
            sqlite_where=sa.text("dead_at IS NULL"),
            postgresql_where=sa.text("dead_at IS NULL"),
        )


def downgrade() -> None:

    with op.batch_alter_table("outbox_jobs", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_jobs_due",
            sqlite_where=sa.text("dead_at IS NULL"),
            postgresql_where=sa.text("dead_at IS NULL"),
        )

    op.drop_table("outbox_jobs")
