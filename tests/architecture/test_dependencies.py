"""What the product is built from: no version with a known hole, nothing unpinned, nothing unused."""

import ast
import os
import re
import shutil
import subprocess
import tomllib
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FLOORS = {
    "fastapi": (0, 165),
    "starlette": (1, 10),
    "python-multipart": (0, 0, 34),
    "jinja2": (3, 1, 6),
}
# Used without being imported by our own code.
REASONS = {
    "uvloop": "the event loop uvicorn takes where it is installed",
    "httptools": "the HTTP parser uvicorn takes where it is installed",
    "python-multipart": "reads the forms of Starlette",
    "pypinyin": "search reads its data files, for importing it would load 55 MB",
}
_PIN = re.compile(r"^[A-Za-z0-9._-]+==\S+")


def wanted() -> list[str]:
    """The names of what the product depends on directly."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        listed: list[str] = tomllib.load(file)["project"]["dependencies"]
    return [re.split(r"[^A-Za-z0-9-]", one)[0].lower() for one in listed]


def imported() -> set[str]:
    """The distributions that app/ and search/ import."""
    distributions = packages_distributions()
    found: set[str] = set()
    for path in [*ROOT.glob("app/**/*.py"), *ROOT.glob("search/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            else:
                continue
            for name in names:
                found.update(
                    one.lower().replace("_", "-") for one in distributions.get(name.partition(".")[0], [])
                )
    return found


@pytest.mark.parametrize("package", FLOORS)
def test_no_installed_version_has_a_hole_known_today(package: str) -> None:
    numbers = tuple(int(part) for part in re.findall(r"\d+", version(package)))
    assert numbers >= FLOORS[package]


@pytest.mark.parametrize("package", FLOORS)
def test_the_floor_is_declared_too(package: str) -> None:
    floor = ".".join(map(str, FLOORS[package]))
    assert f'"{package}>={floor}"' in (ROOT / "pyproject.toml").read_text("utf-8")


@pytest.mark.parametrize("file", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_every_pin_has_a_hash(file: Path) -> None:
    entries = file.read_text("utf-8").replace("\\\n", " ").splitlines()
    pins = [entry for entry in entries if entry.strip() and not entry.lstrip().startswith("#")]
    assert pins
    assert [pin for pin in pins if not _PIN.match(pin) or "--hash=sha256:" not in pin] == []


def test_every_dependency_is_used() -> None:
    used = imported()
    assert [one for one in wanted() if one not in used and one not in REASONS] == []


def test_no_reason_outlives_its_dependency() -> None:
    assert set(REASONS) <= set(wanted()) - imported()


@pytest.mark.parametrize(
    ("argument", "has_axe", "omits"), [([], False, True), (["dev"], False, False), ([], True, False)]
)
def test_what_only_tests_need_is_not_installed_to_run(
    tmp_path: Path, argument: list[str], has_axe: bool, omits: bool
) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "assets", tmp_path / ".ci" / "assets")
    for program, body in (("bin/npm", 'echo "$@"'), (".venv/bin/python", "true")):
        stub = tmp_path / program
        stub.parent.mkdir(parents=True)
        stub.write_text(f"#!/bin/sh\n{body}\n")
        stub.chmod(0o755)
    if has_axe:
        (tmp_path / "node_modules" / "axe-core").mkdir(parents=True)
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    ran = subprocess.run(
        ["bash", tmp_path / ".ci" / "assets", *argument],
        env={"PATH": path}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert ran.stdout.startswith("ci ")
    assert ("--omit=dev" in ran.stdout) is omits
