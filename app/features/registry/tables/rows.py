"""What every kind of file is read as."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.kit.text import Text

MAX_ROWS = 1_000_000
MAX_COLUMNS = 200

Record = dict[str, str]
Cells = list[str]


@dataclass(frozen=True, slots=True)
class CellFault:
    """What the file itself says is wrong with one cell; `column` counts from 0."""

    column: int
    reason: Text
    way_out: Text
    refuses: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows by their number in the file, the first being 1; rows without any text are left out.

    `counts_fields`: a row with another number of fields than the header is broken, as in CSV.
    """

    rows: Iterator[tuple[int, Cells]]
    form: str  # what it was read as: "UTF-8, comma", "Excel, 客户"
    counts_fields: bool
    faults: Mapping[int, Sequence[CellFault]] = field(default_factory=dict)
