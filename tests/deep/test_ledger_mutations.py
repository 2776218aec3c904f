"""Each thing that could be forgotten in the ledger is noticed by a test, when it is."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deep.ledger_mutations import MUTATIONS, Mutation

pytestmark = [pytest.mark.deep, pytest.mark.timeout(300)]
ROOT = Path(__file__).resolve().parents[2]
_COPIED = ("app", "search", "tests", "migrations", "benchmarks", "alembic.ini", "pyproject.toml")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree, to be damaged."""
    directory = tmp_path_factory.mktemp("mutated")
    for name in _COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, directory / name, ignore=shutil.ignore_patterns("__pycache__", "pack"))
        else:
            shutil.copy(source, directory / name)
    return directory


def damaged_file(copy: Path, mutation: Mutation) -> Path:
    if "/" in mutation.file:
        return copy / mutation.file
    (found,) = (copy / "migrations" / "versions").glob(f"*-????_{mutation.file}")
    return found


def passes(copy: Path, tests: str) -> bool:
    """Whether the tests pass on the copy. Tests that cannot be found or collected are no answer."""
    path, _, words = tests.partition(" -k ")
    command = [sys.executable, "-m", "pytest", "-q", "-x", path, "-k", words]
    environment = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode in (0, 1), shlex.join(command) + ran.stdout[-2_000:] + ran.stderr[-2_000:]
    return ran.returncode == 0


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.name.replace(" ", "_"))
def test_it_is_noticed(copy: Path, mutation: Mutation) -> None:
    file = damaged_file(copy, mutation)
    whole = file.read_text("utf-8")
    assert whole.count(mutation.old) >= 1, f"{mutation.file} has changed: there is no {mutation.old!r}"
    file.write_text(whole.replace(mutation.old, mutation.new), "utf-8")
    try:
        assert not passes(copy, mutation.tests), "no test noticed"
    finally:
        file.write_text(whole, "utf-8")


def test_the_copy_is_sound(copy: Path) -> None:
    """Without damage the same tests pass, so that it is the damage they notice."""
    assert passes(copy, "tests/features/ledger/test_posting.py -k sqlite")
