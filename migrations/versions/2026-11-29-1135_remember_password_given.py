"""Sessions know when their password was last given: a first second factor wants it fresh.

Revision ID: d4a6e2b7f193
Revises: c7d94a10be35
"""

import sqlalchemy as sa
from alembic import op

revision = "d4a6e2b7f193"
down_revision = "c7d94a10be35"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sign_in_sessions", sa.Column("password_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE sign_in_sessions SET password_at = created_at")


def downgrade() -> None:
    op.drop_column("sign_in_sessions", "password_at")
