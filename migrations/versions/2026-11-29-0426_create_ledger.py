"""create ledger.

Revision ID: 8e2f4c61b9d0
Revises: 7c2e9d14b8a3
"""

import sqlalchemy as sa
from alembic import op

revision = "8e2f4c61b9d0"
down_revision = "7c2e9d14b8a3"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ledger_accounts",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", _KEY, nullable=True),
        sa.Column("asset", sa.String(length=8), nullable=False),
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("floor", sa.BigInteger(), nullable=True),
        sa.Column("ceiling", sa.BigInteger(), nullable=True),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("frozen_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "balance BETWEEN -9000000000000000 AND 9000000000000000", name=op.f("ck_ledger_accounts_balance")
        ),
        sa.CheckConstraint("ceiling IS NULL OR balance <= ceiling", name=op.f("ck_ledger_accounts_ceiling")),
        sa.CheckConstraint("floor IS NULL OR balance >= floor", name=op.f("ck_ledger_accounts_floor")),
        sa.CheckConstraint("owner_id = coalesce(company_id, 0)", name=op.f("ck_ledger_accounts_owner")),
        sa.CheckConstraint("seq >= 0", name=op.f("ck_ledger_accounts_seq")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_ledger_accounts_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_accounts")),
        sa.UniqueConstraint(
            "kind", "owner_id", "asset", "shard", name=op.f("uq_ledger_accounts_kind_owner_id_asset_shard")
        ),
    )
    op.create_index("ix_ledger_accounts_company_id", "ledger_accounts", ["company_id"])
    op.create_table(
        "ledger_transfers",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("scope", sa.String(length=60), nullable=False),
        sa.Column("idem_key", sa.String(length=100), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("refusal", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("reverses_id", _KEY, nullable=True),
        sa.Column("cause_kind", sa.String(length=30), nullable=False),
        sa.Column("cause_id", sa.String(length=64), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("xact", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(state = 'rejected') = (reason IS NOT NULL)", name=op.f("ck_ledger_transfers_reason")
        ),
        sa.CheckConstraint("state IN ('posted', 'rejected')", name=op.f("ck_ledger_transfers_state")),
        sa.ForeignKeyConstraint(
            ["reverses_id"],
            ["ledger_transfers.id"],
            name=op.f("fk_ledger_transfers_reverses_id_ledger_transfers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_transfers")),
        sa.UniqueConstraint("public_id", name=op.f("uq_ledger_transfers_public_id")),
        sa.UniqueConstraint("scope", "idem_key", name=op.f("uq_ledger_transfers_scope_idem_key")),
    )
    op.create_index(
        "ix_ledger_transfers_reverses_id",
        "ledger_transfers",
        ["reverses_id"],
        unique=False,
        sqlite_where=sa.text("reverses_id IS NOT NULL"),
        postgresql_where=sa.text("reverses_id IS NOT NULL"),
    )
    op.create_index(
        "uq_ledger_transfers_reversed_once",
        "ledger_transfers",
        ["reverses_id"],
        unique=True,
        sqlite_where=sa.text("state = 'posted' AND kind IN (8, 9, 17) AND reverses_id IS NOT NULL"),
        postgresql_where=sa.text("state = 'posted' AND kind IN (8, 9, 17) AND reverses_id IS NOT NULL"),
    )
    op.create_table(
        "ledger_checkpoints",
        sa.Column("account_id", _KEY, nullable=False),
        sa.Column("account_seq", sa.BigInteger(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["ledger_accounts.id"],
            name=op.f("fk_ledger_checkpoints_account_id_ledger_accounts"),
        ),
        sa.PrimaryKeyConstraint("account_id", "account_seq", name=op.f("pk_ledger_checkpoints")),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("transfer_id", _KEY, nullable=False),
        sa.Column("leg", sa.SmallInteger(), nullable=False),
        sa.Column("account_id", _KEY, nullable=False),
        sa.Column("account_seq", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("balance_after", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("account_seq >= 1 AND leg >= 1", name=op.f("ck_ledger_entries_numbers")),
        sa.CheckConstraint(
            "amount <> 0 AND amount BETWEEN -1000000000000 AND 1000000000000",
            name=op.f("ck_ledger_entries_amount"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ledger_accounts.id"], name=op.f("fk_ledger_entries_account_id_ledger_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["transfer_id"],
            ["ledger_transfers.id"],
            name=op.f("fk_ledger_entries_transfer_id_ledger_transfers"),
        ),
        sa.PrimaryKeyConstraint("transfer_id", "leg", name=op.f("pk_ledger_entries")),
        sa.UniqueConstraint(
            "account_id", "account_seq", name=op.f("uq_ledger_entries_account_id_account_seq")
        ),
    )


def downgrade() -> None:
    op.drop_table("ledger_entries")
    op.drop_table("ledger_checkpoints")
    op.drop_table("ledger_transfers")
    op.drop_table("ledger_accounts")
