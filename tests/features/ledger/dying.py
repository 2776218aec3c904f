"""A purchase in a process of its own that ends at a wanted step, without a word."""

import asyncio
import multiprocessing
import os
from typing import Any

from sqlalchemy import event

from app.db.inline_sqlite import WritingConnection
from app.db.tenancy import TellingConnection
from app.features.ledger.actions import Key
from tests.features.ledger.books import ANA, BO, CAI, Books

DIED, LIVED = 86, 0
_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload(["tests.features.ledger.dying", "tests.features.ledger.conftest"])


def key_of(step: int) -> Key:
    return Key.of_company(ANA, f"step {step}")


def buy_and_die(path: str, url: str, step: int) -> int:
    """The exit status of a process that ends at the `step`-th step, counted before and after every
    statement and the commit; LIVED when it has no such step."""
    process = _FORKING.Process(target=_buy, args=(path, url, step))
    process.start()
    process.join(60)
    status = process.exitcode
    assert status is not None, "the process hangs"
    return status


def _buy(path: str, url: str, step: int) -> None:
    asyncio.run(_bought(path, url, step))
    os._exit(LIVED)


async def _bought(path: str, url: str, step: int) -> None:
    from tests.features.ledger.conftest import open_path

    database = open_path(path, url)
    left = step

    def reach(*_: Any) -> None:
        nonlocal left
        left -= 1
        if not left:
            os._exit(DIED)

    def around(method: Any) -> Any:
        async def stepped(self: Any, *given: Any, **named: Any) -> Any:
            reach()
            found = await method(self, *given, **named)
            reach()
            return found

        return stepped

    rows = WritingConnection.rows

    def got(self: WritingConnection, *given: Any) -> Any:
        reach()
        found = rows(self, *given)
        reach()
        return found

    for name in ("fetch", "execute"):
        setattr(TellingConnection, name, around(getattr(TellingConnection, name)))
    WritingConnection.rows = got  # type: ignore[method-assign]
    engine = database.engine.sync_engine
    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(engine, name, reach)
    commit = engine.dialect.do_commit

    def committed(connection: Any) -> None:
        commit(connection)
        reach()

    engine.dialect.do_commit = committed  # type: ignore[method-assign]
    await Books(database).buy(10, BO, CAI, key=key_of(step))
