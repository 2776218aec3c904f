"""What a reader waits for, as ratios within one run.

Suggestion over HTTP against the engine's own time; the organisation page against the same template
rendered from memory; the second start; the memory of the serving process.

Usage: python -m benchmarks.serving [--data DIR]    (organisations.csv.gz there; else the shipped registry)
"""

import argparse
import asyncio
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from app.db.engine import Database
from app.features.knowledge.queries import current_catalogue
from app.features.registry.answers import answer_for_organisation
from app.features.registry.brief.links import links_of
from app.features.registry.correction import NO_CORRECTION
from app.features.registry.documents import KIND
from app.kit.viewer import ANONYMOUS
from app.settings import Settings
from app.web.templating import render
from benchmarks.lookup_queries import hashed
from search import build_engine
from search.analysis.regions import provinces
from search.contract import SearchEngine, SearchQuery

ROUNDS = 5
QUERIES = 200
PAGES = 60
PORT = 8191
ADDRESS = f"http://127.0.0.1:{PORT}"
_TOPCTL = (sys.executable, "-c", "from app.cli import main; main()")


def percentile(taken: Sequence[float], share: float) -> float:
    return sorted(taken)[min(len(taken) - 1, int(len(taken) * share))]


def line(what: str, own: Sequence[float], limit: Sequence[float], targets: str) -> str:
    """One table row in milliseconds: measured, the limit it is compared with, and the ratios."""
    mid, mid_limit = statistics.median(own) * 1e3, statistics.median(limit) * 1e3
    tail, tail_limit = percentile(own, 0.99) * 1e3, percentile(limit, 0.99) * 1e3
    return (
        f"| {what} | {mid:.2f} / {tail:.2f} | {mid_limit:.2f} / {tail_limit:.2f} "
        f"| {mid / mid_limit:.2f} / {tail / tail_limit:.2f} | {targets} |"
    )


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    await work()
    return time.perf_counter() - started


