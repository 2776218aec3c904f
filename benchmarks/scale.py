"""What a hundred thousand, a million organisations and five million facts cost: import, index, answers.

Usage: python -m benchmarks.scale DIR [PIECE ...] [--sizes 100000 1000000] [--facts 5000000]
                                  [--notices 1000000] [--minutes 9]

Everything is made up and stays in DIR. The pieces can be run one by one, in this order: compose, import,
index, facts, predict, serve, notices, report. Each size gets its part of the facts, so that pages of both
tell as much; the notices come after whatever they would change. `import` stops after --minutes and goes on
when it is run again, as does an index build that was killed. Without a piece all are run that were not
measured yet. What was measured is kept in DIR/results.json; `report` prints it.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from app.db.engine import Database
from app.db.migrating import upgrade
from app.db.writing import run_write
from app.features.knowledge.actions import load_into
from app.features.knowledge.loading import load_pack
from app.features.registry.importing import import_organisations
from app.settings import Settings
from benchmarks.scale_answers import measure_answers, measure_predictions
from benchmarks.scale_report import report
from benchmarks.synthetic.database import load_facts, mark_for_benches
from benchmarks.synthetic.facts import write_notices
from benchmarks.synthetic.organisations import write_parts

PART = 50_000  # rows of one imported file: an import holds its whole file in memory
_TOPCTL = (sys.executable, "-c", "from app.cli import main; main()")

Results = dict[str, dict[str, Any]]


class Bench:
    """The directory of one bench: a database and an index for each size, and what was measured."""

    def __init__(self, root: Path, sizes: list[int], facts: int, notices: int, minutes: float) -> None:
        self.root, self.sizes, self.facts, self.notices = root, sizes, facts, notices
        self.until = time.monotonic() + minutes * 60
        root.mkdir(parents=True, exist_ok=True)

    def var(self, size: int) -> Path:
        path = self.root / f"var-{size}"
        path.mkdir(exist_ok=True)
        return path

    def database(self, size: int) -> Database:
        return Database(Settings(var=self.var(size), database_url="").effective_database_url)

    @property
    def results(self) -> Results:
        path = self.root / "results.json"
        found: Results = json.loads(path.read_text()) if path.exists() else {}
        return found

    def keep(self, size: int, **values: Any) -> None:
        """Print and keep what was measured of one size."""
        results = self.results
        kept = results.setdefault(str(size), {})
        kept.update(values)
        kept.setdefault("days", {}).update(dict.fromkeys(values, date.today().isoformat()))
        (self.root / "results.json").write_text(json.dumps(results, indent=1))
        print(f"{size}: {values}", flush=True)

    def of(self, size: int) -> dict[str, Any]:
        return self.results.get(str(size), {})


def compose(bench: Bench) -> None:
    write_parts(bench.root / "rows", max(bench.sizes), size=PART)


def import_(bench: Bench) -> None:
    """File by file, each in one transaction and a process of its own."""
    for size in bench.sizes:
        asyncio.run(_prepare(bench.database(size)))
        for number, path in enumerate(_parts(bench, size)):
            if number < bench.of(size).get("parts", 0):
                continue
            if time.monotonic() > bench.until:
                raise SystemExit("time is up: run this piece again, it goes on from here")
            spent = _in_child(bench, "import-part", str(size), str(path))
            done = bench.of(size)
            bench.keep(
                size,
                parts=number + 1,
                rows=done.get("rows", 0) + spent["rows"],
                import_seconds=done.get("import_seconds", 0) + spent["seconds"],
                import_cpu=done.get("import_cpu", 0) + spent["cpu"],
                import_mb=max(done.get("import_mb", 0), spent["peak_mb"]),
            )


def _parts(bench: Bench, size: int) -> list[Path]:
    if size % PART and size > PART:
        raise SystemExit(f"sizes above {PART} are multiples of it")
    if size < PART:
        return write_parts(bench.root / f"rows-{size}", size, size=size)
    return sorted((bench.root / "rows").glob(f"organisations-{PART}-*.csv.gz"))[: size // PART]


async def _prepare(database: Database) -> None:
    try:
        await upgrade(database)
        await run_write(database, lambda session: load_into(session, load_pack()))
        await mark_for_benches(database)
    finally:
        await database.close()


async def _import_part(database: Database, path: Path) -> None:
    try:
        done = await import_organisations(database, path, load_pack())
    finally:
        await database.close()
    if done.refused:
        raise SystemExit(f"{done.refused} rows of {path.name} were refused")
    print(json.dumps({"rows": done.rows}))


def _in_child(bench: Bench, *arguments: str) -> dict[str, Any]:
    """Run one inner step of this module in a process of its own; what it printed and what it took."""
    command = [sys.executable, "-m", "benchmarks.scale", str(bench.root), *arguments]
    told, spent = _measured(command, dict(os.environ))
    return json.loads(told[-1]) | spent


def _measured(command: list[str], environment: dict[str, str]) -> tuple[list[str], dict[str, float]]:
    """The lines that a command prints, shown as they come, and what it took: its children included."""
    started = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    lines = []
    for line in process.stdout or ():
        print(line, end="", flush=True)
        lines.append(line)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}")
    return lines, {
        "seconds": time.monotonic() - started,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak_mb": usage.ru_maxrss / 1024,
    }


def index(bench: Bench) -> None:
    for size in bench.sizes:
        environment = os.environ | {"TOP_VAR": str(bench.var(size)), "TOP_LOG_LEVEL": "error"}
        _, spent = _measured([*_TOPCTL, "reindex", "--json"], environment)
        subprocess.run([*_TOPCTL, "prepare"], env=environment, check=True)
        live = bench.var(size) / "search" / "organisation"
        name = (live / "CURRENT").read_text().strip()
        stored = sum(file.stat().st_size for file in (live / name).iterdir())
        bench.keep(
            size,
            index_seconds=spent["seconds"],
            index_cpu=spent["cpu"],
            index_mb=spent["peak_mb"],
            index_stored_mb=stored / 1e6,
            database_mb=(bench.var(size) / "top.db").stat().st_size / 1e6,
        )


def serve(bench: Bench) -> None:
    """Twice in turn, so that the machine's drift meets all sizes alike."""
    rounds: dict[int, list[dict[str, Any]]] = {size: [] for size in bench.sizes}
    for _ in range(2):
        for size in bench.sizes:
            rounds[size].append(asyncio.run(measure_answers(bench.var(size))))
    for size, found in rounds.items():
        bench.keep(size, **{key: statistics.mean(one[key] for one in found) for key in found[0]})


