"""Files that cannot be read as a table are refused as a whole, with the way out."""

import gzip
from pathlib import Path

import pytest

from app.features.registry.import_file import MAX_LINE, read_records
from app.features.registry.import_problems import FileRefused

GOOD = "name,city\n北京大学,北京市\n"


def read(path: Path, content: bytes) -> list[tuple[int, dict[str, str] | None]]:
    path.write_bytes(content)
    return list(read_records(path))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.csv"


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_plain_and_gzip_read_alike(path: Path, pack: type[bytes]) -> None:
    assert read(path, pack(GOOD.encode())) == [(2, {"name": "北京大学", "city": "北京市"})]


def test_a_byte_order_mark_and_windows_lines_do_no_harm(path: Path) -> None:
    content = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()
    assert read(path, content) == [(2, {"name": "北京大学", "city": "北京市"})]


def test_a_row_with_too_many_or_too_few_fields_is_told_apart(path: Path) -> None:
    assert read(path, b"name,city\nA\nB,C,D\n") == [(2, None), (3, None)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"name,telephone\n", 'Unknown column "telephone"; accepted columns: name, short_names'),
        (b"name,name\n", '"name" stands there twice'),
        (b"city,province\n", "column name is missing"),
        (b'name\n"never closed\n', "Not valid CSV near line 2"),
        (b"name\n" + b"x" * (MAX_LINE + 1), "Line 2 is longer"),
        (gzip.compress(b"name\n" + b"x" * 50_000_000, mtime=0), "Line 2 is longer"),
        (gzip.compress(GOOD.encode() * 100, mtime=0)[:-20], "truncated or damaged"),
        (b"\x1f\x8bno gzip at all", "truncated or damaged"),
        (GOOD.encode("gb18030"), "GB18030, not UTF-8; convert it: iconv -f GB18030 -t UTF-8"),
        (gzip.compress(GOOD.encode("gb18030"), mtime=0), "GB18030"),
        (GOOD.encode("utf-16"), "UTF-16, not UTF-8; convert it: iconv -f UTF-16 -t UTF-8"),
        (b"name\n\xff\xff\xff", "not UTF-8; save it as UTF-8"),
    ],
)
def test_a_file_that_is_no_table_is_refused(path: Path, content: bytes, said: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read(path, content)
    assert said in refused.value.message.en
    assert refused.value.field == "file"


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="cannot be read"):
        list(read_records(tmp_path / "absent.csv"))
