"""create fact totals, and count organisations by level too.

Revision ID: 5d1c7be0a94f
Revises: c60f198d3357
"""

import sqlalchemy as sa
from alembic import op

revision = "5d1c7be0a94f"
down_revision = "c60f198d3357"
branch_labels = None
depends_on = None

_RECOUNTED = """
INSERT INTO organisation_counts ({columns}, organisations)
SELECT {values}, count(*) FROM organisations WHERE status = 'active' GROUP BY {values}
"""
_VALUES = {
    "industry": "industry",
    "level": "coalesce(level, '')",
    "province": "coalesce(province, '')",
}


def upgrade() -> None:
    op.create_table(
        "fact_totals",
        sa.Column("industry", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("province", sa.String(length=40), nullable=False),
        sa.Column("need", sa.String(length=60), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("facts", sa.Integer(), nullable=False),
        sa.Column("organisations", sa.Integer(), nullable=False),
        sa.Column("amounts", sa.Integer(), nullable=False),
        sa.Column("amount_sum", sa.BigInteger(), nullable=False),
        sa.Column("amount_median", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("industry", "level", "province", "need", "year", name=op.f("pk_fact_totals")),
    )
    op.create_index("ix_fact_totals_need", "fact_totals", ["need", "year"])
    op.drop_index("ix_facts_industry", "facts")
    op.create_index("ix_facts_industry", "facts", ["industry", sa.text("event_on DESC"), sa.text("id DESC")])
    op.create_index(
        "ix_facts_industry_need", "facts", ["industry", "need", sa.text("event_on DESC"), sa.text("id DESC")]
    )
    op.create_index(
        "ix_organisations_known_in_province", "organisations", ["province", sa.text("rank DESC"), "id"]
    )
    _count_organisations_by("industry", "level", "province")


def downgrade() -> None:
    _count_organisations_by("industry", "province")
    op.drop_index("ix_organisations_known_in_province", "organisations")
    op.drop_index("ix_facts_industry_need", "facts")
    op.drop_index("ix_facts_industry", "facts")
    op.create_index("ix_facts_industry", "facts", ["industry", "need"])
    op.drop_index("ix_fact_totals_need", "fact_totals")
    op.drop_table("fact_totals")


def _count_organisations_by(*columns: str) -> None:
    op.drop_table("organisation_counts")
    op.create_table(
        "organisation_counts",
        *(sa.Column(column, sa.String(length=40), nullable=False) for column in columns),
        sa.Column("organisations", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*columns, name=op.f("pk_organisation_counts")),
    )
    values = ", ".join(_VALUES[column] for column in columns)
    op.execute(_RECOUNTED.format(columns=", ".join(columns), values=values))
