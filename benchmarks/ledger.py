"""The ledger against the raw limits of the databases, measured in the same run.

R is pgbench with interactive prepared two-leg transfers by 8 clients; a purchase is the skeleton of the
market's: buyer, one to five authors, the fee, holds, grant and outbox event in one transaction.

Usage: python -m benchmarks.ledger [--seconds 10] [--rounds 3] [--entries 1000000]
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop

from app.db.engine import Database
from app.db.migrating import upgrade
from app.db.rights import grant_rights
from app.db.tenancy import SYSTEM, act_for
from app.features.ledger.checking import check, take_checkpoint
from app.features.ledger.checking.report import Extent
from app.features.ledger.posting.running import run_posting
from app.features.ledger.queries import statement_of
from benchmarks import purchase_skeleton
from benchmarks.ledger_ceilings import by_driver, by_nothing, by_pgbench, open_accounts
from benchmarks.ledger_figures import Figures
from benchmarks.ledger_filling import fill_companies, fill_entries
from benchmarks.ledger_raw import ACCOUNTS, CLIENTS, pgbench, prepare_raw, raw_sqlite
from benchmarks.ledger_sales import open_path, sell, sell_by_processes
from tests.own_postgres import OwnPostgres, own_postgres

_ROLE = "top_bench"  # behind the walls, as the product


async def on_postgresql(server: OwnPostgres, directory: Path, seconds: int, rounds: int) -> None:
    """R, what bounds a purchase, and the two paths in turns, so that the machine's moods meet all of them."""
    owner = Database(server.url.render_as_string(), pool_size=2)
    await _prepare(owner, role=_ROLE)
    await prepare_raw(owner)
    await open_accounts(owner)
    url = server.url.set(username=_ROLE).render_as_string()
    function = open_path(url, CLIENTS, portable=False)
    portable = open_path(url, CLIENTS, portable=True)

    def by_two(seed: int, *, portable: bool) -> Awaitable[Figures]:
        return asyncio.to_thread(
            sell_by_processes, url,
            processes=2, clients=CLIENTS, seconds=seconds, seed=seed, portable=portable,
        )  # fmt: skip

    ways: dict[str, Callable[[int], Awaitable[Figures]]] = {
        "R (pgbench)": lambda _: asyncio.to_thread(pgbench, server, directory, seconds),
        "a purchase a message, pgbench": lambda _: asyncio.to_thread(
            by_pgbench, server, directory, seconds, _ROLE
        ),
        "a purchase a message, bare driver, one process": lambda seed: by_driver(
            server, seconds, _ROLE, seed
        ),
        "transaction that does nothing, one process": lambda _: by_nothing(function, seconds),
        "server function, one process": lambda seed: sell(
            function, clients=CLIENTS, seconds=seconds, seed=seed
        ),
        "server function, two processes": lambda seed: by_two(seed, portable=False),
        "portable path, one process": lambda seed: sell(
            portable, clients=CLIENTS, seconds=seconds, seed=seed
        ),
        "portable path, two processes": lambda seed: by_two(seed, portable=True),
    }
    runs: dict[str, list[Figures]] = {name: [] for name in ways}
    for number in range(rounds):
        for at, (name, way) in enumerate(ways.items()):
            runs[name].append(await way(100 * number + 10 * at))
    _table("PostgreSQL, synchronous_commit=on, 8 clients, as the role of the product", runs)
    # Purchases of the bare driver are nobody's: the holds and the books agree, the rest is made up.
    report = await check(owner, auditors=[purchase_skeleton.audit])
    print(f"\nAfter it: {report.transfers} transfers, {report.entries} entries, clean: {report.is_clean}\n")
    for database in (owner, function, portable):
        await database.close()


async def on_sqlite(directory: Path, seconds: int, rounds: int) -> None:
    database = Database(f"sqlite+aiosqlite:///{directory / 'ledger.db'}")
    await _prepare(database)
    runs: dict[str, list[Figures]] = {
        "raw sqlite3 (NORMAL, one thread)": [],
        "purchase (FULL, 8 callers)": [],
    }
    for number in range(rounds):
        place = directory / f"raw-{number}"
        place.mkdir()
        runs["raw sqlite3 (NORMAL, one thread)"].append(await asyncio.to_thread(raw_sqlite, place, seconds))
        runs["purchase (FULL, 8 callers)"].append(
            await sell(database, clients=CLIENTS, seconds=seconds, seed=number)
        )
    _table("SQLite", runs)
    await database.close()


