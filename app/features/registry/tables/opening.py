"""Opening a file of any accepted kind, and reading its rows by field."""

from collections.abc import Iterator, Mapping
from itertools import chain, islice
from pathlib import Path

from app.features.registry.import_problems import FileRefused, Problem
from app.features.registry.tables.excel import XLS_MAGIC, XLSX_MAGIC, open_excel
from app.features.registry.tables.headings import SEARCHED_ROWS, Accepted, Layout, layout_of
from app.features.registry.tables.rows import Record, Sheet
from app.features.registry.tables.text import open_text


class Reading:
    """A file being read: how its columns map, then its records."""

    def __init__(self, sheet: Sheet, layout: Layout) -> None:
        self._sheet = sheet
        self.layout = layout
        self.form = sheet.form

    def records(self) -> Iterator[tuple[int, Record | None]]:
        """By row number; None where a row has the wrong number of fields."""
        fields = self.layout.fields
        used = [(position, field) for position, field in enumerate(fields) if field is not None]
        for number, cells in self._sheet.rows:
            if self._sheet.counts_fields and len(cells) != len(fields):
                yield number, None
                continue
            record = {field: cells[position] if position < len(cells) else "" for position, field in used}
            if any(record.values()) or self._sheet.counts_fields or number in self._sheet.faults:
                yield number, record

    def problems_of(self, number: int) -> list[Problem]:
        """What the file itself has wrong in this row, in columns that are read."""
        fields = self.layout.fields
        return [
            Problem(number, field, fault.reason, refuses=fault.refuses, way_out=fault.way_out)
            for fault in self._sheet.faults.get(number, ())
            if fault.column < len(fields) and (field := fields[fault.column]) is not None
        ]


def open_table(
    path: Path, accepted: Accepted, *, mapping: Mapping[str, str] | None = None, sheet: str | None = None
) -> Reading:
    """The file with its header found. `mapping`: field to the heading it stands under, where the words for
    it do not suffice. Raises FileRefused; so does reading the records."""
    try:
        table = _open(path, sheet)
        first = list(islice(table.rows, SEARCHED_ROWS))
    except OSError as error:
        raise FileRefused(
            f"无法读取文件：{error.strerror}", f"The file cannot be read: {error.strerror}"
        ) from error
    layout = layout_of(first, accepted, mapping or {})
    below = (row for row in first if row[0] > layout.row)
    rest = Sheet(chain(below, table.rows), table.form, table.counts_fields, table.faults)
    return Reading(rest, layout)


def _open(path: Path, sheet: str | None) -> Sheet:
    with path.open("rb") as raw:
        magic = raw.read(8)
    if magic.startswith(XLSX_MAGIC) or magic == XLS_MAGIC:
        return open_excel(path, sheet=sheet)
    if sheet is not None:
        raise FileRefused(
            "只有 Excel 文件才有工作表；请去掉 --sheet", "Only Excel files have sheets; leave --sheet out"
        )
    return open_text(path)
