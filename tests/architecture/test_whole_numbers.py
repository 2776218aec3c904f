"""Money has no binary fractions: nothing in the ledger or in `Amount` can make one."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = [*sorted((ROOT / "app" / "features" / "ledger").rglob("*.py")), ROOT / "app" / "kit" / "amount.py"]
MIGRATIONS = sorted((ROOT / "migrations" / "versions").glob("*ledger*.py"))
_NAMES = {"float", "Float", "Double", "Numeric", "Decimal", "decimal", "round", "total_seconds", "fsum"}
_COLUMNS = {"Float", "Double", "Numeric", "Real", "REAL", "FLOAT", "DECIMAL", "DOUBLE"}


def fractions_in(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield f"{line}: {node.value}"
        elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            yield f"{line}: /"
        elif isinstance(node, ast.Name) and node.id in _NAMES:
            yield f"{line}: {node.id}"
        elif isinstance(node, ast.Attribute) and node.attr in _NAMES | _COLUMNS:
            yield f"{line}: .{node.attr}"
        elif isinstance(node, ast.alias) and node.name.rpartition(".")[2] in _NAMES | {"math", "fractions"}:
            yield f"{line}: import {node.name}"


@pytest.mark.parametrize("file", FILES + MIGRATIONS, ids=lambda path: str(path.relative_to(ROOT)))
def test_there_is_no_fraction(file: Path) -> None:
    assert list(fractions_in(file.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    ["x = 0.5", "x = a / b", "x /= 2", "float(x)", "round(x)", "from decimal import Decimal", "import math",
     "sa.Column(sa.Numeric())", "def f(x: float) -> None: ...", "delta.total_seconds()"],
)  # fmt: skip
def test_every_way_to_one_is_seen(source: str) -> None:
    assert list(fractions_in(source))
