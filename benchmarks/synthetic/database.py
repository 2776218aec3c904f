"""Databases of the benches: the mark that lets made-up rows in, and the way in for millions of facts."""

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import make_url

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.registry.facts.models import Fact, Import, Notice
from app.features.registry.models import Organisation, Source
from app.features.registry.synthetic import PREFIX
from app.kit import clock
from benchmarks.synthetic.facts import SOURCE, Buyer, Project, fact_rows, notice_row, projects

_AT_ONCE = 20_000  # projects a transaction
_CACHE_KB = 1_000_000


async def mark_for_benches(database: Database) -> None:
    """From now on the database takes made-up rows; nothing in the product does this."""

    async def work(session: WriteSession) -> None:
        if await session.scalar(select(Source.id).where(Source.key == PREFIX)) is None:
            session.add(Source(key=PREFIX, version=None, licence=None))

    await run_write(database, work)


async def load_facts(database: Database, needs: Iterable[str], facts: int) -> int:
    """Make up `facts` facts with their notices for the organisations that are there; returns how many."""
    source_id, import_id = await run_write(database, _begin)
    async with database.reading() as session:
        found = await session.execute(
            select(Organisation.id, Organisation.industry, Organisation.province).order_by(Organisation.id)
        )
        buyers = [Buyer(*row) for row in found]
    made = projects(buyers, sorted(needs), facts)
    loader = _into_sqlite if database.is_sqlite else _into_postgresql
    return await loader(database, made, facts, import_id=import_id, source_id=source_id)


async def _begin(session: WriteSession) -> tuple[int, int]:
    source = await session.scalar(select(Source).where(Source.key == SOURCE))
    if source is None:
        source = Source(key=SOURCE, version=None, licence=None)
        session.add(source)
    now = clock.now()
    made = await session.execute(
        insert(Import).values(
            public_id=f"bench{int(now.timestamp())}",
            kind="facts",
            file_name="synthetic",
            file_digest="0" * 64,
            report={},
            state="done",
            finished_at=now,
        )
    )
    await session.flush()
    return source.id, made.inserted_primary_key[0]  # type: ignore[attr-defined]


def _batches(
    made: Iterator[Project], *, import_id: int, source_id: int
) -> Iterator[tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
    """Notices and facts of some projects."""
    while some := list(islice(made, _AT_ONCE)):
        notices = [notice_row(project, import_id=import_id, source_id=source_id) for project in some]
        yield notices, [row for project in some for row in fact_rows(project, source_id=source_id)]


class _Progress:
    def __init__(self, total: int) -> None:
        self.done = 0
        self._total = total
        self._started = time.monotonic()

    def add(self, facts: int) -> None:
        self.done += facts
        print(f"{self.done} of {self._total} facts, {time.monotonic() - self._started:.0f} s", flush=True)


async def _into_sqlite(
    database: Database, made: Iterator[Project], facts: int, *, import_id: int, source_id: int
) -> int:
    path = make_url(str(database.engine.url)).database
    progress = _Progress(facts)
    with closing(sqlite3.connect(path or "", isolation_level=None)) as connection:
        for pragma in ("synchronous=OFF", f"cache_size=-{_CACHE_KB}", "foreign_keys=OFF"):
            connection.execute(f"PRAGMA {pragma}")
        # Sorting an index when all is there costs a fraction of filling it row by row, in random order.
        indexes = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
            "AND tbl_name IN ('notices', 'facts')"
        ).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        for notices, rows in _batches(made, import_id=import_id, source_id=source_id):
            connection.execute("BEGIN")
            for table, some in (("notices", notices), ("facts", rows)):
                columns = list(some[0])
                marks = ", ".join("?" * len(columns))
                connection.executemany(
                    f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})",
                    ([_for_sqlite(column, row[column]) for column in columns] for row in some),
                )
            connection.execute("COMMIT")
            progress.add(len(rows))
        for _, statement in indexes:
            connection.execute(statement)
        connection.execute("ANALYZE")
    return progress.done


def _for_sqlite(column: str, value: Any) -> Any:
    if column == "seen_at":
        return f"{value.isoformat()} 00:00:00.000000"
    return json.dumps(value) if isinstance(value, dict) else value.isoformat() if _is_day(value) else value


def _is_day(value: Any) -> bool:
    return isinstance(value, date)


async def _into_postgresql(
    database: Database, made: Iterator[Project], facts: int, *, import_id: int, source_id: int
) -> int:
    progress = _Progress(facts)
    for notices, rows in _batches(made, import_id=import_id, source_id=source_id):
        async with database.engine.begin() as connection:
            raw: Any = (await connection.get_raw_connection()).driver_connection
            for table, some in ((Notice.__tablename__, notices), (Fact.__tablename__, rows)):
                columns = list(some[0])
                records = [[_for_postgresql(column, row[column]) for column in columns] for row in some]
                await raw.copy_records_to_table(table, records=records, columns=columns)
        progress.add(len(rows))
    async with database.engine.begin() as connection:
        for table in (Notice.__tablename__, Fact.__tablename__):
            await connection.exec_driver_sql(f"ANALYZE {table}")
    return progress.done


def _for_postgresql(column: str, value: Any) -> Any:
    if column == "seen_at":
        return datetime(value.year, value.month, value.day, tzinfo=clock.now().tzinfo)
    return json.dumps(value) if isinstance(value, dict) else value
