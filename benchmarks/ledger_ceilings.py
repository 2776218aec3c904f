"""What bounds the ledger's rate on PostgreSQL: the purchase's own statements without the product around them.

The message of one purchase, with values made up here: by pgbench, which needs next to nothing itself, and
by the bare driver in one Python process. And a transaction of the product that does nothing (three messages).
What lies between the driver and a purchase is Python's; what lies between pgbench and R is SQL's.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from random import Random

import asyncpg
from sqlalchemy import text

from app.db.direct import direct
from app.db.engine import Database
from app.db.writing import run_write
from app.features.ledger.posting.message import statement_of
from benchmarks.ledger_figures import Figures
from benchmarks.ledger_raw import ACCOUNTS, CLIENTS, run_pgbench
from benchmarks.purchase_skeleton import KEPT
from tests.own_postgres import OwnPostgres

AUTHORS = 1_000
_SHARES = {1: 3, 2: 1, 5: 1}  # of five purchases, so many have so many authors
_PRICE, _FEE = 9_990, 1_998
_MADE_UP = {
    "gross": str(_PRICE), "topic": "'skeleton.material_bought'",
    "payload": "'{\"transfer\": \"of the bench\"}'::json", "recorded_at": "now()",
}  # fmt: skip


def _array(values: Sequence[object], kind: str) -> str:
    return f"ARRAY[{', '.join(map(str, values))}]::{kind}[]"


def _json(pairs: Mapping[str, str]) -> str:
    return f"json_build_array(json_build_object({', '.join(f'{k!r}, {v}' for k, v in pairs.items())}))"


def _call(authors: int, name: Callable[[str], str]) -> str:
    """A call of the posting function; `name` gives what stands for a value that changes."""
    parts = [
        (_PRICE - _FEE) // authors + (at < (_PRICE - _FEE) % authors) for at in range(authors)
    ]  # as Amount.split does
    accounts = authors + 3
    places = list(range(3, 3 + authors))
    request = _json({
        "place": "1", "public_id": "substr(md5(random()::text), 1, 22)", "scope": "'bench'",
        "key": "gen_random_uuid()::text", "hash": f"'{'0' * 64}'", "kind": "4", "cause_kind": "'material'",
        "cause_id": f"({name('material')})::text", "content": f"'{{\"price\": {_PRICE}}}'",
    })  # fmt: skip
    given = [
        "NULL", request,
        _array([2, 1, *[3] * authors, 21], "smallint"),
        _array([name("buyer")] * 2 + [name(f"author{at}") for at in range(authors)] + ["0"], "bigint"),
        _array(["'CR'"] * accounts, "text"),
        _array(["0"] * (authors + 2) + [name("shard")], "smallint"),
        _array(["0"] * (authors + 2) + ["NULL"], "bigint"),
        _array(["NULL"] * accounts, "bigint"),
        _array([1, authors + 3], "int"),
        _array([-_PRICE, *parts, _FEE], "bigint"),
        _array([1, *places, authors + 3, authors + 4], "int"),
        _array(range(1, accounts + 1), "int"),
        _array([1, accounts + 1], "int"), _array(range(1, accounts + 1), "int"), _array(["false"], "boolean"),
        _array([1] * authors, "int"), _array(places, "int"), _array(parts, "bigint"),
        _array([14] * authors, "smallint"), _array(["'sale'"] * authors, "text"), _array([], "int"), "true",
    ]  # fmt: skip
    beside = _MADE_UP | {one: f"({name(one)})::bigint" for one in ("buyer", "material")}
    beside |= {"place": "1", "told_actor": "'system'", "told_company": "''"}
    return statement_of(f"ledger_post({', '.join(given)})", _json(beside), KEPT, alone=True)


def _band(authors: int, at: int) -> tuple[int, int]:
    """Where the `at`-th of several authors is drawn from, so that they are distinct."""
    width = AUTHORS // authors
    return at * width + 1, (at + 1) * width


def _script(authors: int) -> str:
    drawn = [f"\\set author{at} random({low}, {high})" for at, (low, high) in enumerate(
        _band(authors, at) for at in range(authors)
    )]  # fmt: skip
    return "\n".join([
        f"\\set buyer random({AUTHORS + 1}, {ACCOUNTS})", "\\set material random(1, 1000000000000)",
        "\\set shard random(0, 15)", *drawn,
        f"{_call(authors, ':{}'.format)};", "",
    ])  # fmt: skip


async def open_accounts(owner: Database) -> None:
    """The accounts that purchases pay to: a posting that finds one missing is two."""
    account = "INSERT INTO ledger_accounts (kind, owner_id, company_id, asset, shard, floor, balance, seq)"
    async with owner.engine.begin() as connection:
        for rows in (
            f"SELECT 3, n, n, 'CR', 0, 0, 0, 0 FROM generate_series(1, {AUTHORS}) AS n",
            "SELECT 21, 0, NULL, 'CR', n, NULL, 0, 0 FROM generate_series(0, 15) AS n",
        ):
            await connection.execute(text(f"{account} {rows}"))


def by_pgbench(server: OwnPostgres, directory: Path, seconds: int, role: str) -> Figures:
    files = []
    for authors, share in _SHARES.items():
        script = directory / f"purchase-{authors}.sql"
        script.write_text(_script(authors), "utf-8")
        files.append(f"{script}@{share}")
    return run_pgbench(server, directory, seconds, files, role=role)


async def by_driver(server: OwnPostgres, seconds: float, role: str, seed: int) -> Figures:
    """One Python process, eight connections, nothing but the driver."""
    connections = [
        await asyncpg.connect(host="127.0.0.1", port=server.port, user=role, database="postgres")
        for _ in range(CLIENTS)
    ]
    chance = Random(seed)
    calls = {authors: _numbered(authors) for authors in _SHARES}

    async def purchase(number: int) -> None:
        connection = connections[number]
        authors = chance.choice((1, 1, 1, 2, 5))
        sql, names = calls[authors]
        values = {"buyer": chance.randint(AUTHORS + 1, ACCOUNTS), "material": chance.randrange(10**12)}
        values |= {"shard": chance.randrange(16)}
        values |= {f"author{at}": chance.randint(*_band(authors, at)) for at in range(authors)}
        await connection.fetch(sql, *(values[name] for name in names))

    figures = await _repeated(purchase, seconds)
    for connection in connections:
        await connection.close()
    return figures


def _numbered(authors: int) -> tuple[str, list[str]]:
    names: list[str] = []

    def name(one: str) -> str:
        if one not in names:
            names.append(one)
        return f"${names.index(one) + 1}::bigint"

    return _call(authors, name), names


async def by_nothing(database: Database, seconds: float) -> Figures:
    """A transaction of the product around one statement that does nothing."""
    one = text("SELECT 1")
    return await _repeated(lambda _: run_write(database, lambda session: direct(session, one, {})), seconds)


async def _repeated(work: Callable[[int], Awaitable[object]], seconds: float) -> Figures:
    """By eight callers, each again and again."""
    taken: list[float] = []

    async def caller(number: int, until: float) -> None:
        while (begin := time.perf_counter()) < until:
            await work(number)
            taken.append((time.perf_counter() - begin) * 1_000)

    begin = time.perf_counter()
    await asyncio.gather(*(caller(number, begin + seconds) for number in range(CLIENTS)))
    return Figures.of(taken, time.perf_counter() - begin)
