"""The raw limits that the ledger is measured against: pgbench on PostgreSQL, sqlite3 on SQLite."""

import sqlite3
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from sqlalchemy import text

from app.db.engine import Database
from benchmarks.ledger_figures import Figures
from tests.own_postgres import OwnPostgres

ACCOUNTS = 10_000
CLIENTS = 8
_SCHEMA = (
    "CREATE TABLE raw_accounts (id bigint PRIMARY KEY, balance bigint NOT NULL, seq bigint NOT NULL)"
    " WITH (fillfactor = 70)",
    "CREATE TABLE raw_transfers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text UNIQUE,"
    " created_at timestamptz DEFAULT now())",
    "CREATE TABLE raw_entries (transfer_id bigint REFERENCES raw_transfers, leg smallint, account_id bigint"
    " REFERENCES raw_accounts, account_seq bigint, amount bigint, balance_after bigint,"
    " PRIMARY KEY (transfer_id, leg), UNIQUE (account_id, account_seq))",
    f"INSERT INTO raw_accounts SELECT n, 1000000, 0 FROM generate_series(1, {ACCOUNTS}) n",
)
# Two legs, keyed, with stored balances and numbered entries: what any double entry has to do.
_SCRIPT = f"""
\\set a random(1, {ACCOUNTS // 2})
\\set b random({ACCOUNTS // 2 + 1}, {ACCOUNTS})
\\set amount random(1, 100)
BEGIN;
INSERT INTO raw_transfers (key) VALUES (gen_random_uuid()::text) ON CONFLICT DO NOTHING RETURNING id \\gset
SELECT balance AS ba, seq AS sa FROM raw_accounts WHERE id = :a FOR NO KEY UPDATE \\gset
SELECT balance AS bb, seq AS sb FROM raw_accounts WHERE id = :b FOR NO KEY UPDATE \\gset
UPDATE raw_accounts SET balance = balance - :amount, seq = seq + 1 WHERE id = :a AND seq = :sa;
UPDATE raw_accounts SET balance = balance + :amount, seq = seq + 1 WHERE id = :b AND seq = :sb;
\\set sa :sa + 1
\\set sb :sb + 1
\\set ba :ba - :amount
\\set bb :bb + :amount
\\set minus -:amount
INSERT INTO raw_entries VALUES (:id, 1, :a, :sa, :minus, :ba), (:id, 2, :b, :sb, :amount, :bb);
COMMIT;
"""


async def prepare_raw(owner: Database) -> None:
    async with owner.engine.begin() as connection:
        for statement in _SCHEMA:
            await connection.execute(text(statement.replace(":", r"\:")))


def pgbench(server: OwnPostgres, directory: Path, seconds: int) -> Figures:
    """R: interactive prepared statements by C clients, nothing in between."""
    script = directory / "raw.sql"
    script.write_text(_SCRIPT, "utf-8")
    return run_pgbench(server, directory, seconds, [str(script)])


def run_pgbench(
    server: OwnPostgres, directory: Path, seconds: int, scripts: Sequence[str], *, role: str = "top"
) -> Figures:
    """These scripts, by as many clients as anything here has."""
    for log in directory.glob("raw-log*"):
        log.unlink()
    where = ["-h", "127.0.0.1", "-p", str(server.port), "-U", role, "postgres"]
    run = ["-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "1", "-T", str(seconds)]
    run += [part for script in scripts for part in ("-f", script)]
    logged = ["-l", f"--log-prefix={directory / 'raw-log'}"]
    subprocess.run([server.binaries / "pgbench", *run, *logged, *where], check=True, capture_output=True)
    taken = [
        int(line.split()[2]) / 1_000
        for log in directory.glob("raw-log*")
        for line in log.read_text().splitlines()
    ]
    return Figures.of(taken, seconds)


def raw_sqlite(directory: Path, seconds: float) -> Figures:
    """One thread, three legs, synchronous=NORMAL: the least that SQLite needs for it."""
    connection = sqlite3.connect(directory / "raw.db", isolation_level=None)
    connection.executescript(
        f"""PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;
        CREATE TABLE accounts (id INTEGER PRIMARY KEY, balance INTEGER, seq INTEGER);
        CREATE TABLE transfers (id INTEGER PRIMARY KEY, key TEXT UNIQUE);
        CREATE TABLE entries (transfer_id INTEGER, leg INTEGER, account_id INTEGER, account_seq INTEGER,
            amount INTEGER, balance_after INTEGER, PRIMARY KEY (transfer_id, leg),
            UNIQUE (account_id, account_seq)) WITHOUT ROWID;
        WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < {ACCOUNTS})
        INSERT INTO accounts SELECT id, 1000000, 0 FROM n;"""
    )
    chance, taken, begin = Random(1), [], time.perf_counter()
    while time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        _post_raw(connection, chance.sample(range(1, ACCOUNTS + 1), 3), len(taken))
        taken.append((time.perf_counter() - start) * 1_000)
    connection.close()
    return Figures.of(taken, seconds)


def _post_raw(connection: sqlite3.Connection, accounts: list[int], number: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    transfer = connection.execute("INSERT INTO transfers (key) VALUES (?)", (f"k{number}",)).lastrowid
    for leg, (account, amount) in enumerate(zip(accounts, (-10, 8, 2), strict=True), start=1):
        balance, seq = connection.execute(
            "SELECT balance, seq FROM accounts WHERE id = ?", (account,)
        ).fetchone()
        connection.execute(
            "UPDATE accounts SET balance = ?, seq = ? WHERE id = ?", (balance + amount, seq + 1, account)
        )
        row = (transfer, leg, account, seq + 1, amount, balance + amount)
        connection.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)", row)
    connection.execute("COMMIT")
