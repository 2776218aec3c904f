"""No page reads a whole large table: every statement that serving them sends is explained by the database.

Some thousand made-up organisations and facts, so that the planners see tables worth an index.
"""

import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import event, func, select, text

from app.db.engine import Database
from app.db.writing import run_write
from app.features.knowledge.actions import load_into
from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.prediction.terms import Profile
from app.features.registry.facts.consolidating import refresh_facts
from app.features.registry.facts.evidence import evidence_for
from app.features.registry.facts.evidence_of_many import evidence_for_many, facts_of_many
from app.features.registry.facts.models import Fact
from app.features.registry.facts.peers import recount
from app.features.registry.facts.projects import FactKey
from app.features.registry.facts.queries import facts_of
from app.features.registry.importing import import_organisations
from app.features.registry.models import Organisation
from app.features.registry.queries import comparable_to, lines_of
from app.kit.viewer import ANONYMOUS
from app.main import create_app
from benchmarks.synthetic.database import load_facts, mark_for_benches
from benchmarks.synthetic.facts import TODAY
from benchmarks.synthetic.organisations import write_organisations
from tests.application import client_of, settings_for
from tests.features.registry.engines import AbsentEngine

ORGANISATIONS = 3_000
FACTS = 9_000
LARGE = ("organisations", "organisation_aliases", "organisation_sources", "facts", "notices", "peer_counts")
Statement = tuple[str, Any]

PAGES = (
    "/explore",
    "/explore/organisations",
    "/explore/organisations?industry=healthcare",
    "/explore/organisations?province=云南省",
    "/explore/organisations?industry=healthcare&province=云南省",
    "/explore/organisations?industry=healthcare&level=tertiary_a",
    "/explore/organisations?need=mlps-l3",
    "/explore/organisations?need=mlps-l3&province=云南省",
    "/explore/facts",
    "/explore/facts?need=mlps-l3",
    "/explore/facts?need=mlps-l3&province=云南省",
    "/explore/facts?province=云南省&years=3",
    "/explore/facts?industry=healthcare",
    "/explore/needs",
    "/explore/needs?industry=healthcare",
    "/needs/mlps-l3",
    "/industries/healthcare",
    "/lookup?q=昆明",
    "/suggest?q=kunming",
    "/api/v1/organisations?q=昆明市",
    "/recognise?name=红河州第五人民医院",
)


@pytest.fixture
async def filled(database: Database, catalogue: Catalogue, tmp_path: Path) -> Database:
    path = tmp_path / "synthetic.csv.gz"
    write_organisations(path, ORGANISATIONS)
    await run_write(database, lambda session: load_into(session, catalogue))
    await mark_for_benches(database)
    await import_organisations(database, path, catalogue)
    assert await load_facts(database, catalogue.needs, FACTS) == FACTS
    await recount(database, TODAY)
    async with database.engine.begin() as connection:
        await connection.execute(text("ANALYZE"))
    return database


@pytest.fixture
async def site(filled: Database, tmp_path: Path) -> AsyncIterator[FastAPI]:
    app = create_app(settings_for(filled._url, tmp_path), engine=AbsentEngine())
    yield app
    await app.state.database.close()


