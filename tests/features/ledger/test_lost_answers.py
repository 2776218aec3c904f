"""Answers lost after COMMIT: the caller asks again under the same key, and everything is there once."""

import asyncio
import re
from contextlib import suppress
from itertools import chain, count

import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from app.features.ledger.actions import Key
from app.kit.amount import credits
from tests.features.ledger.books import ANA, BO, Books
from tests.features.ledger.conftest import open_path

PURCHASES, CALLERS = 40, 4
_ENDS = re.compile(rb'COMMIT;|"public_id"')  # a transaction, or the message that is one


class LossyProxy:
    """Between the product and PostgreSQL: every third answer to a COMMIT, or to a message that commits
    itself, is lost with its connection."""

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self._ends = count(1)
        self.lost = 0

    async def __aenter__(self) -> "LossyProxy":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_read, to_write = await asyncio.open_connection(*self._to)
        loses = False

        async def forward() -> None:
            nonlocal loses
            while data := await reader.read(65_536):
                loses = loses or (_ENDS.search(data) is not None and next(self._ends) % 3 == 0)
                to_write.write(data)
                await to_write.drain()

        forwarding = asyncio.create_task(forward())
        with suppress(ConnectionError):
            while data := await to_read.read(65_536):
                if loses:
                    self.lost += 1
                    break
                writer.write(data)
                await writer.drain()
        forwarding.cancel()
        to_write.close()
        writer.close()


@pytest.mark.parametrize("path", ["portable", "function"], indirect=True)
async def test_an_answer_that_is_lost_after_the_commit_is_given_again(
    books: Books, path: str, books_url: str
) -> None:
    await books.top_up(ANA, 1_000)
    await books.buy(1, BO, fee=0)  # later ones find all accounts, and need one message
    url = make_url(books_url)
    async with LossyProxy(url.host or "", url.port or 0) as proxy:
        through = url.set(host="127.0.0.1", port=proxy.port).render_as_string(hide_password=False)
        lossy = Books(open_path(path, through))

        async def buy() -> int:
            key = Key.of_company(ANA, lossy.name("through the proxy"))
            for _ in range(100):
                with suppress(DBAPIError, OSError):
                    return (await lossy.buy(1, BO, key=key, fee=0)).transfer_id
            raise AssertionError("never answered")

        async def several() -> list[int]:
            return [await buy() for _ in range(PURCHASES // CALLERS)]

        transfers = list(chain(*await asyncio.gather(*(several() for _ in range(CALLERS)))))
        await lossy.database.close()
    assert proxy.lost > 0
    assert len(set(transfers)) == PURCHASES
    assert (await books.of(ANA)).spendable == credits(999 - PURCHASES)
    assert (await books.of(BO)).pending == credits(1 + PURCHASES)
