"""Benches are run seldom: that they still fit the code they measure is checked with every change."""

from importlib import import_module
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"
MODULES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")


def test_there_are_benches() -> None:
    assert MODULES


@pytest.mark.parametrize("module", MODULES)
def test_a_bench_can_still_be_imported(module: str) -> None:
    import_module(f"benchmarks.{module}")
