"""What bounds the ledger's rate on PostgreSQL: the purchase's own statements without the product around them.

The same four messages as a purchase (begin, post, keep, commit), with values made up here: by pgbench, which
needs next to nothing itself, and by the bare driver in one Python process. And a transaction of the product
that does nothing. What lies between them and a purchase is Python's; what lies between them and R is SQL's.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

import asyncpg
from sqlalchemy import text

from app.db.direct import direct
from app.db.engine import Database
from app.db.writing import run_write
from benchmarks.ledger_figures import Figures
from benchmarks.ledger_raw import ACCOUNTS, CLIENTS, run_pgbench
from tests.own_postgres import OwnPostgres

AUTHORS = 1_000
_SHARES = {1: 3, 2: 1, 5: 1}  # of five purchases, so many have so many authors
_PRICE, _FEE = 9_990, 1_998
_BEGIN = "BEGIN; SET LOCAL top.actor = 'system'; SET LOCAL top.company = ''"
_KEEP = (
    "WITH granted AS (INSERT INTO skeleton_grants (buyer_id, material_id, transfer_id, state)"
    " VALUES ({buyer}, {material}, {transfer}, 'active') ON CONFLICT DO NOTHING RETURNING id),"
    " bought AS (INSERT INTO skeleton_purchases (buyer_id, material_id, transfer_id, gross)"
    f" SELECT {{buyer}}, {{material}}, {{transfer}}, {_PRICE} FROM granted),"
    " told AS (INSERT INTO outbox_jobs (topic, payload, created_at, available_at, attempts)"
    " SELECT 'skeleton.material_bought', '{{\"transfer\": \"of the bench\"}}', now(), now(), 0 FROM granted)"
    " SELECT id FROM granted"
)


def _array(values: list[object], kind: str) -> str:
    return f"ARRAY[{', '.join(map(str, values))}]::{kind}[]"


def _call(authors: int, name: Callable[[str], str]) -> str:
    """A call of the posting function; `name` gives what stands for a value that changes."""
    parts = [
        (_PRICE - _FEE) // authors + (at < (_PRICE - _FEE) % authors) for at in range(authors)
    ]  # as Amount.split does
    accounts = authors + 3
    places = list(range(3, 3 + authors))
    given = [
        "NULL", "substr(md5(random()::text), 1, 22)", "'bench'", "gen_random_uuid()::text",
        f"'{'0' * 64}'", "4::smallint", "NULL", "'material'", f"({name('material')})::text", "NULL",
        f"'{{\"price\": {_PRICE}}}'::json",
        _array([2, 1, *[3] * authors, 21], "smallint"),
        _array([name("buyer")] * 2 + [name(f"author{at}") for at in range(authors)] + ["0"], "bigint"),
        _array(["'CR'"] * accounts, "text"),
        _array(["0"] * (authors + 2) + [name("shard")], "smallint"),
        _array(["0"] * (authors + 2) + ["NULL"], "bigint"),
        _array(["NULL"] * accounts, "bigint"),
        _array([-_PRICE, *parts, _FEE], "bigint"),
        _array([1, *places, authors + 3, authors + 4], "int"),
        _array(list(range(1, accounts + 1)), "int"),
        "false",
        _array(list(places), "int"), _array(list(parts), "bigint"),
        _array([14] * authors, "smallint"), _array(["'sale'"] * authors, "text"),
    ]  # fmt: skip
    return f"SELECT transfer FROM ledger_post({', '.join(given)})"


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
        # pgbench prepares one statement each; the product sends these three as one message.
        *(f"{part};" for part in _BEGIN.split("; ")),
        f"{_call(authors, ':{}'.format)} \\gset",
        _KEEP.format(buyer=":buyer", material=":material", transfer=":transfer") + ";",
        "COMMIT;", "",
    ])  # fmt: skip


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
    keep = _KEEP.format(buyer="$1::bigint", material="$2::bigint", transfer="$3::bigint")

    async def purchase(number: int) -> None:
        connection = connections[number]
        authors = chance.choice((1, 1, 1, 2, 5))
        sql, names = calls[authors]
        values = {"buyer": chance.randint(AUTHORS + 1, ACCOUNTS), "material": chance.randrange(10**12)}
        values |= {"shard": chance.randrange(16)}
        values |= {f"author{at}": chance.randint(*_band(authors, at)) for at in range(authors)}
        await connection.execute(_BEGIN)
        transfer = await connection.fetchval(sql, *(values[name] for name in names))
        await connection.fetch(keep, values["buyer"], values["material"], transfer)
        await connection.execute("COMMIT")

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
