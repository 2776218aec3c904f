"""Files that cannot be read as a table are refused as a whole, with the way out."""

import gzip
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.features.registry.import_file import MAX_LINE, open_organisations, read_records
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


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_gb18030_is_read_as_it_stands(path: Path, pack: type[bytes]) -> None:
    text = "name,city\n" + "㙍中镇人民政府,𠮷县\n北京大学第三医院北医三院人民医院,北京市\n" * 3
    found = read(path, pack(text.encode("gb18030")))
    assert found[0] == (2, {"name": "㙍中镇人民政府", "city": "𠮷县"})
    assert len(found) == 6


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_comma_semicolon_and_tab_all_separate(path: Path, delimiter: str) -> None:
    assert read(path, GOOD.replace(",", delimiter).encode()) == [(2, {"name": "北京大学", "city": "北京市"})]


def test_a_header_below_a_title_and_headings_in_chinese_are_found(path: Path) -> None:
    content = "客户名单,,\n制表：2026,,\n序号,单位名称（必填）*,省份\n1,北京大学,北京市\n,,\n"
    assert read(path, content.encode()) == [(4, {"name": "北京大学", "province": "北京市"})]


def test_what_reads_as_a_field_twice_is_asked_back(path: Path) -> None:
    with pytest.raises(FileRefused, match="say which: --map name=客户名称"):
        read(path, "客户名称,企业名称\na,b\n".encode())
    found = open_organisations(path, mapping={"name": "企业名称"})
    assert list(found.records()) == [(2, {"name": "b"})]
    assert found.layout.ignored == ("客户名称",)
    for mapping, said in (({"nam": "企业名称"}, "unknown field"), ({"name": "无"}, 'No column "无"')):
        with pytest.raises(FileRefused, match=said):
            open_organisations(path, mapping=mapping)


def test_too_many_rows_are_refused_before_any_is_read(path: Path) -> None:
    path.write_bytes(gzip.compress(b"name\n" + b"ab\n" * 2_000_000, 1))
    with pytest.raises(FileRefused, match="More than 1,000,000 rows; split"):
        open_organisations(path)


@given(st.text(), st.sampled_from(["utf-8", "gb18030"]))
def test_any_text_is_read_back_or_refused(
    tmp_path_factory: pytest.TempPathFactory, text: str, encoding: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    text = "名称,城市\n" + "北京大学第三医院,北京市\n" * 5 + text
    try:
        found = read(path, text.encode(encoding, "ignore"))
    except FileRefused:
        return
    assert found[:5] == [(number, {"name": "北京大学第三医院", "city": "北京市"}) for number in range(2, 7)]


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]),
)
def test_no_bytes_break_the_reader(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, magic: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.csv"
    with suppress(FileRefused):
        read(path, magic + content)


def test_a_byte_order_mark_and_windows_lines_do_no_harm(path: Path) -> None:
    content = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()
    assert read(path, content) == [(2, {"name": "北京大学", "city": "北京市"})]


def test_a_row_with_too_many_or_too_few_fields_is_told_apart(path: Path) -> None:
    assert read(path, b"name,city\nA\nB,C,D\n") == [(2, None), (3, None)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"telephone,city\n", "the first row has: telephone, city; name it with --map name=HEADING"),
        (b"name,name\n", '"name" stands there twice'),
        (b"city,province\n", "column name is missing"),
        (b'name\n"never closed\n', "Not valid CSV near line 2"),
        (b"name\n" + b"x" * (MAX_LINE + 1), "Line 2 is longer"),
        (gzip.compress(b"name\n" + b"x" * 50_000_000, mtime=0), "Line 2 is longer"),
        (gzip.compress(GOOD.encode() * 100, mtime=0)[:-20], "truncated or damaged"),
        (b"\x1f\x8bno gzip at all", "truncated or damaged"),
        (b"name\n" + "北京大学第三医院北医三院".encode() + b"\xff\n", "Near line 2"),
        ("name\nSociété Générale\n".encode("latin-1"), "neither UTF-8 nor GB18030"),
        (b"name\n" + "臺灣大學醫院".encode("big5"), "neither UTF-8 nor GB18030"),
        (b"<html><table><tr><td>name</td></tr></table></html>", "web page"),
        (b"%PDF-1.7\n" + b"\0" * 500, "neither text nor an Excel file"),
        (GOOD.encode("utf-16"), "UTF-16, not UTF-8; convert it: iconv -f UTF-16 -t UTF-8"),
        (b"name\n\xff\xff\xff", "neither UTF-8 nor GB18030"),
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
