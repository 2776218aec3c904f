"""create what stands beside the ledger: holds, freezes, appeals, bonuses, payouts, deposits, proposals.

Revision ID: 52c7be1903fd
Revises: 8e2f4c61b9d0
"""

import sqlalchemy as sa
from alembic import op

revision = "52c7be1903fd"
down_revision = "8e2f4c61b9d0"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ledger_deposits",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("company_id", _KEY, nullable=False),
        sa.Column("asset", sa.String(length=8), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('held', 'returned', 'forfeited')", name=op.f("ck_ledger_deposits_state")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_ledger_deposits_amount")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_ledger_deposits_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_deposits")),
        sa.UniqueConstraint("public_id", name=op.f("uq_ledger_deposits_public_id")),
    )
    op.create_index(
        "uq_ledger_deposits_held",
        "ledger_deposits",
        ["company_id", "asset"],
        unique=True,
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_table(
        "ledger_payouts",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("company_id", _KEY, nullable=False),
        sa.Column("asset", sa.String(length=8), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("provider_ref", sa.String(length=64), nullable=True),
        sa.Column("failure", sa.String(length=500), nullable=True),
        sa.Column("requested_by", sa.BigInteger(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('requested', 'sent', 'settled', 'failed')", name=op.f("ck_ledger_payouts_state")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_ledger_payouts_amount")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_ledger_payouts_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_payouts")),
        sa.UniqueConstraint("public_id", name=op.f("uq_ledger_payouts_public_id")),
    )
    op.create_index(
        "uq_ledger_payouts_under_way",
        "ledger_payouts",
        ["company_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('requested', 'sent')"),
        postgresql_where=sa.text("state IN ('requested', 'sent')"),
    )
    op.create_table(
        "ledger_proposals",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (decided_by IS NULL)", name=op.f("ck_ledger_proposals_decided")
        ),
        sa.CheckConstraint(
            "kind IN ('correction', 'budget', 'top_up', 'goodwill')", name=op.f("ck_ledger_proposals_kind")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'approved', 'refused')", name=op.f("ck_ledger_proposals_state")
        ),
        sa.CheckConstraint("decided_by <> proposed_by", name=op.f("ck_ledger_proposals_two_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_proposals")),
        sa.UniqueConstraint("public_id", name=op.f("uq_ledger_proposals_public_id")),
    )
    op.create_index(op.f("ix_ledger_proposals_state"), "ledger_proposals", ["state"], unique=False)
    op.create_table(
        "ledger_bonuses",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("transfer_id", _KEY, nullable=False),
        sa.Column("account_id", _KEY, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("remaining", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "remaining >= 0 AND remaining <= amount", name=op.f("ck_ledger_bonuses_remaining")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ledger_accounts.id"], name=op.f("fk_ledger_bonuses_account_id_ledger_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["transfer_id"],
            ["ledger_transfers.id"],
            name=op.f("fk_ledger_bonuses_transfer_id_ledger_transfers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_bonuses")),
    )
    op.create_index(
        "ix_ledger_bonuses_expires_at",
        "ledger_bonuses",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("remaining > 0"),
        postgresql_where=sa.text("remaining > 0"),
    )
    op.create_index(
        "ix_ledger_bonuses_live",
        "ledger_bonuses",
        ["account_id", "expires_at"],
        unique=False,
        sqlite_where=sa.text("remaining > 0"),
        postgresql_where=sa.text("remaining > 0"),
    )
    op.create_index(op.f("ix_ledger_bonuses_transfer_id"), "ledger_bonuses", ["transfer_id"], unique=False)
    op.create_table(
        "ledger_freezes",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("company_id", _KEY, nullable=False),
        sa.Column("account_id", _KEY, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("days", sa.SmallInteger(), nullable=False),
        sa.Column("placed_by", sa.BigInteger(), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.BigInteger(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("days BETWEEN 1 AND 30", name=op.f("ck_ledger_freezes_days")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ledger_accounts.id"], name=op.f("fk_ledger_freezes_account_id_ledger_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_ledger_freezes_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_freezes")),
        sa.UniqueConstraint("public_id", name=op.f("uq_ledger_freezes_public_id")),
    )
    op.create_index(op.f("ix_ledger_freezes_account_id"), "ledger_freezes", ["account_id"], unique=False)
    op.create_table(
        "ledger_holds",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("transfer_id", _KEY, nullable=False),
        sa.Column("account_id", _KEY, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("released", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("days", sa.SmallInteger(), nullable=False),
        sa.Column("release_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "(state = 'done') = (released + returned = amount)", name=op.f("ck_ledger_holds_done")
        ),
        sa.CheckConstraint("state IN ('open', 'disputed', 'done')", name=op.f("ck_ledger_holds_state")),
        sa.CheckConstraint("days BETWEEN 0 AND 30", name=op.f("ck_ledger_holds_days")),
        sa.CheckConstraint(
            "refunded >= returned AND refunded <= amount", name=op.f("ck_ledger_holds_refunded")
        ),
        sa.CheckConstraint(
            "released >= 0 AND returned >= 0 AND released + returned <= amount",
            name=op.f("ck_ledger_holds_amounts"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ledger_accounts.id"], name=op.f("fk_ledger_holds_account_id_ledger_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["transfer_id"],
            ["ledger_transfers.id"],
            name=op.f("fk_ledger_holds_transfer_id_ledger_transfers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_holds")),
        sa.UniqueConstraint("transfer_id", "account_id", name=op.f("uq_ledger_holds_transfer_id_account_id")),
    )
    op.create_index(
        "ix_ledger_holds_account",
        "ledger_holds",
        ["account_id"],
        unique=False,
        sqlite_where=sa.text("state <> 'done'"),
        postgresql_where=sa.text("state <> 'done'"),
    )
    op.create_index(
        "ix_ledger_holds_due",
        "ledger_holds",
        ["release_at"],
        unique=False,
        sqlite_where=sa.text("state <> 'done'"),
        postgresql_where=sa.text("state <> 'done'"),
    )
    op.create_table(
        "ledger_appeals",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("company_id", _KEY, nullable=False),
        sa.Column("hold_id", _KEY, nullable=True),
        sa.Column("freeze_id", _KEY, nullable=True),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("filed_by", sa.BigInteger(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.String(length=500), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name=op.f("ck_ledger_appeals_decided")),
        sa.CheckConstraint("state IN ('open', 'accepted', 'refused')", name=op.f("ck_ledger_appeals_state")),
        sa.CheckConstraint(
            "(hold_id IS NULL) <> (freeze_id IS NULL)", name=op.f("ck_ledger_appeals_subject")
        ),
        sa.ForeignKeyConstraint(
            ["freeze_id"], ["ledger_freezes.id"], name=op.f("fk_ledger_appeals_freeze_id_ledger_freezes")
        ),
        sa.ForeignKeyConstraint(
            ["hold_id"], ["ledger_holds.id"], name=op.f("fk_ledger_appeals_hold_id_ledger_holds")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_ledger_appeals_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_appeals")),
        sa.UniqueConstraint("public_id", name=op.f("uq_ledger_appeals_public_id")),
    )
    op.create_index(
        "uq_ledger_appeals_freeze",
        "ledger_appeals",
        ["freeze_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "uq_ledger_appeals_hold",
        "ledger_appeals",
        ["hold_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def downgrade() -> None:
    op.drop_table("ledger_appeals")
    op.drop_table("ledger_holds")
    op.drop_table("ledger_freezes")
    op.drop_table("ledger_bonuses")
    op.drop_table("ledger_proposals")
    op.drop_table("ledger_payouts")
    op.drop_table("ledger_deposits")
