"""How well and how fast the lookup finds: hit@1 and hit@5 for each kind of query.

    python -m benchmarks.lookup_quality organisations.csv.gz [--index DIR] [--count 150] [--draw NAME]
    TOP_MEILI_URL=... TOP_MEILI_KEY=... python -m benchmarks.lookup_quality FILE --engine meilisearch

Without --index a fresh index is built in a temporary directory and its cost is printed too. On a Meilisearch
server the index is called quality_organisation, and is built unless it holds as many documents already.
"""

import argparse
import asyncio
import csv
import gzip
import io
import os
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from time import perf_counter, process_time

from benchmarks.lookup_queries import Case, all_cases, hashed
from search import SearchServer, build_engine
from search.analysis.famous import famous
from search.analysis.normalise import normalise
from search.contract import Document, SearchEngine, SearchQuery

KIND = "organisation"
FAMOUS = Path(__file__).parent / "queries" / "famous.tsv"
BESIDE_THE_TEN = ("70 % typed", "famous, curated", "famous, by rule")


@dataclass(frozen=True, slots=True)
class Score:
    n: int
    first: float
    among_five: float
    ambiguous: float  # share of queries whose form belongs to several organisations
    missed: tuple[Case, ...]


def documents_from(rows: Iterable[Mapping[str, str]]) -> list[Document]:
    """Rows of the organisation table; observed and listed ones rank above composed ones."""
    return [_document(str(number), row) for number, row in enumerate(rows)]


def _document(identity: str, row: Mapping[str, str]) -> Document:
    shorts = [short for short in row["short_names"].split("|") if short]
    former = [
        short for short in shorts if row["code"].startswith("stock:") and not _inside(short, row["name"])
    ]
    rank = {"derived": 0.1, "observed": 0.4, "curated": 0.9}[row["name_basis"]]
    if row["level"] and row["name_basis"] != "derived":
        rank = min(1.0, rank + 0.3)
    return Document(
        identity,
        1,
        row["name"],
        tuple(short for short in shorts if short not in former),
        tuple(former),
        filters={key: row[key] for key in ("province", "city", "industry", "name_basis") if row[key]},
        rank=rank,
    )


def _inside(short: str, name: str) -> bool:
    rest = iter(normalise(name))
    return all(part in rest for part in normalise(short))


def famous_cases(documents: Sequence[Document], path: Path = FAMOUS) -> list[Case]:
    """Hand-written short names; those of the curated table are counted apart from those left to the rules."""
    by_name: dict[str, set[str]] = defaultdict(set)
    for document in documents:
        by_name[document.name].add(document.id)
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
    return [
        Case(
            "famous, curated" if normalise(short) in famous() else "famous, by rule",
            short,
            frozenset(by_name[full]),
        )
        for short, full in rows
        if full in by_name
    ]


async def measure(engine: SearchEngine, cases: Iterable[Case]) -> dict[str, Score]:
    results: dict[str, list[tuple[Case, int]]] = defaultdict(list)
    for case in cases:
        page = await engine.search(KIND, SearchQuery(case.text, ("public",), limit=5))
        place = next((place for place, hit in enumerate(page.hits) if hit.id in case.expected), 99)
        results[case.kind].append((case, place))
    return {kind: _score(found) for kind, found in results.items()}


def _score(found: Sequence[tuple[Case, int]]) -> Score:
    n = len(found)
    return Score(
        n,
        sum(place == 0 for _, place in found) / n,
        sum(place < 5 for _, place in found) / n,
        sum(len(case.expected) > 1 for case, _ in found) / n,
        tuple(case for case, place in found if place),
    )


def overall(scores: Mapping[str, Score]) -> tuple[int, float, float]:
    """n, hit@1 and hit@5 over the queries of the ten kinds."""
    ten = [score for kind, score in scores.items() if kind not in BESIDE_THE_TEN]
    n = sum(score.n for score in ten)
    return n, sum(s.first * s.n for s in ten) / n, sum(s.among_five * s.n for s in ten) / n


