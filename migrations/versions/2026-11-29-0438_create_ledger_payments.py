"""create ledger payments: what providers told, and what checks found.

Revision ID: e7a2c94f106b
Revises: 8d2f6c1b7a30
"""

import sqlalchemy as sa
from alembic import op

from app.db.walls import OF_COMPANY, lower_wall, raise_wall

revision = "e7a2c94f106b"
down_revision = "8d2f6c1b7a30"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ledger_checks",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("extent", sa.String(length=20), nullable=False),
        sa.Column("is_clean", sa.Boolean(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_checks")),
    )
    op.create_index(op.f("ix_ledger_checks_as_of"), "ledger_checks", ["as_of"], unique=False)
    op.create_table(
        "ledger_payment_events",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("payment", sa.String(length=64), nullable=False),
        sa.Column("company", sa.String(length=22), nullable=False),
        sa.Column("company_id", _KEY, nullable=True),
        sa.Column("asset", sa.String(length=8), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("credits", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("problem", sa.String(length=40), nullable=True),
        sa.Column("transfer_id", _KEY, nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(state = 'matched') = (transfer_id IS NOT NULL)", name=op.f("ck_ledger_payment_events_transfer")
        ),
        sa.CheckConstraint(
            "kind IN ('paid', 'charged_back', 'chargeback_won')", name=op.f("ck_ledger_payment_events_kind")
        ),
        sa.CheckConstraint(
            "state IN ('matched', 'unmatched', 'refused', 'dismissed')",
            name=op.f("ck_ledger_payment_events_state"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_ledger_payment_events_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["transfer_id"],
            ["ledger_transfers.id"],
            name=op.f("fk_ledger_payment_events_transfer_id_ledger_transfers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_payment_events")),
        sa.UniqueConstraint("provider", "event_id", name=op.f("uq_ledger_payment_events_provider_event_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_ledger_payment_events_public_id")),
    )
    op.create_index(
        "ix_ledger_payment_events_payment", "ledger_payment_events", ["provider", "payment"], unique=False
    )
    op.create_index(
        "ix_ledger_payment_events_waiting",
        "ledger_payment_events",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'unmatched'"),
        postgresql_where=sa.text("state = 'unmatched'"),
    )
    raise_wall("ledger_payment_events", own=OF_COMPANY, staff=True)


def downgrade() -> None:
    lower_wall("ledger_payment_events")
    op.drop_table("ledger_payment_events")
    op.drop_table("ledger_checks")
