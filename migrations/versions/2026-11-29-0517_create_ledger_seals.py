"""create ledger seals.

Revision ID: 5e1d07c94ab2
Revises: ea9c3d939648
"""

import sqlalchemy as sa
from alembic import op

revision = "5e1d07c94ab2"
down_revision = "ea9c3d939648"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_APPEND_ONLY = ("ledger_seals", "ledger_seal_items")


def upgrade() -> None:
    op.create_table(
        "ledger_seals",
        sa.Column("id", _KEY, autoincrement=False, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_seals")),
    )
    op.create_table(
        "ledger_seal_items",
        sa.Column("transfer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seal_id", _KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("leaf", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["seal_id"], ["ledger_seals.id"], name=op.f("fk_ledger_seal_items_seal_id_ledger_seals")
        ),
        sa.ForeignKeyConstraint(
            ["transfer_id"],
            ["ledger_transfers.id"],
            name=op.f("fk_ledger_seal_items_transfer_id_ledger_transfers"),
        ),
        sa.PrimaryKeyConstraint("transfer_id", name=op.f("pk_ledger_seal_items")),
        sa.UniqueConstraint("seal_id", "position", name=op.f("uq_ledger_seal_items_seal_id_position")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in _APPEND_ONLY:
            op.execute(
                f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
        return
    refuse = "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    for table in _APPEND_ONLY:
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")


def downgrade() -> None:
    op.drop_table("ledger_seal_items")
    op.drop_table("ledger_seals")
