"""Files of any shape: strict mappings, encodings, Excel, damage, and long files in little memory."""

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from app.features.registry.facts.notice_file import read_notices
from app.features.registry.facts.shape import GIVEN_SHAPE, NoticeShape, load_shape
from app.features.registry.import_problems import FileRefused
from tests.features.registry.facts.conftest import COLUMNS, TENDER, write_notices

MAPPING = """
columns:
  title: 公告标题
  published_on: 发布时间
  buyer: 采购单位
  budget: 预算（万元）
constants:
  source: 某省公告汇总
  province: 云南省
date_format: "%d/%m/%Y"
amount_unit: wan
"""
TABLE = [["公告标题", "发布时间", "采购单位", "预算（万元）", "联系人"]]
TABLE += [["某院堡垒机采购公告", "04/03/2025", "某市人民医院", "36.5", "某某"]]


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "mapping.yaml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


def written(path: Path, encoding: str, delimiter: str = ",") -> Path:
    path.write_text("\n".join(delimiter.join(row) for row in TABLE) + "\n", encoding=encoding)
    return path


def read(path: Path, shape: NoticeShape) -> list[dict[str, str] | None]:
    return [record for _, record, _ in read_notices(path, shape)]


EXPECTED = {
    "title": "某院堡垒机采购公告",
    "published_on": "04/03/2025",
    "buyer": "某市人民医院",
    "budget": "36.5",
    "source": "某省公告汇总",
    "province": "云南省",
}


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_mapping_describes_another_shape(mapping: Path, tmp_path: Path, encoding: str) -> None:
    mapping.write_text(MAPPING + f"encoding: {encoding}\ndelimiter: ';'\n", encoding="utf-8")
    assert read(written(tmp_path / "n.csv", encoding, ";"), load_shape(mapping)) == [EXPECTED]


def test_a_byte_order_mark_is_no_part_of_a_heading(mapping: Path, tmp_path: Path) -> None:
    mapping.write_text(MAPPING + "encoding: UTF-8\n", encoding="utf-8")
    assert read(written(tmp_path / "n.csv", "utf-8-sig"), load_shape(mapping)) == [EXPECTED]


def test_excel_is_read_by_its_content(mapping: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in TABLE:
        book.active.append(row)
    path = tmp_path / "notices.csv"  # whatever its name says
    book.save(path)
    assert read(path, load_shape(mapping)) == [EXPECTED]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the file is empty"),
        ("- a", "it must be keys with values"),
        ("columns: {title: a, published_on: b}", "source is missing"),
        ("columns: {titel: a}", "unknown key columns.titel; accepted: title, published_on"),
        (MAPPING + "encodings: x", "unknown key encodings; accepted: columns, constants"),
        (MAPPING.replace("source: 某省", "title: x\n  source: 某省"), "title stands under columns and const"),
        (MAPPING.replace("wan", "fen"), "amount_unit must be yuan or wan"),
        (MAPPING.replace("%d/%m/%Y", "%d/%m"), "date_format needs %Y, %m and %d"),
        (MAPPING + "encoding: rot13", "unknown encoding"),
        (MAPPING + "encoding: klingon", "unknown encoding"),
        (MAPPING + "delimiter: ', '", "delimiter must be one character"),
        (MAPPING + "delimiter: 7", "delimiter must be text"),
        (MAPPING + "columns: {}", "duplicate key: columns"),
        ("columns: [", "YAML syntax error"),
        (MAPPING + "constants_: &x 1", "unknown key constants_"),
    ],
)
def test_a_mapping_is_refused_by_name(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileRefused) as refused:
        load_shape(path)
    assert told in refused.value.message.en
    assert refused.value.message.en.startswith("Mapping file: ")


def test_a_mapping_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="the file is missing"):
        load_shape(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty"),
        (b"name,city\n", 'The column "source" is missing; the file has: name'),
        ("标题\n".encode("gb18030"), "The file is not utf-8-sig"),
        (b'source,"x\n' * 3, "Not valid CSV near line"),
        (b"a" * 300_000, "Line 1 is longer than 200,000 characters"),
    ],
)
def test_what_is_no_such_table_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "notices.csv"
    path.write_bytes(content)
    with pytest.raises(FileRefused) as refused:
        read(path, GIVEN_SHAPE)
    assert told in refused.value.message.en


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="The file cannot be read"):
        read(tmp_path / "none.csv", GIVEN_SHAPE)


def test_a_heading_twice_is_refused(tmp_path: Path) -> None:
    path = write_notices(tmp_path / "notices.csv", [TENDER], columns=[*COLUMNS, "title"])
    with pytest.raises(FileRefused, match='The column "title" stands there more than once'):
        read(path, GIVEN_SHAPE)


def test_a_row_of_another_width_is_told_by_its_number(tmp_path: Path) -> None:
    path = write_notices(tmp_path / "notices.csv", [TENDER])
    with path.open("a", encoding="utf-8") as file:
        file.write("one,two\n\n")
    assert [(number, record is None) for number, record, _ in read_notices(path, GIVEN_SHAPE)] == [
        (2, False),
        (3, True),
    ]


def test_a_long_file_takes_little_memory(tmp_path: Path) -> None:
    path = write_notices(tmp_path / "notices.csv.gz", [TENDER] * 30_000)

    def rows() -> Iterator[int]:
        for number, _, _ in read_notices(path, GIVEN_SHAPE):
            yield number

    tracemalloc.start()
    try:
        assert sum(1 for _ in rows()) == 30_000
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()
