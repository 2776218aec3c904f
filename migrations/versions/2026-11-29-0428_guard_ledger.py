"""guard ledger: append-only, and balanced transfers.

Revision ID: 1f7a93d5c2e4
Revises: 52c7be1903fd
"""

from alembic import op

revision = "1f7a93d5c2e4"
down_revision = "52c7be1903fd"
branch_labels = None
depends_on = None

_APPEND_ONLY = ("ledger_transfers", "ledger_entries", "ledger_checkpoints")
_IDENTITY = "kind, owner_id, company_id, asset, shard"

_FUNCTIONS = (
    """
    CREATE FUNCTION ledger_keep_account() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'accounts of the ledger stay what they are: % is refused', TG_OP;
    END $$
    """,
    # All legs of a transfer come in one INSERT, so what it added must balance by itself.
    """
    CREATE FUNCTION ledger_refuse_unbalanced() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE wrong bigint;
    BEGIN
        SELECT added.transfer_id INTO wrong
        FROM added JOIN ledger_transfers t ON t.id = added.transfer_id
        GROUP BY added.transfer_id, t.state
        HAVING count(*) NOT BETWEEN 2 AND 32
            OR count(DISTINCT added.account_id) <> count(*)
            OR t.state <> 'posted'
            OR count(*) <> (SELECT count(*) FROM ledger_entries e WHERE e.transfer_id = added.transfer_id)
        LIMIT 1;
        IF wrong IS NULL THEN
            SELECT added.transfer_id INTO wrong
            FROM added JOIN ledger_accounts a ON a.id = added.account_id
            GROUP BY added.transfer_id, a.asset
            HAVING sum(added.amount) <> 0
            LIMIT 1;
        END IF;
        IF wrong IS NOT NULL THEN
            RAISE EXCEPTION 'ledger transfer % does not balance', wrong USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
    """,
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _guard_postgresql() -> None:
    for function in _FUNCTIONS:
        op.execute(function)
    # `refuse_change` came with the audit trail; the product's role loses the right to change its tables too.
    refuse, keep = (
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()" for name in ("refuse_change", "ledger_keep_account")
    )
    for table in _APPEND_ONLY:
        op.execute(f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} {refuse}")
    op.execute(f"CREATE TRIGGER keep BEFORE DELETE OR TRUNCATE ON ledger_accounts {keep}")
    op.execute(f"CREATE TRIGGER same BEFORE UPDATE OF {_IDENTITY} ON ledger_accounts {keep}")
    op.execute(
        "CREATE TRIGGER balanced AFTER INSERT ON ledger_entries REFERENCING NEW TABLE AS added"
        " FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_unbalanced()"
    )
    # Balances change all the time and no index holds them: with room in the page such updates stay there.
    op.execute("ALTER TABLE ledger_accounts SET (fillfactor = 70)")
    op.execute(
        "ALTER TABLE ledger_transfers ALTER COLUMN xact SET DEFAULT pg_current_xact_id()::text::bigint"
    )


def _guard_sqlite() -> None:
    refuse = "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    for table in _APPEND_ONLY:
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
    op.execute(f"CREATE TRIGGER ledger_accounts_keep BEFORE DELETE ON ledger_accounts {refuse}")
    op.execute(
        f"CREATE TRIGGER ledger_accounts_same BEFORE UPDATE OF {_IDENTITY} ON ledger_accounts {refuse}"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE ledger_transfers ALTER COLUMN xact DROP DEFAULT")
        op.execute("ALTER TABLE ledger_accounts RESET (fillfactor)")
        op.execute("DROP TRIGGER balanced ON ledger_entries")
        op.execute("DROP TRIGGER same ON ledger_accounts")
        op.execute("DROP TRIGGER keep ON ledger_accounts")
        for table in _APPEND_ONLY:
            op.execute(f"DROP TRIGGER append_only ON {table}")
        for function in ("ledger_refuse_unbalanced", "ledger_keep_account"):
            op.execute(f"DROP FUNCTION {function}()")
        return
    op.execute("DROP TRIGGER ledger_accounts_same")
    op.execute("DROP TRIGGER ledger_accounts_keep")
    for table in _APPEND_ONLY:
        op.execute(f"DROP TRIGGER {table}_no_delete")
        op.execute(f"DROP TRIGGER {table}_no_update")
