"""Purchases by several callers of one process, timed one by one.

Run as a module it is one of several processes: what it measured goes to its output, for `sell_by_processes`.
"""

import asyncio
import gc
import json
import subprocess
import sys
import time
from random import Random

import uvloop

from app.db.engine import Database
from app.db.tenancy import SYSTEM, act_for
from app.features.ledger.actions import Key
from app.features.ledger.posting.server import PORTABLE
from app.kit.amount import Amount
from benchmarks import purchase_skeleton
from benchmarks.ledger_figures import Figures
from benchmarks.ledger_raw import ACCOUNTS

AUTHORS = range(1, 1_001)
_WARMING = 200  # purchases before the clock starts


async def sell(database: Database, *, clients: int, seconds: float, seed: int) -> Figures:
    """Each caller buys for a random buyer, of one to five authors, one purchase after the other."""
    taken, lasted = await _sell(database, clients, seconds, seed)
    return Figures.of(taken, lasted)


def sell_by_processes(
    url: str, *, processes: int, clients: int, seconds: float, seed: int, portable: bool
) -> Figures:
    """The same by processes of their own, as the product is served by several; `clients` in all."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.ledger_sales",
             json.dumps([url, clients // processes, seconds, seed + number, portable])],
            stdout=subprocess.PIPE,
        )
        for number in range(processes)
    ]  # fmt: skip
    told = [json.loads(process.communicate()[0]) for process in running]
    taken = [one for part, _ in told for one in part]
    return Figures.of(taken, sum(lasted for _, lasted in told) / processes)


async def _sell(database: Database, clients: int, seconds: float, seed: int) -> tuple[list[float], float]:
    chance, taken = Random(seed), []
    numbers = iter(range(10**9))

    async def one(*, until: float, most: int = 10**9) -> None:
        for _ in range(most):
            begin = time.perf_counter()
            if begin >= until:
                return
            await _purchase(database, chance, f"{seed}-{next(numbers)}")
            taken.append((time.perf_counter() - begin) * 1_000)

    await asyncio.gather(*(one(until=float("inf"), most=_WARMING // clients) for _ in range(clients)))
    taken.clear()
    gc.collect()
    gc.freeze()  # as the serving process does when it has started
    begin = time.perf_counter()
    await asyncio.gather(*(one(until=begin + seconds) for _ in range(clients)))
    return taken, time.perf_counter() - begin


async def _purchase(database: Database, chance: Random, name: str) -> None:
    buyer, material = chance.randrange(1, ACCOUNTS + 1), chance.randrange(10**12)
    wanted = chance.choice((1, 1, 1, 2, 5))
    paid = [one for one in chance.sample(AUTHORS, wanted + 1) if one != buyer][:wanted]
    key = Key.of_company(buyer, name)
    await purchase_skeleton.buy(
        database, buyer=buyer, material=material, price=Amount("CR", 9_990), authors=paid, key=key
    )


def open_path(url: str, clients: int, *, portable: bool) -> Database:
    database = Database(url, pool_size=clients)
    if portable:
        database.engine = database.engine.execution_options(**{PORTABLE: True})
    return database


async def main() -> None:
    url, clients, seconds, seed, portable = json.loads(sys.argv[1])
    act_for(SYSTEM)
    database = open_path(url, clients, portable=portable)
    json.dump(await _sell(database, clients, seconds, seed), sys.stdout)
    await database.close()


if __name__ == "__main__":
    uvloop.run(main())
