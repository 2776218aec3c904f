"""index peer counts by need.

Revision ID: 7c2e90d1b5f4
Revises: e7a2c94f106b
"""

from alembic import op

revision = "7c2e90d1b5f4"
down_revision = "e7a2c94f106b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_peer_counts_need", "peer_counts", ["need"])


def downgrade() -> None:
    op.drop_index("ix_peer_counts_need", table_name="peer_counts")
