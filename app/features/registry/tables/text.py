"""CSV: plain or gzip, in UTF-8 or GB18030, its fields separated by comma, semicolon or tab."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from app.features.registry.tables.encoding import GB18030, encoding_of, too_many_rows
from app.features.registry.tables.lines import (
    bounded_lines,
    broken_csv_refused,
    damage_refused,
    decompressed,
)
from app.features.registry.tables.rows import MAX_ROWS, Cells, Sheet

MAX_LINE = 20_000  # characters
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
_LOOKED_AT = 20  # lines


def open_text(path: Path) -> Sheet:
    """Raises FileRefused for a file that is no text; `rows` raises it for one that is no CSV."""
    with damage_refused(), path.open("rb") as raw:
        encoding = encoding_of(decompressed(raw))
    with damage_refused(), path.open("rb") as raw:
        delimiter = _delimiter_of(_text(decompressed(raw), encoding))
    name = "GB18030" if encoding == GB18030 else "UTF-8"
    return Sheet(
        rows=_rows_of(path, encoding, delimiter),
        form=f"CSV, {name}, {_DELIMITERS[delimiter]}",
        counts_fields=True,
    )


def _text(binary: BinaryIO, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(binary, encoding=encoding, errors="strict", newline="")


def _delimiter_of(text: io.TextIOWrapper) -> str:
    """The one that cuts the first lines into the most fields; a comma where none does."""
    lines = [line for _, line in zip(range(_LOOKED_AT), bounded_lines(text, MAX_LINE), strict=False)]
    text.detach()

    def fields(delimiter: str) -> int:
        try:
            return max((len(row) for row in csv.reader(lines, delimiter=delimiter)), default=0)
        except csv.Error:
            return 0

    return max(_DELIMITERS, key=fields)


def _rows_of(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, Cells]]:
    with damage_refused(), path.open("rb") as raw:
        text = _text(decompressed(raw), encoding)
        try:
            yield from _parsed(text, delimiter)
        finally:
            text.detach()


def _parsed(text: io.TextIOWrapper, delimiter: str) -> Iterator[tuple[int, Cells]]:
    reader = csv.reader(bounded_lines(text, MAX_LINE), delimiter=delimiter, strict=True)
    with broken_csv_refused(reader):
        for number, fields in enumerate(reader, start=1):
            if number > MAX_ROWS + _LOOKED_AT:
                raise too_many_rows()
            if any(fields):
                yield number, fields