def fetched(connection: socket.socket, path: str) -> float:
    """Seconds for one request on an open connection. By hand, for reading the headers into objects takes
    a client of this language as long as a suggestion takes the server."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    started = time.perf_counter()
    connection.sendall(request)
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65_536)
    head, body = answer.split(b"\r\n\r\n", 1)
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    if not head.startswith(b"HTTP/1.1 200 ") or length is None:
        raise RuntimeError(f"{path} answered {head[:60]!r}")
    missing = int(length.group(1)) - len(body)
    while missing > 0:
        missing -= len(connection.recv(65_536))
    return time.perf_counter() - started


@dataclass
class Suggestions:
    """The engine's own time and the time over HTTP for the same texts, `block` of each in turn: as many as
    there are for a process under steady load; one for a process that another one takes the caches from."""

    block: int
    own: list[float] = field(default_factory=list)
    over_http: list[float] = field(default_factory=list)

    async def measure(
        self, engine: SearchEngine, client: socket.socket, typed: Sequence[str], *, keep: bool
    ) -> None:
        for begin in range(0, len(typed), self.block):
            some = typed[begin : begin + self.block]
            queries = [SearchQuery(text, ANONYMOUS.visibility, limit=8) for text in some]
            own = [await timed(partial(engine.suggest, KIND, query)) for query in queries]
            over_http = [fetched(client, f"/suggest?q={quote(text)}") for text in some]
            if keep:
                self.own += own
                self.over_http += over_http


@contextmanager
def serving(var: Path) -> Iterator[tuple[int, float]]:
    """`topctl serve` on a prepared directory: its process id, and the seconds until it answered."""
    environment = os.environ | {
        "TOP_VAR": str(var),
        "TOP_PORT": str(PORT),
        "TOP_LOG_LEVEL": "error",
        "TOP_READS_PER_SECOND": "100000",
        "TOP_READS_BURST": "100000",
    }
    started = time.perf_counter()
    process = subprocess.Popen([*_TOPCTL, "serve"], env=environment, stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                if httpx.get(f"{ADDRESS}/readyz", timeout=1).status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.02)
            if process.poll() is not None:
                raise RuntimeError("the server ended")
        yield process.pid, time.perf_counter() - started
    finally:
        process.terminate()
        process.wait(timeout=30)


def prepare(var: Path, table: Path | None) -> None:
    environment = os.environ | {"TOP_VAR": str(var)}
    if table is not None:
        subprocess.run([*_TOPCTL, "import", "organisations", str(table)], env=environment, check=True)
    subprocess.run([*_TOPCTL, "prepare"], env=environment, check=True)


async def sample_of(database: Database, size: int = QUERIES) -> list[tuple[str, str]]:
    """Organisations (public id, name) chosen by digest, the same in every run."""
    async with database.reading() as session:
        connection = await session.connection()
        rows: Any = (await connection.exec_driver_sql("SELECT public_id, name FROM organisations")).all()
    return sorted(((row[0], row[1]) for row in rows), key=lambda row: hashed("serving", row[0]))[:size]


async def measure(var: Path, pid: int) -> list[str]:
    settings = Settings(var=var)
    database, engine = Database(settings.effective_database_url), build_engine(settings.search_place)
    organisations = await sample_of(database)
    typed = [name[: max(2, len(name) * 7 // 10)] for _, name in organisations]
    steady, in_turn = Suggestions(block=QUERIES), Suggestions(block=1)
    rendered: list[float] = []
    pages: list[float] = []
    client = socket.create_connection(("127.0.0.1", PORT))
    async with database.reading() as session:
        catalogue = await current_catalogue(session)
        choices = {"industries": tuple(catalogue.industries.values()), "provinces": provinces()}
        for round_number in range(ROUNDS + 1):
            for some in (steady, in_turn):  # side by side, so that the machine's drift meets all alike
                await some.measure(engine, client, typed, keep=round_number > 0)  # the first round warms up
            for public_id, _ in organisations[:PAGES]:
                answer = await answer_for_organisation(session, catalogue, ANONYMOUS, public_id)
                context = {
                    "answer": answer,
                    "links": links_of(answer, NO_CORRECTION),
                    "limited": False,
                    "choices": choices,
                    "panels": (),
                    "typed": "",
                    "found_by": None,
                }
                started = time.perf_counter()
                render("registry/organisation.html", language="zh", theme="auto", path="/", **context)
                template_time = time.perf_counter() - started
                page_time = fetched(client, f"/organisations/{public_id}")
                if round_number:
                    rendered.append(template_time)
                    pages.append(page_time)
    client.close()
    await engine.close()
    await database.close()
    return [
        line("suggestion over HTTP / engine alone", steady.over_http, steady.own, "p50 <= 2, p99 <= 3"),
        line("the same, one of each in turn", in_turn.over_http, in_turn.own, ""),
        line("organisation page over HTTP / template from memory", pages, rendered, "<= 3"),
        f"| memory of the serving process | {memory_of(pid)} MB resident | | | <= 400 MB |",
    ]


def memory_of(pid: int, kind: str = "VmRSS") -> int:
    """Megabytes; `RssAnon` is what no file stands behind, which the system cannot take back."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(rf"{kind}:\s+(\d+) kB", status)
    assert found is not None
    return int(found.group(1)) // 1024


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path)
    directory = options.parse_args().data
    table = directory / "organisations.csv.gz" if directory else None
    with tempfile.TemporaryDirectory() as temporary:
        var = Path(temporary)
        prepare(var, table)
        with serving(var) as (_, first):
            pass
        with serving(var) as (pid, second):
            rows = asyncio.run(measure(var, pid))
    print(
        f"Registry: {'full' if table else 'shipped'}; {ROUNDS} rounds of {QUERIES} queries, side by side, "
        f"and {PAGES} pages.\n"
    )
    print(
        "| what | measured p50 / p99 ms | limit p50 / p99 ms | ratio p50 / p99 | target |\n"
        "| --- | --- | --- | --- | --- |"
    )
    print("\n".join(rows))
    print(f"| start of a prepared installation, twice | {first:.2f} s, {second:.2f} s | | | <= 3 s |")


if __name__ == "__main__":
    main()
