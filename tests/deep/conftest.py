"""A registry large enough that its import can be met half way."""

import csv
import gzip
from pathlib import Path

import pytest

from app.features.registry.commands import PACK

ROWS = 1_500


@pytest.fixture(scope="session")
def organisations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The beginning of the shipped registry."""
    path = tmp_path_factory.mktemp("csv") / "organisations.csv"
    with gzip.open(PACK, "rt", encoding="utf-8", newline="") as shipped:
        rows = [row for row, _ in zip(csv.reader(shipped), range(ROWS + 1), strict=False)]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path
