"""Purchases by several callers of one process, timed one by one."""

import asyncio
import time
from collections.abc import Sequence
from random import Random

from app.db.engine import Database
from app.features.ledger import actions as ledger
from app.features.ledger.actions import Key
from app.kit.amount import Amount
from benchmarks import purchase_skeleton
from benchmarks.ledger_figures import Figures

_WARMING = 200  # purchases before the clock starts


async def sell(
    database: Database, *, clients: int, seconds: float, buyers: int, authors: Sequence[int], seed: int
) -> Figures:
    """Each caller buys for a random buyer, of 1 to 5 of `authors`, one purchase after the other."""
    chance, taken = Random(seed), []
    numbers = iter(range(10**9))

    async def one(*, until: float, most: int = 10**9) -> None:
        for _ in range(most):
            begin = time.perf_counter()
            if begin >= until:
                return
            await _purchase(database, chance, f"{seed}-{next(numbers)}", buyers, authors)
            taken.append((time.perf_counter() - begin) * 1_000)

    await asyncio.gather(*(one(until=float("inf"), most=_WARMING // clients) for _ in range(clients)))
    taken.clear()
    begin = time.perf_counter()
    await asyncio.gather(*(one(until=begin + seconds) for _ in range(clients)))
    return Figures.of(taken, time.perf_counter() - begin)


async def _purchase(
    database: Database, chance: Random, name: str, buyers: int, authors: Sequence[int]
) -> None:
    buyer, material = chance.randrange(1, buyers + 1), chance.randrange(10**12)
    paid = chance.sample([one for one in authors if one != buyer], chance.choice((1, 1, 1, 2, 5)))
    key = Key.of_company(buyer, name)
    await ledger.run_posting(
        database,
        lambda session: purchase_skeleton.buy(
            session, buyer=buyer, material=material, price=Amount("CR", 9_990), authors=paid, key=key
        ),
    )
