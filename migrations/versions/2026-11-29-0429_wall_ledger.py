"""wall ledger.

Revision ID: 90b3d6fe1a75
Revises: 1f7a93d5c2e4
"""

from alembic import op

from app.db.walls import OF_COMPANY, lower_wall, raise_wall

revision = "90b3d6fe1a75"
down_revision = "1f7a93d5c2e4"
branch_labels = None
depends_on = None

# A sale changes accounts of several companies: posting says so for its transaction, and is admitted.
POSTED = ("ledger_accounts", "ledger_payouts", "ledger_deposits", "ledger_freezes")
_POSTING = "(SELECT current_setting('top.posting', true)) = 'on'"


def upgrade() -> None:
    for table in (*POSTED, "ledger_appeals"):
        raise_wall(table, own=OF_COMPANY, staff=True)
    raise_wall("ledger_proposals", own="false", staff=True)
    if op.get_bind().dialect.name == "postgresql":
        for table in POSTED:
            op.execute(f"CREATE POLICY posting ON {table} USING ({_POSTING})")


def downgrade() -> None:
    for table in (*POSTED, "ledger_appeals", "ledger_proposals"):
        lower_wall(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in POSTED:
            op.execute(f"DROP POLICY posting ON {table}")