def notices(bench: Bench) -> None:
    """`topctl import facts` with one large file, into the smallest database."""
    size = min(bench.sizes)
    file = bench.root / f"notices-{bench.notices}.csv.gz"
    if not file.exists():
        write_notices(file, bench.notices)
    environment = os.environ | {"TOP_VAR": str(bench.var(size)), "TOP_LOG_LEVEL": "error"}
    _, spent = _measured([*_TOPCTL, "import", "facts", str(file)], environment)
    bench.keep(
        size,
        notices=bench.notices,
        notices_rate=bench.notices / spent["seconds"],
        notices_seconds=spent["seconds"],
        notices_cpu=spent["cpu"],
        notices_mb=spent["peak_mb"],
    )


def facts(bench: Bench) -> None:
    for size in bench.sizes:
        if "facts" not in bench.of(size):
            wanted = bench.facts * size // max(bench.sizes)
            spent = _in_child(bench, "load-facts", str(size), str(wanted))
            bench.keep(size, facts=spent["facts"], facts_seconds=spent["seconds"])


async def _load_facts(database: Database, wanted: int) -> None:
    try:
        print(json.dumps({"facts": await load_facts(database, load_pack().needs, wanted)}))
    finally:
        await database.close()


def predict(bench: Bench) -> None:
    for size in bench.sizes:
        bench.keep(size, **asyncio.run(measure_predictions(bench.database(size))))


PIECES: dict[str, Callable[[Bench], None]] = {
    "compose": compose,
    "import": import_,
    "index": index,
    "facts": facts,
    "predict": predict,
    "serve": serve,
    "notices": notices,
    "report": lambda bench: print(report(bench.results, bench.sizes)),
}


# What a piece leaves in the results: of the largest size, notices of the smallest.
_LEAVES = {
    "index": "index_seconds",
    "serve": "page_p50",
    "notices": "notices_seconds",
    "facts": "facts",
    "predict": "recount_seconds",
}


def missing(bench: Bench) -> list[str]:
    """The pieces that were not measured yet, in order."""
    measured = bench.of(max(bench.sizes)) | {
        key: value for key, value in bench.of(min(bench.sizes)).items() if key.startswith("notices")
    }
    return [piece for piece in PIECES if _LEAVES.get(piece) not in measured]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("directory", type=Path)
    options.add_argument("pieces", nargs="*", metavar="PIECE", help=", ".join(PIECES))
    options.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    options.add_argument("--facts", type=int, default=5_000_000)
    options.add_argument("--notices", type=int, default=1_000_000)
    options.add_argument("--minutes", type=float, default=9.0)
    given = options.parse_args()
    minutes = given.minutes if given.pieces else float("inf")
    bench = Bench(given.directory, sorted(given.sizes), given.facts, given.notices, minutes)
    match given.pieces:
        case ["import-part", size, path]:
            asyncio.run(_import_part(bench.database(int(size)), Path(path)))
        case ["load-facts", size, wanted]:
            asyncio.run(_load_facts(bench.database(int(size)), int(wanted)))
        case pieces:
            for piece in pieces or missing(bench):
                PIECES[piece](bench)


if __name__ == "__main__":
    main()
