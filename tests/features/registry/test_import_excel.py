"""Excel files: read by content, measured before they are built, refused in words when damaged."""

import datetime
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.features.registry.import_file import open_organisations
from app.features.registry.import_problems import FileRefused
from app.features.registry.tables import packages, sheet_scan
from tests.features.registry.xls import xls

HEADINGS = ["单位名称", "省份", "规模"]
ROWS: list[list[object]] = [HEADINGS, ["北京大学", "北京市", 3000], ["清华大学", "北京市", 2.5]]
NAMES = [{"name": "北京大学", "province": "北京市", "scale": "3000"}]
_SHEET = "xl/worksheets/sheet1.xml"


def workbook(
    rows: Sequence[Sequence[object]], change: Callable[[openpyxl.Workbook], None] | None = None
) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    if change:
        change(book)
    stored = io.BytesIO()
    book.save(stored)
    return stored.getvalue()


def rewritten(content: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """The same package with one part changed."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info.filename, change(data.decode()).encode() if info.filename == part else data)
    return target.getvalue()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.xlsx"


def records(path: Path, content: bytes, **how: str) -> list[tuple[int, dict[str, str] | None]]:
    path.write_bytes(content)
    return list(open_organisations(path, **how).records())  # type: ignore[arg-type]


def test_xlsx_and_xls_are_read_alike_whatever_their_name(tmp_path: Path) -> None:
    plain: list[list[str | float]] = [
        [*HEADINGS],
        ["北京大学", "北京市", 3000.0],
        ["清华大学", "北京市", 2.5],
    ]
    for name, content in (("a.csv", workbook(ROWS)), ("b.xlsx", xls(plain)), ("c", xls(plain))):
        found = records(tmp_path / name, content)
        assert found == [(2, NAMES[0]), (3, {"name": "清华大学", "province": "北京市", "scale": "2.5"})], name


def test_rows_keep_their_numbers_below_a_title_and_blank_rows(path: Path) -> None:
    found = records(path, workbook([[], ["客户名单"], [], *ROWS[:2], [], ["复旦大学"]]))
    assert [number for number, _ in found] == [5, 7]


def test_dates_are_texts(path: Path) -> None:
    found = records(path, workbook([["名称", "规模"], ["甲乙大学", datetime.date(2025, 3, 1)]]))
    assert found == [(2, {"name": "甲乙大学", "scale": "2025-03-01"})]


def test_the_first_sheet_with_data_is_read_unless_one_is_named(path: Path) -> None:
    def more(book: openpyxl.Workbook) -> None:
        hidden = book.create_sheet("隐藏", 0)
        hidden.append(["名称"])
        hidden.sheet_state = "hidden"
        book.create_sheet("空", 0)
        other = book.create_sheet("二月")
        other.append(["名称"])
        other.append(["复旦大学"])

    content = workbook(ROWS, more)
    assert [number for number, _ in records(path, content)] == [2, 3]
    assert records(path, content, sheet="二月") == [(2, {"name": "复旦大学"})]
    with pytest.raises(FileRefused, match='no sheet "三月"; the file has: 空, 隐藏, Sheet, 二月'):
        records(path, content, sheet="三月")
    with pytest.raises(FileRefused, match="no data"):
        records(path, workbook([]))


def test_merged_cells_take_their_first_value_with_a_warning(path: Path) -> None:
    def merge(book: openpyxl.Workbook) -> None:
        assert book.active is not None
        book.active.merge_cells("B2:B4")

    path.write_bytes(workbook([*ROWS[:2], ["清华大学"], ["复旦大学"], ["同济大学", "上海市"]], merge))
    reading = open_organisations(path)
    assert [record and record["province"] for _, record in reading.records()] == ["北京市"] * 3 + ["上海市"]
    problems = reading.problems_of(3)
    assert [(one.field, one.refuses) for one in problems] == [("province", False)]
    assert reading.problems_of(2) == reading.problems_of(5) == []


def test_a_formula_counts_by_its_stored_value_and_without_one_is_a_fault(path: Path) -> None:
    content = workbook([*ROWS, ["=A2", "=B2", None], ["甲乙大学", None, "#REF!"]])
    content = rewritten(
        content,
        _SHEET,
        lambda xml: (
            xml.replace("<f>A2</f><v></v>", "<f>A2</f>")
            .replace("<f>A2</f><v />", "<f>A2</f>")
            .replace('<c r="B4"><f>B2</f><v></v></c>', '<c r="B4" t="str"><f>B2</f><v>北京市</v></c>')
            .replace('<c r="B4"><f>B2</f><v /></c>', '<c r="B4" t="str"><f>B2</f><v>北京市</v></c>')
        ),
    )
    path.write_bytes(content)
    reading = open_organisations(path)
    found = dict(reading.records())
    assert found[4] == {"name": "", "province": "北京市", "scale": ""}
    assert [(one.field, one.refuses, one.reason.en) for one in reading.problems_of(4)] == [
        ("name", True, "the formula has no calculated value")
    ]
    assert [one.field for one in reading.problems_of(5)] == ["scale"]


def _far_cell(xml: str) -> str:
    return xml.replace(
        "</sheetData>", '<row r="1048576"><c r="CV1048576" t="n"><v>1</v></c></row></sheetData>'
    )


def _two_million(xml: str) -> str:
    return xml.replace("</sheetData>", '<row r="2000000"><c r="A2000000"><v>1</v></c></row></sheetData>')


def _implied_rows(xml: str) -> str:
    return xml.replace("</sheetData>", "<row><c><v>1</v></c></row>" * 1_000_001 + "</sheetData>")


def _wide(xml: str) -> str:
    return xml.replace("</sheetData>", '<row r="9"><c r="XFD9"><v>1</v></c></row></sheetData>')


def _large(xml: str) -> str:
    return xml.replace("</sheetData>", '<row r="200000"><c r="GA200000"><v>1</v></c></row></sheetData>')


def _entity(xml: str) -> str:
    body = xml.partition("?>")[2] or xml
    return '<!DOCTYPE x [<!ENTITY a "aaaaaaaa">]>' + body


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_far_cell, "More than 1,000,000 rows; split"),
        (_two_million, "More than 1,000,000 rows; split"),
        (_implied_rows, "More than 1,000,000 rows; split"),
        (_wide, "More than 200 columns; keep only"),
        (_large, "200,000 rows of 183 columns, more than 12,000,000 cells"),
        (_entity, "truncated or damaged"),
    ],
)
def test_a_sheet_beyond_the_limits_is_refused_before_it_is_built(
    path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[str], str], said: str
) -> None:
    monkeypatch.setattr("app.features.registry.tables.excel._as_sheet", lambda *_: pytest.fail("was built"))
    with pytest.raises(FileRefused, match=said):
        records(path, rewritten(workbook(ROWS), _SHEET, change))


def test_an_empty_but_formatted_sheet_end_is_no_size(path: Path) -> None:
    content = rewritten(
        workbook(ROWS[:2]),
        _SHEET,
        lambda xml: xml.replace(
            "</sheetData>", '<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
        ),
    )
    assert records(path, content) == [(2, NAMES[0])]


def test_a_zip_bomb_is_refused_whatever_it_says_of_its_size(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "MAX_UNPACKED", 2_000_000)
    bomb = rewritten(workbook(ROWS), _SHEET, lambda xml: xml + " " * 3_000_000)
    with pytest.raises(FileRefused, match="Unpacked, the Excel file exceeds"):
        records(path, bomb)
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        size = archive.getinfo(_SHEET).file_size
    lying = bomb.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert lying != bomb
    with pytest.raises(FileRefused, match="Unpacked, the Excel file exceeds"):
        records(path, lying)


def test_many_merged_cells_are_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_scan, "_MAX_MERGED", 1)

    def merge(book: openpyxl.Workbook) -> None:
        assert book.active is not None
        book.active.merge_cells("A2:A3")
        book.active.merge_cells("B2:B3")

    with pytest.raises(FileRefused, match="unmerge"):
        records(path, workbook(ROWS, merge))


def test_other_archives_and_sheets_of_text_files_are_refused(path: Path) -> None:
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(FileRefused, match="no Excel workbook"):
        records(path, other.getvalue())
    with pytest.raises(FileRefused, match="leave --sheet out"):
        records(path, "名称\n北京大学\n".encode(), sheet="甲")


@pytest.mark.parametrize("content", [workbook(ROWS), xls([["名称"], ["北京大学"]])], ids=["xlsx", "xls"])
@given(cut=st.integers(min_value=9), flip=st.integers(0, 7))
def test_a_truncated_or_damaged_workbook_is_refused_or_read_but_never_fails(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, cut: int, flip: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "cut.xlsx"
    place = 9 + cut % (len(content) - 9)
    broken = bytearray(content)
    broken[place] ^= 1 << flip
    for damaged in (content[:place], bytes(broken)):
        try:
            found = records(path, damaged)
        except FileRefused:
            continue
        assert all(set(record) <= {"name", "province", "scale"} for _, record in found if record)


def test_a_truncated_xlsx_says_so(path: Path) -> None:
    with pytest.raises(FileRefused, match="truncated or damaged"):
        records(path, workbook(ROWS)[:-30])
