"""Lines of a text file, plain or gzip: of bounded length, and refused in words where they are damaged."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

from app.features.registry.import_problems import FileRefused

_GZIP_MAGIC = b"\x1f\x8b"


@contextmanager
def damage_refused() -> Iterator[None]:
    """Turns what a damaged archive raises into FileRefused."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FileRefused(
            "压缩文件不完整或已损坏，请重新下载或重新压缩",
            "The gzip file is truncated or damaged; fetch or compress it again",
        ) from error


def decompressed(raw: BinaryIO) -> BinaryIO:
    magic = raw.read(2)
    raw.seek(0)
    return cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if magic == _GZIP_MAGIC else raw


def bounded_lines(text: io.TextIOWrapper, longest: int) -> Iterator[str]:
    """Lines of at most `longest` characters: a small archive can unpack to one line of gigabytes.

    Raises FileRefused.
    """
    number = 0
    while line := text.readline(longest + 1):
        number += 1
        if len(line) > longest:
            raise FileRefused(
                f"第 {number} 行超过 {longest:,} 个字符",
                f"Line {number} is longer than {longest:,} characters",
            )
        yield line


@contextmanager
def broken_csv_refused(reader: Any) -> Iterator[None]:
    """Turns what a csv.reader raises into FileRefused naming the line."""
    try:
        yield
    except csv.Error as error:
        raise FileRefused(
            f"第 {reader.line_num} 行附近不是有效的 CSV（常见原因：引号未闭合）",
            f"Not valid CSV near line {reader.line_num} (often an unclosed quote)",
        ) from error
