"""Runs measurements and keeps what they print in docs/measurements.md: `make bench`, `make quality`,
`make bench-scale`.

Usage: python -m benchmarks.record bench|quality|secrecy|scale [--data DIR]
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from app.features.registry.commands import PACK

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "measurements.md"
_BENCH_DATABASE = "TOP_BENCH_DATABASE_URL"  # an empty PostgreSQL, to measure the import on it too

_WITH_DATABASE = ("Import on PostgreSQL", "The second wall")  # parts that it brings


def commands(section: str, directory: Path | None) -> list[tuple[str, list[str]]]:
    """(title, arguments) of each measurement of a section."""
    table = str((directory or PACK.parent) / PACK.name)
    data = ["--data", str(directory)] if directory else []
    if section == "quality":
        return [
            ("Lookup", ["benchmarks.lookup_quality", table, "--draw", "reported"]),
            ("Recognition", ["benchmarks.recognition_quality", str(directory or PACK.parent)]),
            ("Prediction", ["benchmarks.prediction_quality", str(directory or PACK.parent)]),
            ("Notices", ["benchmarks.notice_quality", *([str(directory)] if directory else [])]),
        ]
    if section == "secrecy":
        told = [("Hidden and missing, known and unknown", ["benchmarks.oracles"])]
        if database := os.environ.get(_BENCH_DATABASE):
            told.append(("The second wall", ["benchmarks.second_wall", database]))
        return told
    found = [
        ("Serving", ["benchmarks.serving", *data]),
        ("Import on SQLite", ["benchmarks.import_organisations", table]),
        ("Prediction", ["benchmarks.prediction_speed"]),
        ("Ledger", ["benchmarks.ledger"]),
    ]
    if database := os.environ.get(_BENCH_DATABASE):
        found.insert(2, ("Import on PostgreSQL", ["benchmarks.import_organisations", table, database]))
    return found


def run(title: str, arguments: list[str]) -> str:
    """One measurement's output under its title; it is shown while it comes."""
    print(f"\n### {title}\n", flush=True)
    process = subprocess.Popen([sys.executable, "-m", *arguments], stdout=subprocess.PIPE, text=True)
    lines = []
    for line in process.stdout or ():
        print(line, end="", flush=True)
        lines.append(line)
    if process.wait():
        raise SystemExit(f"{arguments[0]} ended with {process.returncode}")
    body = "".join(lines).strip()
    if not any(line.startswith(("|", "#")) for line in lines):
        body = f"```\n{body}\n```"
    return f"### {title}\n\n{body}\n"


def keep(section: str, text: str) -> None:
    """Put `text` between the section's marks in the document."""
    begin, end = f"<!-- {section}: begin -->", f"<!-- {section}: end -->"
    document = DOCUMENT.read_text("utf-8")
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if not pattern.search(document):
        raise SystemExit(f"{DOCUMENT.name} has no section {section}")
    DOCUMENT.write_text(pattern.sub(lambda _: f"{begin}\n{text}\n{end}", document), "utf-8")


def keep_part(section: str, title: str, text: str, titles: list[str]) -> None:
    """Put `text` in place of the part of the section that has this title, up to the next title."""
    begin, end = f"<!-- {section}: begin -->", f"<!-- {section}: end -->"
    others = [re.escape(f"### {other}\n") for other in (*titles, *_WITH_DATABASE) if other != title]
    after = "|".join([*others, re.escape(end)])
    document = DOCUMENT.read_text("utf-8")
    pattern = re.compile(
        f"(?P<before>{re.escape(begin)}.*?)### {re.escape(title)}\n.*?(?P<after>{after})",
        re.DOTALL,
    )
    if not pattern.search(document):
        raise SystemExit(f"section {section} of {DOCUMENT.name} has no part {title}")
    replaced = pattern.sub(lambda match: f"{match['before']}{text}\n{match['after']}", document, count=1)
    DOCUMENT.write_text(replaced, "utf-8")


def record_scale(directory: Path) -> None:
    """`directory` keeps what was measured before: only what is missing is run."""
    module = ["benchmarks.scale", str(directory)]
    subprocess.run([sys.executable, "-m", *module], check=True)
    head = f"{date.today().isoformat()}, {os.cpu_count()} cores, {_busy()}.\n"
    keep("scale", "\n".join([head, run("A million organisations", [*module, "report"])]))


def _busy() -> str:
    """Figures in seconds mean little without it."""
    load = os.getloadavg()[2]
    shared = ": the machine was shared with other work" if load > 1.5 * (os.cpu_count() or 1) else ""
    return f"mean load {load:.1f}{shared}"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("section", choices=("bench", "quality", "secrecy", "scale"))
    options.add_argument("--data", type=Path)
    options.add_argument("--part")
    given = options.parse_args()
    if given.section == "scale":
        with tempfile.TemporaryDirectory() as temporary:
            record_scale(given.data or Path(temporary))
        return
    registry = "the full collected registry" if given.data else "the shipped registry"
    wanted = dict(commands(given.section, given.data))
    if given.part:
        if given.part not in wanted:
            raise SystemExit(f"no part {given.part}; there are: {', '.join(wanted)}")
        measured = run(given.part, wanted[given.part]).removeprefix(f"### {given.part}\n")
        day = f"This part was measured on {date.today().isoformat()}.\n"
        keep_part(given.section, given.part, f"### {given.part}\n\n{day}{measured}", list(wanted))
        return
    parts = [run(title, arguments) for title, arguments in wanted.items()]
    head = f"Measured on {registry}, {date.today().isoformat()}, {os.cpu_count()} cores, {_busy()}.\n"
    keep(given.section, "\n".join([head, *parts]))


if __name__ == "__main__":
    main()
