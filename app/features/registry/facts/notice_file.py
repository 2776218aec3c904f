"""From a file of notices to numbered records, a row at a time: five million fit through."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from app.features.registry.facts.shape import NoticeShape
from app.features.registry.import_problems import FileRefused, Problem
from app.features.registry.tables.excel import XLS_MAGIC, XLSX_MAGIC, open_excel
from app.features.registry.tables.lines import (
    bounded_lines,
    broken_csv_refused,
    damage_refused,
    decompressed,
)

MAX_LINE = 200_000  # characters: some sources give the whole text of the notice

Record = dict[str, str]  # by the fields of the shape
Read = tuple[int, Record | None, list[Problem]]


def read_notices(path: Path, shape: NoticeShape) -> Iterator[Read]:
    """Rows by their number in the file (the header is 1), None where a row has the wrong number of fields,
    with what the file itself has wrong in them.

    Columns that the shape does not name are never looked at. Raises FileRefused for what makes the
    whole file unreadable.
    """
    try:
        with damage_refused(), path.open("rb") as raw:
            if raw.read(len(XLS_MAGIC)).startswith((XLSX_MAGIC, XLS_MAGIC)):
                yield from _from_excel(path, shape)
                return
            raw.seek(0)
            text = io.TextIOWrapper(decompressed(raw), encoding=shape.encoding, errors="strict", newline="")
            yield from _from_text(text, shape)
    except UnicodeError as error:
        raise FileRefused(
            f"文件不是 {shape.encoding} 编码；请在映射文件中写明 encoding（如 gb18030）",
            f"The file is not {shape.encoding}; state its encoding in a mapping file (such as gb18030)",
        ) from error
    except OSError as error:
        raise FileRefused(
            f"无法读取文件：{error.strerror}", f"The file cannot be read: {error.strerror}"
        ) from error


def _from_excel(path: Path, shape: NoticeShape) -> Iterator[Read]:
    sheet = open_excel(path, sheet=None)
    _, header = next(sheet.rows, (1, []))
    places = _places(header, shape)
    field_at = {at: name for name, at in places}
    for number, cells in sheet.rows:
        faults = [
            Problem(number, field_at[fault.column], fault.reason, refuses=fault.refuses)
            for fault in sheet.faults.get(number, ())
            if fault.column in field_at
        ]
        given = {name: cells[at] if at < len(cells) else "" for name, at in places}
        yield number, dict(shape.constants) | given, faults


def _from_text(text: io.TextIOWrapper, shape: NoticeShape) -> Iterator[Read]:
    csv.field_size_limit(MAX_LINE)
    reader = csv.reader(bounded_lines(text, MAX_LINE), strict=True, delimiter=shape.delimiter)
    with broken_csv_refused(reader):
        header = next(reader, None)
        places = _places(header, shape)
        width = len(header or ())
        for number, fields in enumerate(reader, start=2):
            if len(fields) == width:
                yield number, dict(shape.constants) | {name: fields[at] for name, at in places}, []
            elif fields:
                yield number, None, []


def _places(header: list[str] | None, shape: NoticeShape) -> list[tuple[str, int]]:
    """Which field stands at which place of a row."""
    if not header:
        raise FileRefused("文件为空", "The file is empty")
    names = [name.strip() for name in header]
    places = []
    for field, heading in shape.columns.items():
        count = names.count(heading)
        if count != 1:
            shown = "、".join(name[:20] for name in names[:30])
            how = ("缺少", "is missing") if not count else ("重复出现", "stands there more than once")
            raise FileRefused(
                f"列“{heading}”{how[0]}；文件的列：{shown}。列名不同时请用 --mapping 写明",
                f'The column "{heading}" {how[1]}; the file has: {shown}. '
                "Other headings are described by --mapping",
            )
        places.append((field, names.index(heading)))
    return places
