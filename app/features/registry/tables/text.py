"""CSV: plain or gzip, in UTF-8 or GB18030, its fields separated by comma, semicolon or tab."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from app.features.registry.import_problems import FileRefused
from app.features.registry.tables.encoding import GB18030, encoding_of, too_many_rows
from app.features.registry.tables.rows import MAX_ROWS, Cells, Sheet

MAX_LINE = 20_000  # characters
_GZIP_MAGIC = b"\x1f\x8b"
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
_LOOKED_AT = 20  # lines


def open_text(path: Path) -> Sheet:
    """Raises FileRefused for a file that is no text; `rows` raises it for one that is no CSV."""
    with _refusing(), path.open("rb") as raw:
        encoding = encoding_of(_decompressed(raw))
    with _refusing(), path.open("rb") as raw:
        delimiter = _delimiter_of(_text(_decompressed(raw), encoding))
    name = "GB18030" if encoding == GB18030 else "UTF-8"
    return Sheet(
        rows=_rows_of(path, encoding, delimiter),
        form=f"CSV, {name}, {_DELIMITERS[delimiter]}",
        counts_fields=True,
    )


class _refusing:  # noqa: N801 - read as a phrase
    """Turns what a damaged archive raises into a refusal in words."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        if isinstance(error, EOFError | zlib.error | gzip.BadGzipFile):
            raise FileRefused(
                "压缩文件不完整或已损坏，请重新下载或重新压缩",
                "The gzip file is truncated or damaged; fetch or compress it again",
            ) from error


def _decompressed(raw: BinaryIO) -> BinaryIO:
    magic = raw.read(2)
    raw.seek(0)
    return cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if magic == _GZIP_MAGIC else raw


def _text(binary: BinaryIO, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(binary, encoding=encoding, errors="strict", newline="")


def _delimiter_of(text: io.TextIOWrapper) -> str:
    """The one that cuts the first lines into the most fields; a comma where none does."""
    lines = [line for _, line in zip(range(_LOOKED_AT), _bounded_lines(text), strict=False)]
    text.detach()

    def fields(delimiter: str) -> int:
        try:
            return max((len(row) for row in csv.reader(lines, delimiter=delimiter)), default=0)
        except csv.Error:
            return 0

    return max(_DELIMITERS, key=fields)


def _rows_of(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, Cells]]:
    with _refusing(), path.open("rb") as raw:
        text = _text(_decompressed(raw), encoding)
        try:
            yield from _parsed(text, delimiter)
        finally:
            text.detach()


def _parsed(text: io.TextIOWrapper, delimiter: str) -> Iterator[tuple[int, Cells]]:
    reader = csv.reader(_bounded_lines(text), delimiter=delimiter, strict=True)
    try:
        for number, fields in enumerate(reader, start=1):
            if number > MAX_ROWS + _LOOKED_AT:
                raise too_many_rows()
            if any(fields):
                yield number, fields
    except csv.Error as error:
        raise FileRefused(
            f"第 {reader.line_num} 行附近不是有效的 CSV（常见原因：引号未闭合）",
            f"Not valid CSV near line {reader.line_num} (often an unclosed quote)",
        ) from error


def _bounded_lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Lines of bounded length: a small archive can unpack to one line of gigabytes."""
    number = 0
    while line := text.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            raise FileRefused(
                f"第 {number} 行超过 {MAX_LINE:,} 个字符",
                f"Line {number} is longer than {MAX_LINE:,} characters",
            )
        yield line
