"""create registrations.

Revision ID: afbe7e1090b9
Revises: c45d08e7b3fa
"""

import sqlalchemy as sa
from alembic import op

from app.db.walls import lower_wall, raise_wall

revision = "afbe7e1090b9"
down_revision = "c45d08e7b3fa"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "registrations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mail", sa.String(length=254), nullable=False),
        sa.Column("company_name", sa.String(length=100), nullable=False),
        sa.Column("person_name", sa.String(length=60), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("browser", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
    )
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registrations_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_registrations_mail"), ["mail"], unique=False)
    raise_wall("registrations", own="false")  # nobody is a member yet


def downgrade() -> None:
    lower_wall("registrations")
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registrations_mail"))
        batch_op.drop_index(batch_op.f("ix_registrations_created_at"))

    op.drop_table("registrations")
