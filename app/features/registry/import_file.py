"""From a file on disk to numbered rows of text: compression, encoding and CSV form, all strict."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from app.features.registry.import_problems import FileRefused

COLUMNS = (
    "name",
    "short_names",
    "industry",
    "sub_industry",
    "province",
    "city",
    "level",
    "source",
    "industry_basis",
    "name_basis",
    "region_basis",
    "district",
    "code",
    "scale",
)
MAX_LINE = 20_000  # characters
MAX_ROWS = 1_000_000
_SAMPLE = 100_000  # bytes
_GZIP_MAGIC = b"\x1f\x8b"
_ACCEPTED_ZH = "可用的列：" + "、".join(COLUMNS)
_ACCEPTED_EN = "accepted columns: " + ", ".join(COLUMNS)

Record = dict[str, str]


def read_records(path: Path) -> Iterator[tuple[int, Record | None]]:
    """Rows by their number in the file (the header is 1), None where a row has the wrong number of fields.

    Raises FileRefused for what makes the whole file unreadable.
    """
    try:
        with path.open("rb") as raw:
            yield from _records(_decompressed(raw))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FileRefused(
            "压缩文件不完整或已损坏，请重新下载或重新压缩",
            "The gzip file is truncated or damaged; fetch or compress it again",
        ) from error
    except UnicodeDecodeError as error:
        raise _wrong_encoding(path) from error
    except OSError as error:
        raise FileRefused(
            f"无法读取文件：{error.strerror}", f"The file cannot be read: {error.strerror}"
        ) from error


def _decompressed(raw: BinaryIO) -> BinaryIO:
    magic = raw.read(2)
    raw.seek(0)
    return cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if magic == _GZIP_MAGIC else raw


def _records(binary: BinaryIO) -> Iterator[tuple[int, Record | None]]:
    text = io.TextIOWrapper(binary, encoding="utf-8-sig", errors="strict", newline="")
    try:
        yield from _rows(text)
    finally:
        text.detach()  # the file belongs to the caller


def _rows(text: io.TextIOWrapper) -> Iterator[tuple[int, Record | None]]:
    reader = csv.reader(_bounded_lines(text), strict=True)
    try:
        header = _checked_header(next(reader, None))
        for number, fields in enumerate(reader, start=2):
            if number > MAX_ROWS + 1:
                raise FileRefused(
                    f"超过 {MAX_ROWS:,} 行上限，请拆分文件", f"More than {MAX_ROWS:,} rows; split the file"
                )
            if fields:
                yield number, dict(zip(header, fields, strict=True)) if len(fields) == len(header) else None
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


def _checked_header(header: list[str] | None) -> list[str]:
    if not header:
        raise FileRefused(f"文件为空；{_ACCEPTED_ZH}", f"The file is empty; {_ACCEPTED_EN}")
    names = [name.strip() for name in header]
    unknown = [name for name in names if name not in COLUMNS]
    if unknown:
        shown = unknown[0][:40]
        raise FileRefused(f"不认识的列“{shown}”；{_ACCEPTED_ZH}", f'Unknown column "{shown}"; {_ACCEPTED_EN}')
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise FileRefused(f"列“{twice}”出现了两次", f'The column "{twice}" stands there twice')
    if "name" not in names:
        raise FileRefused(f"缺少必需的列 name；{_ACCEPTED_ZH}", f"The column name is missing; {_ACCEPTED_EN}")
    return names


def _wrong_encoding(path: Path) -> FileRefused:
    with path.open("rb") as raw:
        start = _decompressed(raw).read(_SAMPLE)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        found = "UTF-16"
    elif _reads_as_gb18030(start):
        found = "GB18030"
    else:
        return FileRefused(
            "文件不是 UTF-8 编码，请另存为 UTF-8 CSV", "The file is not UTF-8; save it as UTF-8 CSV"
        )
    command = f"iconv -f {found} -t UTF-8 IN.csv > OUT.csv"
    return FileRefused(
        f"文件是 {found} 编码而不是 UTF-8；请转换：{command}",
        f"The file is {found}, not UTF-8; convert it: {command}",
    )


def _reads_as_gb18030(start: bytes) -> bool:
    for cut in range(4 if len(start) == _SAMPLE else 1):  # the sample may end inside a character
        try:
            start[: len(start) - cut].decode("gb18030")
        except UnicodeDecodeError:
            continue
        return True
    return False
