"""The few facts that are taken down or disputed are found without reading the others.

Revision ID: e2f6b83c5d17
Revises: e61b07f4c2a9
"""

import sqlalchemy as sa
from alembic import op

revision = "e2f6b83c5d17"
down_revision = "e61b07f4c2a9"
branch_labels = None
depends_on = None

_HIDDEN = sa.text("status != 'active'")


def upgrade() -> None:
    op.create_index(
        "ix_facts_hidden",
        "facts",
        ["organisation_id"],
        sqlite_where=_HIDDEN,
        postgresql_where=_HIDDEN,
    )


def downgrade() -> None:
    op.drop_index("ix_facts_hidden", table_name="facts")
