"""What readers wait for in a large registry, and what a prediction costs among millions of facts."""

import gc
import socket
import statistics
import time
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from app.db.engine import Database
from app.features.knowledge.loading import load_pack
from app.features.knowledge.prediction import predict
from app.features.knowledge.prediction.terms import Profile
from app.features.registry.documents import KIND
from app.features.registry.facts.evidence import evidence_for
from app.features.registry.facts.peers import recount
from app.kit.viewer import ANONYMOUS
from app.settings import Settings
from benchmarks import serving
from benchmarks.serving import fetched, memory_of, percentile, sample_of, timed
from benchmarks.synthetic.facts import TODAY
from search import build_engine
from search.contract import SearchQuery

ROUNDS = 4
PAGES = 60
DIFFERENT_PAGES = 400  # before memory is looked at
TYPED = (0.3, 0.7, 1.0)  # how much of a name was typed
PREDICTED = 100  # organisations of each sort


async def measure_answers(var: Path) -> dict[str, Any]:
    """Suggestions in the engine and over HTTP, the page of an organisation, the serving process."""
    database = Database(Settings(var=var, database_url="").effective_database_url)
    engine = build_engine(var / "search")
    many = await sample_of(database, DIFFERENT_PAGES)
    organisations = many[: serving.QUERIES]
    typed = [name[: max(2, round(len(name) * share))] for _, name in organisations for share in TYPED]
    own: list[float] = []
    over_http: list[float] = []
    pages: list[float] = []
    with serving.serving(var) as (pid, started):
        client = socket.create_connection(("127.0.0.1", serving.PORT))
        for number in range(ROUNDS):
            for text in typed:
                query = SearchQuery(text, ANONYMOUS.visibility, limit=8)
                own.append(await timed(partial(engine.suggest, KIND, query)))
                over_http.append(fetched(client, f"/suggest?q={quote(text)}"))
            pages += [
                fetched(client, f"/organisations/{public_id}") for public_id, _ in organisations[:PAGES]
            ]
            if number == 0:  # the first round warms up
                own, over_http, pages = [], [], []
        for public_id, _ in many:
            fetched(client, f"/organisations/{public_id}")
        client.close()
        memory, own_memory = memory_of(pid), memory_of(pid, "RssAnon")
    await engine.close()
    await database.close()
    return {
        **_of("suggest_own", own),
        **_of("suggest_http", over_http),
        **_of("page", pages),
        "serving_mb": memory,
        "serving_own_mb": own_memory,
        "start_seconds": started,
    }


def _of(name: str, taken: Sequence[float]) -> dict[str, float]:
    return {f"{name}_p50": statistics.median(taken) * 1e3, f"{name}_p99": percentile(taken, 0.99) * 1e3}


async def measure_predictions(database: Database) -> dict[str, Any]:
    """Processor time of evidence, model and every reason, for those with most facts, with some, with none:
    the first time, of a group that the process does not remember, and at once again."""
    catalogue = load_pack()
    started, cpu = time.monotonic(), time.process_time()
    await recount(database, TODAY)
    found: dict[str, Any] = {
        "recount_seconds": time.monotonic() - started,
        "recount_cpu": time.process_time() - cpu,
    }
    gc.collect()
    gc.freeze()  # as the serving process does when it has started
    for sort, organisations in (await _sorts(database)).items():
        first: list[float] = []
        again: list[float] = []
        for _ in range(
            2
        ):  # first everything warms up but the groups, of which there are too many to remember
            first, again = [], []
            for row in organisations:
                first.append(await _predicted(database, catalogue, row))
                again.append(await _predicted(database, catalogue, row))
        found |= _of(f"predict_{sort}", first) | _of(f"predict_{sort}_again", again)
    await database.close()
    return found


async def _predicted(database: Database, catalogue: Any, row: Any) -> float:
    profile = Profile(
        row.name, row.industry, row.sub_industry, row.level, row.province, row.city, row.district
    )
    async with database.reading() as session:
        cpu = time.process_time()
        evidence = await evidence_for(session, ANONYMOUS, profile, row.id)
        predict(catalogue, profile, evidence, today=TODAY)
        return time.process_time() - cpu


async def _sorts(database: Database) -> dict[str, Sequence[Any]]:
    """Chosen by the database alone: the statements belong to the bench, not to the product."""
    columns = "id, name, industry, sub_industry, level, province, city, district"
    most = "SELECT organisation_id FROM facts GROUP BY organisation_id ORDER BY count(*) DESC"
    own = "(SELECT 1 FROM facts WHERE organisation_id = organisations.id)"
    wanted = {
        "most_facts": f"id IN (SELECT organisation_id FROM ({most} LIMIT {PREDICTED * 10}) AS most)",
        "some_facts": f"id % 97 = 3 AND EXISTS {own}",
        "no_facts": f"id % 97 = 5 AND NOT EXISTS {own}",
    }
    async with database.reading() as session:
        connection = await session.connection()
        found = {
            sort: await connection.exec_driver_sql(
                f"SELECT {columns} FROM organisations WHERE {condition} LIMIT {PREDICTED * 10}"
            )
            for sort, condition in wanted.items()
        }
        return {sort: _of_different_groups(rows) for sort, rows in found.items()}


def _of_different_groups(rows: Iterable[Any]) -> Sequence[Any]:
    groups = {(row.industry, row.sub_industry, row.level, row.province): row for row in rows}
    return list(groups.values())[:PREDICTED]