def print_table(scores: Mapping[str, Score]) -> None:
    print("| kind | n | hit@1 | hit@5 | form shared by several |")
    print("| --- | --- | --- | --- | --- |")
    for kind, score in scores.items():
        print(f"| {kind} | {score.n} | {score.first:.3f} | {score.among_five:.3f} | {score.ambiguous:.2f} |")
    n, first, five = overall(scores)
    print(f"| **the ten kinds** | {n} | {first:.3f} | {five:.3f} | |")
    print("\nA hit is any organisation that shares the typed form with the one it was made from.")


async def latencies(engine: SearchEngine, cases: Sequence[Case]) -> None:
    """Wall time and, because other work on the machine disturbs that, processor time of the process."""
    for label, ask in (("search", engine.search), ("suggest", engine.suggest)):
        wall, cpu = [], []
        for case in sorted(cases, key=lambda case: hashed(case.text)):
            started, busy = perf_counter(), process_time()
            await ask(KIND, SearchQuery(case.text, ("public",), limit=8))
            wall.append((perf_counter() - started) * 1000)
            cpu.append((process_time() - busy) * 1000)
        print(f"{label}: n {len(wall)}; wall {_percentiles(wall)}; processor {_percentiles(cpu)}")


def _percentiles(taken: Sequence[float]) -> str:
    cuts = quantiles(taken, n=100)
    return f"p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, p99 {cuts[98]:.1f} ms"


async def build(engine: SearchEngine, documents: Sequence[Document]) -> float:
    """Seconds of processor time for a whole rebuild."""
    started = process_time()
    rebuild = await engine.begin_rebuild(KIND)
    for start in range(0, len(documents), 5_000):
        await rebuild.add(documents[start : start + 5_000])
    await rebuild.publish()
    return process_time() - started


def read_table(path: Path) -> list[Document]:
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    return documents_from(csv.DictReader(io.StringIO(text)))


def server_in(environment: Mapping[str, str]) -> SearchServer:
    """The server that the settings name; with patience, for waits are measured here."""
    try:
        url, key = environment["TOP_MEILI_URL"], environment["TOP_MEILI_KEY"]
    except KeyError as missing:
        raise SystemExit(f"--engine meilisearch needs {missing.args[0]}") from missing
    return SearchServer(
        url, key, environment.get("TOP_MEILI_SEARCH_KEY", ""), prefix="quality_", search_seconds=30
    )


async def run(table: Path, place: Path | SearchServer, count: int, *, draw: str, show_misses: bool) -> None:
    documents = read_table(table)
    engine = build_engine(place)
    if (await engine.health()).documents.get(KIND) != len(documents):
        started = perf_counter()
        taken = await build(engine, documents)
        print(
            f"built {len(documents)} documents in {perf_counter() - started:.1f} s, "
            f"{taken:.1f} s of it this process's own processor time{_size(place)}\n"
        )
    health = await engine.health()
    print(f"engine: {health.engine} {health.version}, {health.documents[KIND]} documents\n")
    cases = all_cases(documents, count, draw=draw) + famous_cases(documents)
    scores = await measure(engine, cases)
    print_table(scores)
    await latencies(engine, cases)
    if show_misses:
        await _print_misses(engine, scores)
    await engine.close()


def _size(place: Path | SearchServer) -> str:
    if isinstance(place, SearchServer):
        return ""
    return f", {sum(path.stat().st_size for path in place.rglob('*') if path.is_file()) / 1e6:.0f} MB"


async def _print_misses(engine: SearchEngine, scores: Mapping[str, Score]) -> None:
    for score in scores.values():
        for case in score.missed:
            page = await engine.search(KIND, SearchQuery(case.text, ("public",), limit=6))
            print(
                case.kind,
                case.text,
                sorted(case.expected)[:3],
                [(hit.id, hit.name, hit.matched_by) for hit in page.hits],
            )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("table", type=Path)
    arguments.add_argument("--index", type=Path)
    arguments.add_argument("--count", type=int, default=150)
    arguments.add_argument(
        "--draw", default="reported", help="rules are developed on other draws than the one reported"
    )
    arguments.add_argument("--misses", action="store_true")
    arguments.add_argument("--engine", choices=("embedded", "meilisearch"), default="embedded")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as fresh:
        place = given.index or Path(fresh)
        place = server_in(os.environ) if given.engine == "meilisearch" else place
        asyncio.run(run(given.table, place, given.count, draw=given.draw, show_misses=given.misses))


if __name__ == "__main__":
    main()
