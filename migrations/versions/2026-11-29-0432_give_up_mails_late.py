"""give up mails late.

Revision ID: 8d2f6c1b7a30
Revises: afbe7e1090b9
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "8d2f6c1b7a30"
down_revision = "afbe7e1090b9"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.add_column(sa.Column("give_up_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("problem", sa.String(length=80), nullable=True))
    mails = sa.table("mails", sa.column("give_up_at", sa.DateTime(timezone=True)))
    op.execute(mails.update().values(give_up_at=datetime.now(UTC) + timedelta(hours=48)))
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.alter_column("give_up_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.drop_index("ix_mails_state")
        batch_op.create_index("ix_mails_state_created_at", ["state", "created_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.drop_index("ix_mails_state_created_at")
        batch_op.create_index("ix_mails_state", ["state"], unique=False)
        batch_op.drop_column("problem")
        batch_op.drop_column("give_up_at")
