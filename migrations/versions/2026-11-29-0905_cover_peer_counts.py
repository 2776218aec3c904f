"""A prediction reads the counts of a group from their index alone.

Revision ID: c7d94a10be35
Revises: b7d40c9a6e13
"""

from alembic import op

revision = "c7d94a10be35"
down_revision = "b7d40c9a6e13"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_peer_counts_of_group",
        "peer_counts",
        ["industry", "sub_industry", "level", "province", "need", "organisations", "years"],
    )


def downgrade() -> None:
    op.drop_index("ix_peer_counts_of_group", table_name="peer_counts")
