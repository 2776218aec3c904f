"""Books of any size at once: companies with credits, and entries by the million."""

from sqlalchemy import text

from app.db.engine import Database

WALLET, BONUSES, CLEARING = 1, 2, 23
_START = 1_000_000_000  # credits of every buyer, in thousandths
_NOW = "'2026-01-01 00:00:00.000000'"


def _series(database: Database, last: int) -> str:
    if database.is_sqlite:
        return (
            f"(WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {last})"
            " SELECT n FROM n) s"
        )
    return f"(SELECT n FROM generate_series(CAST(1 AS bigint), {last}) n) s"


async def fill_companies(owner: Database, buyers: int) -> None:
    """Companies 1 to `buyers`, each with a wallet that a top-up filled and a bonus wallet that was empty when
    it last bought something: history and balances agree."""
    numbers = _series(owner, buyers)
    account = (
        "INSERT INTO ledger_accounts (id, kind, owner_id, company_id, asset, shard, floor, balance, seq)"
    )
    for statement in (
        "INSERT INTO companies (id, public_id, name, name_key, state, verification, profile, created_at)"
        f" SELECT n, 'c' || n, 'c' || n, 'c' || n, 'active', 'verified', '{{}}', {_NOW} FROM {numbers}",
        f"{account} VALUES (1, {CLEARING}, 0, NULL, 'CR', 0, NULL, {-_START * buyers}, {buyers})",
        f"{account} SELECT n + 1, {WALLET}, n, n, 'CR', 0, 0, {_START}, 1 FROM {numbers}",
        f"{account} SELECT n + 1 + {buyers}, {BONUSES}, n, n, 'CR', 0, 0, 0, 0 FROM {numbers}",
        "INSERT INTO ledger_transfers (id, public_id, scope, idem_key, request_hash, state, kind, cause_kind,"
        f" cause_id, content, created_at) SELECT n, 't' || n, 'provider:bench', 'e' || n, 'h', 'posted', 1,"
        f" 'payment', 'p' || n, '{{}}', {_NOW} FROM {numbers}",
        "INSERT INTO ledger_entries (transfer_id, leg, account_id, account_seq, amount, balance_after)"
        f" SELECT n, 1, 1, n, {-_START}, n * {-_START} FROM {numbers}"
        f" UNION ALL SELECT n, 2, n + 1, 1, {_START}, {_START} FROM {numbers}",
    ):
        await _run(owner, statement)
    await _after_given_ids(owner)


async def fill_entries(owner: Database, company: int, entries: int, *, companies: int, shard: int) -> None:
    """Another `entries` entries of two-legged transfers between one company's wallet and others' pending
    accounts, of which the company's wallet has one in each: a statement of half as many lines."""
    transfers = entries // 2
    numbers = _series(owner, transfers)
    async with owner.engine.connect() as connection:
        first = (await connection.execute(text("SELECT max(id) FROM ledger_transfers"))).scalar_one()
        top = (await connection.execute(text("SELECT max(id) FROM ledger_accounts"))).scalar_one()
        wallet = (
            await connection.execute(
                text(f"SELECT id, balance, seq FROM ledger_accounts WHERE kind = 1 AND owner_id = {company}")
            )
        ).one()
    others = f"(SELECT n FROM {_series(owner, companies)} WHERE n <> {company}) o"
    spread = companies - 1
    # The k-th other company, in order, gets every `spread`-th transfer; each moves one thousandth.
    to = f"{top} + 1 + (n - 1) % {spread}"
    for statement in (
        "INSERT INTO ledger_accounts (id, kind, owner_id, company_id, asset, shard, floor, balance, seq)"
        f" SELECT {top} + row_number() OVER (ORDER BY n), 4, n, n, 'CR', {shard}, 0,"
        f" ({transfers} - row_number() OVER (ORDER BY n)) / {spread} + 1,"
        f" ({transfers} - row_number() OVER (ORDER BY n)) / {spread} + 1 FROM {others}",
        "INSERT INTO ledger_transfers (id, public_id, scope, idem_key, request_hash, state, kind, cause_kind,"
        f" cause_id, content, created_at) SELECT {first} + n, 'f{shard}-' || n, 'fill{shard}', 'f' || n, 'h',"
        f" 'posted', 17, 'bench', 'b' || n, '{{}}', {_NOW} FROM {numbers}",
        "INSERT INTO ledger_entries (transfer_id, leg, account_id, account_seq, amount, balance_after)"
        f" SELECT {first} + n, 1, {wallet.id}, {wallet.seq} + n, -1, {wallet.balance} - n FROM {numbers}"
        f" UNION ALL SELECT {first} + n, 2, {to}, (n - 1) / {spread} + 1, 1, (n - 1) / {spread} + 1"
        f" FROM {numbers}",
        f"UPDATE ledger_accounts SET balance = balance - {transfers}, seq = seq + {transfers}"
        f" WHERE id = {wallet.id}",
    ):
        await _run(owner, statement)
    await _after_given_ids(owner)


async def _run(owner: Database, statement: str) -> None:
    async with owner.engine.begin() as connection:
        if not owner.is_sqlite:
            await connection.execute(text("SET LOCAL session_replication_role = replica"))
        await connection.execute(text(statement.replace(":", r"\:")))


async def _after_given_ids(owner: Database) -> None:
    """Sequences go on behind the ids given here, and the planner knows the sizes."""
    async with owner.engine.begin() as connection:
        if not owner.is_sqlite:
            for table in ("ledger_accounts", "ledger_transfers"):
                newest = f"(SELECT max(id) FROM {table})"
                await connection.execute(
                    text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {newest})")
                )
        await connection.execute(text("ANALYZE"))
