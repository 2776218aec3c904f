"""Makes a PostgreSQL database as empty as migrations left it, past the triggers that refuse that."""

import asyncpg

from app.db.tables import metadata

_NAMES = [table.name for table in metadata.sorted_tables]
_FILLED = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in _NAMES)
_END_OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_COUNT_FROM_THE_START = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
FROM pg_sequences WHERE last_value IS NOT NULL
"""


async def read_seeds(connection: asyncpg.Connection) -> list[str]:
    """Statements that write again what migrations wrote."""
    seeds = []
    for (name,) in await connection.fetch(_FILLED):
        rows = await connection.fetchval(f"SELECT quote_literal(jsonb_agg(kept)) FROM {name} kept")
        seeds.append(f"INSERT INTO {name} SELECT * FROM jsonb_populate_recordset(NULL::{name}, {rows})")
    return seeds


async def forget(connection: asyncpg.Connection, seeds: list[str]) -> None:
    """Whoever is still connected is sent away first: they may hold locks.

    Emptied, not deleted from: rows would come in the places of former ones, and so in another order.
    """
    await connection.execute(_END_OTHERS)
    filled = [name for (name,) in await connection.fetch(_FILLED)]
    emptying = [f"TRUNCATE {', '.join(filled)} CASCADE"] if filled else []
    past_triggers = "SET LOCAL session_replication_role = replica"
    await connection.execute(
        ";\n".join(["BEGIN", past_triggers, *emptying, *seeds, _COUNT_FROM_THE_START, "COMMIT"])
    )
