"""create privacy.

Revision ID: b83e5d20f7a1
Revises: 6b92d4e7f013
"""

import sqlalchemy as sa
from alembic import op

from app.db.walls import OF_PERSON, lower_wall, raise_wall

revision = "b83e5d20f7a1"
down_revision = "6b92d4e7f013"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "data_copies",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'ready', 'taken')", name=op.f("ck_data_copies_state")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_data_copies_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_copies")),
        sa.UniqueConstraint("person_id", name=op.f("uq_data_copies_person_id")),
    )
    with op.batch_alter_table("data_copies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_data_copies_expires_at"), ["expires_at"], unique=False)
    raise_wall("data_copies", own=OF_PERSON, staff=True)  # staff are people, too
    op.create_table(
        "tombstones",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('person', 'company')", name=op.f("ck_tombstones_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tombstones")),
        sa.UniqueConstraint("kind", "public_id", name=op.f("uq_tombstones_kind_public_id")),
    )
    raise_wall("tombstones", own="false")


def downgrade() -> None:
    lower_wall("tombstones")
    op.drop_table("tombstones")
    lower_wall("data_copies")
    with op.batch_alter_table("data_copies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_data_copies_expires_at"))
    op.drop_table("data_copies")
