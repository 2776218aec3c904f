"""Payouts know their provider and what is in doubt; two people may end a doubt.

Revision ID: b3f08c52e1d7
Revises: 5e1d07c94ab2
"""

import sqlalchemy as sa
from alembic import op

revision = "b3f08c52e1d7"
down_revision = "5e1d07c94ab2"
branch_labels = None
depends_on = None

_DOUBTS = "doubt IN ('unanswered', 'unknown', 'unreadable', 'contradicts')"
_BEFORE = ("correction", "budget", "top_up", "goodwill")


def upgrade() -> None:
    op.add_column("ledger_payouts", sa.Column("provider", sa.String(length=20), nullable=True))
    op.add_column("ledger_payouts", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    # In one statement with its check, which SQLite can add with the column alone.
    op.execute(
        "ALTER TABLE ledger_payouts ADD COLUMN doubt VARCHAR(12)"
        f" CONSTRAINT ck_ledger_payouts_doubt CHECK ({_DOUBTS})"
    )
    op.add_column("ledger_payouts", sa.Column("proposal", sa.String(length=22), nullable=True))
    op.execute("UPDATE ledger_payouts SET provider = 'by_hand' WHERE state IN ('sent', 'settled')")
    _allow((*_BEFORE, "payout"))


def downgrade() -> None:
    _allow(_BEFORE)
    op.drop_column("ledger_payouts", "proposal")
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("ledger_payouts") as batch_op:
            batch_op.drop_constraint(op.f("ck_ledger_payouts_doubt"), type_="check")
            batch_op.drop_column("doubt")
    else:
        op.drop_column("ledger_payouts", "doubt")
    op.drop_column("ledger_payouts", "asked_at")
    op.drop_column("ledger_payouts", "provider")


def _allow(kinds: tuple[str, ...]) -> None:
    allowed = "kind IN ({})".format(", ".join(f"'{kind}'" for kind in kinds))
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_ledger_proposals_kind"), "ledger_proposals", type_="check")
        op.create_check_constraint(op.f("ck_ledger_proposals_kind"), "ledger_proposals", allowed)
        return
    with op.batch_alter_table("ledger_proposals", copy_from=_proposals(allowed), recreate="always"):
        pass


def _proposals(allowed: str) -> sa.Table:
    """The whole table: SQLite changes a check by building the table anew."""
    return sa.Table(
        "ledger_proposals",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'open') = (decided_by IS NULL)", name="ck_ledger_proposals_decided"),
        sa.CheckConstraint(allowed, name="ck_ledger_proposals_kind"),
        sa.CheckConstraint("state IN ('open', 'approved', 'refused')", name="ck_ledger_proposals_state"),
        sa.CheckConstraint("decided_by <> proposed_by", name="ck_ledger_proposals_two_people"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_proposals"),
        sa.UniqueConstraint("public_id", name="uq_ledger_proposals_public_id"),
        sa.Index("ix_ledger_proposals_state", "state"),
    )