@contextmanager
def heard(database: Database) -> Iterator[list[Statement]]:
    """Every statement that the database is sent meanwhile."""
    statements: list[Statement] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if not many and statement.lstrip().upper().startswith(("SELECT", "WITH")):
            statements.append((statement, parameters))

    engines = {database.engine.sync_engine, database._reading.sync_engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


async def whole_reads(database: Database, statements: list[Statement]) -> dict[str, str]:
    """Statements that read a whole large table, with what the planner says of it."""
    found = {}
    async with database.engine.connect() as connection:
        if not database.is_sqlite:  # so that it reads a whole table only where no index can be used
            await connection.exec_driver_sql("SET enable_seqscan = off")
        for statement, parameters in {one[0]: one for one in statements}.values():
            plan = await _plan(database, connection, statement, parameters)
            whole = [step for step in plan if _reads_all(step)]
            if whole:
                found[statement] = "; ".join(whole)
        await connection.rollback()
    return found


async def _plan(database: Database, connection: Any, statement: str, parameters: Any) -> list[str]:
    if database.is_sqlite:
        rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [row[3] for row in rows]
    rows = await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
    told = rows.scalar_one()
    return list(_steps((json.loads(told) if isinstance(told, str) else told)[0]["Plan"]))


def _steps(node: dict[str, Any]) -> Iterator[str]:
    if node["Node Type"] == "Seq Scan":
        yield f"SCAN {node['Relation Name']}"
    for child in node.get("Plans", ()):
        yield from _steps(child)


def _reads_all(step: str) -> bool:
    """SQLite's SCAN without an index that gives the order; a walk along one ends with the page's limit."""
    scanned = re.match(r"SCAN (\w+)(?! USING (COVERING )?INDEX)", step)
    name = scanned.group(1) if scanned else ""
    return re.sub(r"_\d+$", "", name) in LARGE  # an alias is numbered


async def test_no_page_and_no_prediction_reads_a_whole_table(
    filled: Database, site: FastAPI, catalogue: Catalogue
) -> None:
    async with filled.reading() as session:
        most = (
            select(Fact.organisation_id).group_by(Fact.organisation_id).order_by(func.count().desc()).limit(1)
        )
        public_id = await session.scalar(
            select(Organisation.public_id).where(Organisation.id.in_(most.scalar_subquery()))
        )
        fact_id = await session.scalar(select(Fact.public_id).limit(1))
    pages = (*PAGES, f"/organisations/{public_id}", f"/api/v1/organisations/{public_id}", f"/facts/{fact_id}")
    wrong: dict[str, dict[str, str]] = {}
    async with client_of(site) as client:
        for page in pages:
            with heard(site.state.database) as statements:
                answer = await client.get(page, follow_redirects=True)
            assert answer.status_code == 200, page
            assert statements or page.startswith("/suggest"), page
            if found := await whole_reads(filled, statements):
                wrong[page] = found
    assert not wrong

    assert not await whole_reads(filled, await predicting(filled, catalogue))


async def predicting(filled: Database, catalogue: Catalogue) -> list[Statement]:
    """What one prediction and its surroundings read."""
    async with filled.reading() as session:
        row = (await session.execute(select(Organisation).where(Organisation.id == 7))).scalar_one()
        profile = Profile(row.name, row.industry, row.sub_industry, row.level, row.province, row.city)
        with heard(filled) as statements:
            await facts_of(session, ANONYMOUS, row.id)
            await evidence_for(session, ANONYMOUS, profile, row.id)
            await comparable_to(session, ANONYMOUS, catalogue, profile)
            await lines_of(session, ANONYMOUS, catalogue, [row.public_id] * 3)
            facts = await facts_of_many(session, ANONYMOUS, [row.id])
            await evidence_for_many(session, ANONYMOUS, {row.id: profile}, facts)
    assert len(statements) >= 8
    return statements


async def test_importing_notices_reads_no_large_table_either(filled: Database) -> None:
    async with filled.reading() as session:
        found = (
            await session.execute(select(Fact.organisation_id, Fact.need, Fact.project_key).limit(50))
        ).all()
    known = [FactKey(*row) for row in found]
    keys = [*known, *(key._replace(need="nobody-knows") for key in known)]  # those have no fact yet
    with heard(filled) as statements:
        await run_write(filled, lambda session: refresh_facts(session, keys))
    assert len(statements) >= 4
    assert not await whole_reads(filled, statements)


async def test_a_whole_read_would_be_seen(database: Database) -> None:
    async with database.reading() as session:
        with heard(database) as statements:
            await session.scalar(select(Fact.id).where(Fact.rule == "x"))
            await session.scalar(select(Organisation.id).where(Organisation.scale == "x"))
    assert len(await whole_reads(database, statements)) == 2
