"""add vendor to reports.

Revision ID: 3f0c9a71d5b8
Revises: 7c31a9e04d52
"""

import sqlalchemy as sa
from alembic import op

revision = "3f0c9a71d5b8"
down_revision = "7c31a9e04d52"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reports", sa.Column("vendor", sa.String(length=60), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("reports") as batch_op:
        batch_op.drop_column("vendor")