async def of_size(database: Database, name: str, entries: int) -> None:
    """What a full check and a page of the statement cost, as the books grow."""
    await upgrade(database)
    await fill_companies(database, 1_000)
    heads = ("entries", "full check s", "since checkpoint s", "statement page ms", "oldest page ms")
    print(f"\n#### Size, {name}\n\n| {' | '.join(heads)} |\n|{' --- |' * len(heads)}")
    await fill_entries(database, 7, 1_000, companies=500, shard=0)
    await _one_size(database, 7)
    await fill_entries(database, 8, entries, companies=1_000, shard=1)
    await _one_size(database, 8)


async def _one_size(database: Database, company: int) -> None:
    full = await _seconds(database, "full")
    await run_posting(database, take_checkpoint)
    short = await _seconds(database, "since_checkpoint")
    newest = await _page_ms(database, company, None)
    oldest = await _page_ms(database, company, 60)
    report = await check(database)
    print(f"| {report.entries} | {full:.2f} | {short:.2f} | {newest:.2f} | {oldest:.2f} |")


async def _seconds(database: Database, extent: Extent) -> float:
    begin = time.perf_counter()
    report = await check(database, extent=extent)
    assert report.is_clean, report.findings[:3]
    return time.perf_counter() - begin


async def _page_ms(database: Database, company: int, from_seq: int | None) -> float:
    taken = []
    for _ in range(30):
        begin = time.perf_counter()
        async with database.reading() as session:
            page = await statement_of(session, company)
            if from_seq is not None and page.before:
                before = dict.fromkeys(page.before, from_seq)
                begin = time.perf_counter()
                await statement_of(session, company, before=before)
        taken.append((time.perf_counter() - begin) * 1_000)
    return statistics.median(taken)


async def _prepare(owner: Database, *, role: str | None = None) -> None:
    await upgrade(owner)
    await fill_companies(owner, ACCOUNTS)
    if role is not None:
        async with owner.engine.begin() as connection:
            await connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS")
        await grant_rights(owner, role)
    await purchase_skeleton.make_tables(owner, role=role)


def _table(title: str, runs: dict[str, list[Figures]]) -> None:
    middles = {name: Figures.middle(of_one) for name, of_one in runs.items()}
    base = next(iter(middles.values()))
    print(f"\n#### {title}\n\n| path | a second | ratio | p50 ms | p99 ms | p99 ratio |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, one in middles.items():
        ratios = f"{one.rate / base.rate:.2f} | {one.p50:.1f} | {one.p99:.1f} | {one.p99 / base.p99:.2f}"
        print(f"| {name} | {one.rate:.0f} | {ratios} |", flush=True)


async def measure(directory: Path, server: OwnPostgres | None, given: argparse.Namespace) -> None:
    act_for(SYSTEM)
    if server is None:
        print("PostgreSQL is not installed: measured on SQLite alone.")
    else:
        await on_postgresql(server, directory, given.seconds, given.rounds)
        grown = Database(server.url.render_as_string(), pool_size=2)
        await _another(grown, "grown")
        await of_size(
            Database(server.url.set(database="grown").render_as_string(), pool_size=2),
            "PostgreSQL",
            given.entries,
        )
    await on_sqlite(directory, given.seconds, given.rounds)
    await of_size(Database(f"sqlite+aiosqlite:///{directory / 'grown.db'}"), "SQLite", given.entries)


async def _another(database: Database, name: str) -> None:
    async with database.engine.connect() as connection:
        outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await outside.exec_driver_sql(f"CREATE DATABASE {name}")
    await database.close()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=10)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--entries", type=int, default=1_000_000)
    given = options.parse_args()
    print(f"{os.cpu_count()} cores, load before {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as directory, own_postgres() as server:
        uvloop.run(measure(Path(directory), server, given))  # the loop that serves the product


if __name__ == "__main__":
    main()
