"""plan ledger posting once: the plans of its statements do not depend on what it is given.

Revision ID: b7d40c9a6e13
Revises: b3f08c52e1d7
"""

from alembic import op

revision = "b7d40c9a6e13"
down_revision = "b3f08c52e1d7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        # Left to itself PostgreSQL finds each plan a little better for the arrays at hand than in general,
        # and plans anew at every call, which takes longer than the work.
        op.execute("ALTER FUNCTION ledger_post SET plan_cache_mode = 'force_generic_plan'")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER FUNCTION ledger_post RESET plan_cache_mode")
