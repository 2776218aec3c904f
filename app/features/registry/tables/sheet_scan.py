"""What a sheet of an .xlsx holds, learned without building it: its size, and cells that give no value.

A sheet with two cells, the first and the last, is a table of seventeen thousand million for whoever
builds it; so it is walked first.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from app.features.registry.import_problems import FileRefused
from app.features.registry.tables.encoding import too_many_rows
from app.features.registry.tables.packages import Package, damaged
from app.features.registry.tables.rows import MAX_COLUMNS, MAX_ROWS, CellFault
from app.kit.text import Text

MAX_CELLS = 12_000_000
_MAX_MERGED = 10_000
_NO_VALUE = Text(zh="公式没有算出的值", en="the formula has no calculated value")
_RECALCULATE = Text(
    zh="在 Excel 中打开并保存一次，再导入", en="open the file in Excel, save it once, import it again"
)
_ERROR = Text(zh="单元格是错误值（如 #N/A、#REF!）", en="the cell holds an error such as #N/A or #REF!")
_CORRECT = Text(zh="在 Excel 中改正该单元格", en="correct the cell in Excel")


@dataclass(slots=True)
class SheetScan:
    """Numbers of rows and columns that hold anything; faults by row, the first being 1."""

    rows: int = 0
    columns: int = 0
    merged: int = 0
    faults: dict[int, list[CellFault]] = field(default_factory=lambda: defaultdict(list))


def scan_sheet(package: Package, part: str) -> SheetScan:
    """Raises FileRefused for a sheet beyond the limits."""
    walk = _Walk()
    package.parse(part, walk.start, walk.end)
    return walk.scan


class _Walk:
    """Follows the elements; rows and cells may state their place or follow the one before."""

    def __init__(self) -> None:
        self.scan = SheetScan()
        self._row = self._column = 0
        self._is_formula = self._is_error = self._has_value = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "v" or tag == "is":
            self._has_value = True
        elif tag == "c":
            reference = attributes.get("r")
            if reference:
                self._row, self._column = _place(reference)
            else:
                self._column += 1
            self._is_formula = self._has_value = False
            self._is_error = attributes.get("t") == "e"
        elif tag == "f":
            self._is_formula = True
        elif tag == "row":
            self._row = _whole(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = 0
        elif tag == "mergeCell":
            self._count_merged()

    def end(self, tag: str) -> None:
        if tag.rpartition(":")[2] != "c":
            return
        if self._is_formula and not self._has_value:
            self._fault(_NO_VALUE, _RECALCULATE)
        elif self._has_value:
            if self._is_error:
                self._fault(_ERROR, _CORRECT)
            self._measure()

    def _fault(self, reason: Text, way_out: Text) -> None:
        self._measure()
        self.scan.faults[self._row].append(CellFault(self._column - 1, reason, way_out))

    def _measure(self) -> None:
        scan = self.scan
        if self._row > scan.rows:
            scan.rows = self._row
            if self._row > MAX_ROWS:
                raise too_many_rows()
        if self._column > scan.columns:
            scan.columns = self._column
            if self._column > MAX_COLUMNS:
                raise too_wide()
        if scan.rows * scan.columns > MAX_CELLS:
            raise FileRefused(
                f"工作表 {scan.rows:,} 行 × {scan.columns} 列，超过 {MAX_CELLS:,} 个单元格上限；"
                "请删去不用的列，拆分，或另存为 UTF-8 CSV",
                f"The sheet has {scan.rows:,} rows of {scan.columns} columns, more than {MAX_CELLS:,} cells; "
                "delete unused columns, split it, or save it as UTF-8 CSV",
            )

    def _count_merged(self) -> None:
        self.scan.merged += 1
        if self.scan.merged > _MAX_MERGED:
            raise FileRefused(
                f"合并单元格超过 {_MAX_MERGED:,} 处；请在 Excel 中取消合并",
                f"More than {_MAX_MERGED:,} merged cells; unmerge them in Excel",
            )


def too_wide() -> FileRefused:
    return FileRefused(
        f"超过 {MAX_COLUMNS} 列上限，请只保留需要的列",
        f"More than {MAX_COLUMNS} columns; keep only those that are needed",
    )


def _place(reference: str) -> tuple[int, int]:
    """Row and column of "AB12", from 1."""
    column = 0
    for position, character in enumerate(reference):
        if not ("A" <= character <= "Z"):
            return _whole(reference[position:]), column
        column = column * 26 + ord(character) - 64
        if column > 100_000:
            raise damaged()
    raise damaged()


def _whole(digits: str) -> int:
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 9:
        raise damaged()
    return int(digits)
