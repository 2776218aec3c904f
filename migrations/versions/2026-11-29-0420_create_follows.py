"""create follows.

Revision ID: 6a1c0f5d83b4
Revises: 3f0c9a71d5b8
"""

import sqlalchemy as sa
from alembic import op

from app.db.walls import OF_COMPANY, lower_wall, raise_wall

revision = "6a1c0f5d83b4"
down_revision = "3f0c9a71d5b8"
branch_labels = None
depends_on = None

_KINDS = "kind IN ('organisation', 'need', 'industry', 'regulation', 'region', 'company', 'person')"
_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "follows",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("company_id", _KEY, nullable=False),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(_KINDS, name=op.f("ck_follows_kind")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_follows_company_id_companies")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_follows_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follows")),
        sa.UniqueConstraint("person_id", "kind", "subject", name=op.f("uq_follows_person_id_kind_subject")),
        sa.UniqueConstraint("public_id", name=op.f("uq_follows_public_id")),
    )
    with op.batch_alter_table("follows", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follows_company_id"), ["company_id"], unique=False)
        batch_op.create_index("ix_follows_kind_subject", ["kind", "subject"], unique=False)
    raise_wall("follows", own=OF_COMPANY)
    op.create_table(
        "follow_counts",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("companies", sa.Integer(), nullable=False),
        sa.CheckConstraint(_KINDS, name=op.f("ck_follow_counts_kind")),
        sa.CheckConstraint("companies >= 5 AND companies % 5 = 0", name=op.f("ck_follow_counts_companies")),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_follow_counts")),
    )
    op.create_table(
        "follow_count_weeks",
        sa.Column("week", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("week", name=op.f("pk_follow_count_weeks")),
    )


def downgrade() -> None:
    op.drop_table("follow_count_weeks")
    op.drop_table("follow_counts")
    lower_wall("follows")
    with op.batch_alter_table("follows", schema=None) as batch_op:
        batch_op.drop_index("ix_follows_kind_subject")
        batch_op.drop_index(batch_op.f("ix_follows_company_id"))
    op.drop_table("follows")
