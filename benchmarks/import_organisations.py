"""How long the import of a whole registry takes: first run, and again without any change.

Usage: python -m benchmarks.import_organisations FILE [DATABASE_URL]
Without a URL a fresh SQLite file in a temporary directory is used; a database that is named must be empty.
"""

import asyncio
import resource
import sys
import tempfile
import time
from pathlib import Path

from app.db.engine import Database
from app.db.migrating import upgrade
from app.features.knowledge.loading import load_pack
from app.features.registry.importing import Phase, import_organisations

TARGET_SECONDS = 60.0


class PhaseClock:
    """Notes when each phase was last heard of."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self.until: dict[str, float] = {}

    def __call__(self, phase: Phase, done: int, total: int | None) -> None:
        self.until[phase] = time.monotonic() - self._started

    def __str__(self) -> str:
        return ", ".join(f"{phase} until {seconds:.1f} s" for phase, seconds in self.until.items())


async def measure(path: Path, url: str) -> None:
    database = Database(url)
    catalogue = load_pack()
    try:
        await upgrade(database)
        for run in ("first", "again"):
            clock, cpu_before = PhaseClock(), _cpu_seconds()
            report = await import_organisations(database, path, catalogue, progress=clock)
            print(
                f"{database.engine.dialect.name:10} {run:6} {report.seconds:6.1f} s "
                f"(target {TARGET_SECONDS:.0f} s; {_cpu_seconds() - cpu_before:.1f} s of processor)  "
                f"rows {report.rows} new {report.new} changed {report.changed} unchanged {report.unchanged} "
                f"refused {report.refused} noted {report.noted}  [{clock}]"
            )
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{database.engine.dialect.name:10} peak memory of the importing process {peak:.0f} MB")
    finally:
        await database.close()


def _cpu_seconds() -> float:
    """Of this process and its finished children: tells work from waiting on a busy machine."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def main() -> None:
    path = Path(sys.argv[1])
    if len(sys.argv) > 2:
        asyncio.run(measure(path, sys.argv[2]))
        return
    with tempfile.TemporaryDirectory() as directory:
        asyncio.run(measure(path, f"sqlite+aiosqlite:///{directory}/bench.db"))


if __name__ == "__main__":
    main()
