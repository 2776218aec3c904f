"""The engines only find candidates, so that the same question has the same first answer on each. Further
down they may differ in what is merely similar."""

import csv
from pathlib import Path

from benchmarks.lookup_quality import documents_from
from benchmarks.lookup_queries import all_cases
from search import build_engine
from search.contract import SearchEngine, SearchQuery
from tests.application import ORGANISATIONS
from tests.search.conftest import server_of
from tests.search.documents import KIND
from tests.search.meilisearch_double import Double


async def first(engine: SearchEngine, text: str) -> list[tuple[str, str]]:
    page = await engine.search(KIND, SearchQuery(text, ("public",), limit=1))
    return [(hit.id, hit.matched_by) for hit in page.hits]


async def test_both_engines_give_the_same_first_answer(double: Double, tmp_path: Path) -> None:
    with ORGANISATIONS.open(encoding="utf-8", newline="") as file:
        documents = documents_from(csv.DictReader(file))
    engines = [build_engine(tmp_path / "search"), build_engine(server_of(double))]
    for engine in engines:
        rebuild = await engine.begin_rebuild(KIND)
        await rebuild.add(documents)
        await rebuild.publish()
    texts = {case.text for case in all_cases(documents, 20, draw="agreement")}
    assert len(texts) > 100
    differ = [
        text for text in sorted(texts) if await first(engines[0], text) != await first(engines[1], text)
    ]
    assert differ == []
    for engine in engines:
        await engine.close()
