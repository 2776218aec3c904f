"""The geometry of charts. Each adorns a table that says the same, and is hidden from assistive technology."""

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 96
_TOP = 16  # room for the number above the highest column
_STEP = 64
_WIDTH = 40


@dataclass(frozen=True, slots=True)
class Column:
    label: int
    value: int
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Columns:
    columns: tuple[Column, ...]
    width: int
    height: int


def columns(labels: Sequence[int], values: Sequence[int]) -> Columns:
    """One upright bar for each value, the highest as high as there is room."""
    most = max(values, default=0) or 1
    room = HEIGHT - _TOP
    made = []
    for number, (label, value) in enumerate(zip(labels, values, strict=True)):
        height = round(room * value / most, 1)
        made.append(
            Column(label, value, number * _STEP + (_STEP - _WIDTH) / 2, HEIGHT - height, _WIDTH, height)
        )
    return Columns(tuple(made), _STEP * len(made), HEIGHT + 20)
