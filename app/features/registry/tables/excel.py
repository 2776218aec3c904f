"""Excel workbooks, .xlsx and .xls, known by their content and not by their name."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from app.features.registry.import_problems import FileRefused
from app.features.registry.tables.packages import Package, damaged
from app.features.registry.tables.rows import MAX_COLUMNS, CellFault, Cells, Sheet
from app.features.registry.tables.sheet_scan import SheetScan, scan_sheet, too_wide
from app.kit.text import Text

XLSX_MAGIC = b"PK\x03\x04"
XLS_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAX_XLS = 64 * 1024 * 1024  # bytes; the format itself ends at 65,536 rows
_MAX_XLSX = 128 * 1024 * 1024
_SHOWN_SHEETS = 20
_MERGED = Text(zh="合并单元格：取其首个单元格的值", en="merged cells: the value of their first cell is taken")
_UNMERGE = Text(zh="如不对，请在 Excel 中取消合并并逐行填写", en="if wrong, unmerge and fill in every row")

Place = tuple[int, int]


def open_excel(path: Path, *, sheet: str | None) -> Sheet:
    """The named sheet, else the first visible one with any data. Raises FileRefused."""
    with path.open("rb") as raw:
        is_xlsx = raw.read(len(XLSX_MAGIC)) == XLSX_MAGIC
        if path.stat().st_size > (_MAX_XLSX if is_xlsx else _MAX_XLS):
            raise _too_large(_MAX_XLSX if is_xlsx else _MAX_XLS)
        package = Package(raw) if is_xlsx else None
        raw.seek(0)
        # By its bytes: given a path, the library would trust the extension.
        workbook = _guarded(lambda: CalamineWorkbook.from_filelike(raw))
        for name in _candidates(workbook, sheet):
            scan = scan_sheet(package, package.part_of_sheet(name)) if package else SheetScan()
            if package and not scan.rows and sheet is None:
                continue
            found = _guarded(lambda name=name: workbook.get_sheet_by_name(name))
            if found.total_height or sheet is not None:
                return _as_sheet(found, scan, name)
    raise FileRefused("工作簿中没有数据", "The workbook holds no data")


def _too_large(limit: int) -> FileRefused:
    megabytes = limit // (1024 * 1024)
    return FileRefused(
        f"Excel 文件超过 {megabytes} MB 上限；请拆分，或另存为 UTF-8 CSV",
        f"The Excel file exceeds {megabytes} MB; split it, or save it as UTF-8 CSV",
    )


def _guarded(work: Any) -> Any:
    """The library is native code: whatever it raises over a damaged file is a refusal, panics included."""
    try:
        return work()
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic is no Exception
        raise damaged() from error


def _candidates(workbook: CalamineWorkbook, wanted: str | None) -> Sequence[str]:
    tables = [meta for meta in workbook.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
    names = [meta.name for meta in tables]
    if wanted is None:
        return [meta.name for meta in tables if meta.visible == SheetVisibleEnum.Visible] or names
    if wanted in names:
        return [wanted]
    listed = ", ".join(names[:_SHOWN_SHEETS])
    raise FileRefused(
        f"没有名为“{wanted[:40]}”的工作表；文件中有：{listed}",
        f'There is no sheet "{wanted[:40]}"; the file has: {listed}',
    )


def _as_sheet(sheet: Any, scan: SheetScan, name: str) -> Sheet:
    if sheet.total_width > MAX_COLUMNS:
        raise too_wide()
    areas: list[tuple[Place, Place]] = list(_guarded(lambda: sheet.merged_cell_ranges) or [])
    faults: dict[int, list[CellFault]] = defaultdict(list)
    for row, some in scan.faults.items():
        faults[row].extend(some)
    for (top, left), (bottom, _) in areas:
        if bottom > top:
            for row in range(top + 1, min(bottom, sheet.total_height) + 1):
                faults[row + 1].append(CellFault(left, _MERGED, _UNMERGE, refuses=False))
    rows = _filled(_numbered(sheet), areas)
    return Sheet(rows=rows, form=f"Excel, {name}", counts_fields=False, faults=faults)


def _numbered(sheet: Any) -> Iterator[tuple[int, Cells]]:
    """From 1 as Excel shows them; what stands before the first used cell is empty, but counted."""
    iterator = _guarded(lambda: iter(sheet.iter_rows()))
    number = 0
    while (row := _guarded(lambda: next(iterator, None))) is not None:
        number += 1
        yield number, [_as_text(value) for value in row]


def _filled(
    rows: Iterable[tuple[int, Cells]], areas: Sequence[tuple[Place, Place]]
) -> Iterator[tuple[int, Cells]]:
    """Repeat the first value of merged cells down their first column."""
    starting: Mapping[int, list[tuple[int, int]]] = defaultdict(list)
    for (top, left), (bottom, _) in areas:
        if bottom > top:
            starting[top + 1].append((left, bottom + 1))
    going: dict[int, tuple[int, str]] = {}
    for number, cells in rows:
        for column, (last, value) in list(going.items()):
            if number > last:
                del going[column]
            elif column < len(cells) and not cells[column]:
                cells[column] = value
        for column, last in starting.get(number, ()):
            if column < len(cells):
                going[column] = (last, cells[column])
        if any(cells):
            yield number, cells


def _as_text(value: Any) -> str:
    """Whole numbers without a point, dates as 2025-03-01."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time | timedelta | int):
        return str(value)
    return ""
