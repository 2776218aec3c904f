"""Purchases under load, by a process that may be killed: what was acknowledged is written down."""

import asyncio
import multiprocessing
import os
from pathlib import Path

from app.features.ledger.actions import Key
from app.features.ledger.errors import PostingRefused
from tests.features.ledger.books import ANA, BO, CAI, Books
from tests.features.ledger.conftest import open_path

CALLERS = 4
_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload(["tests.deep.ledger_load"])


def key_of(name: str) -> Key:
    return Key.of_company(ANA, name)


class Load:
    """One process that buys until it is killed."""

    def __init__(self, path: str, url: str, *, prefix: str, acknowledged: Path) -> None:
        acknowledged.touch()
        self._file = acknowledged
        self._process = _FORKING.Process(target=_buy_for_ever, args=(path, url, prefix, acknowledged))
        self._process.start()

    def acknowledged(self) -> list[str]:
        return self._file.read_text("ascii").split()

    async def wait_for(self, many: int) -> None:
        """Until so many purchases were acknowledged."""
        while len(self.acknowledged()) < many:
            assert self._process.is_alive(), "the load ended by itself"
            await asyncio.sleep(0.005)

    def kill(self) -> None:
        self._process.kill()
        self._process.join()


def _buy_for_ever(path: str, url: str, prefix: str, acknowledged: Path) -> None:
    asyncio.run(_buying(path, url, prefix, acknowledged))


async def _buying(path: str, url: str, prefix: str, acknowledged: Path) -> None:
    books = Books(open_path(path, url))
    file = os.open(acknowledged, os.O_WRONLY | os.O_APPEND)
    numbers = iter(range(10**9))

    async def one() -> None:
        while True:
            name = f"{prefix}-{next(numbers)}"
            try:
                await books.buy(1, BO, CAI, key=key_of(name))
            except PostingRefused:
                continue
            os.write(file, f"{name}\n".encode())

    await asyncio.gather(*(one() for _ in range(CALLERS)))
