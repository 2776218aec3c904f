"""`topctl import organisations`: counts, reports and exit statuses; nothing stored when refused."""

import csv
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from tests.application import ORGANISATIONS
from tests.cli.conftest import Topctl


@pytest.fixture
def write(tmp_path: Path) -> "Write":
    return Write(tmp_path / "organisations.csv")


class Write:
    """Writes organisations by name, after the real columns."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, names: Sequence[str]) -> Path:
        with self._path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["name", "industry"], *([name, "healthcare"] for name in names)])
        return self._path


def stored(topctl: Topctl) -> int:
    found: int = topctl("doctor", "--json").json["organisations"]
    return found


def test_importing_twice_changes_nothing(topctl: Topctl) -> None:
    first = topctl("import", "organisations", ORGANISATIONS, "--json")
    assert first.status == 0
    assert (first.json["rows"], first.json["new"], first.json["refused"]) == (65, 65, 0)
    again = topctl("import", "organisations", ORGANISATIONS)
    assert again.status == 0
    assert "65 rows: 0 new, 0 changed, 65 unchanged, 0 refused" in again.out
    assert stored(topctl) == 65


def test_what_is_imported_can_be_found_at_once(topctl: Topctl, write: Write) -> None:
    for name in ("青云山人民医院", "白石溪人民医院"):  # into no index, then into the live one
        ended = topctl("import", "organisations", write([name]))
        assert "cannot be found" not in ended.err
        assert topctl("lookup", name, "--json").json["id"] is not None
    health = topctl("doctor", "--json").json
    assert (health["search_documents"], health["outbox_waiting"]) == (2, 0)


def test_a_dry_run_counts_and_stores_nothing(topctl: Topctl) -> None:
    ended = topctl("import", "organisations", ORGANISATIONS, "--dry-run")
    assert ended.status == 0
    assert "Dry run: 65 rows: 65 new" in ended.out
    assert stored(topctl) == 0


def test_faulty_rows_are_told_and_written_to_the_report(topctl: Topctl, write: Write, tmp_path: Path) -> None:
    names = [f"第{number}研究所" for number in range(60)]
    report = tmp_path / "problems.csv"
    ended = topctl("import", "organisations", write([*names, "北京\x01大学", names[0]]), "--report", report)
    assert ended.status == 0
    assert "62 rows: 60 new, 0 changed, 0 unchanged, 2 refused" in ended.out
    assert "62: name: " in ended.err
    with report.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["row"], row["field"], row["outcome"]) for row in rows] == [
        ("62", "name", "row left out"),
        ("63", "name", "row left out"),
    ]
    assert rows[1]["reason"] == "same name and city as row 2"
    assert (rows[0]["value"], rows[0]["way_out"]) == (
        "北京\ufffd大学",
        "give the full name of the organisation",
    )
    corrected = report.with_name("problems-rows.csv")
    assert str(corrected) in ended.err
    text = (
        corrected.read_text("utf-8-sig")
        .replace("北京\x01大学", "北京大学")
        .replace(",第0研究所", ",第零研究所")
    )
    corrected.write_text(text, "utf-8")
    assert "2 rows: 2 new" in topctl("import", "organisations", corrected).out


def test_a_file_with_many_faults_is_refused_with_its_report(
    topctl: Topctl, write: Write, tmp_path: Path
) -> None:
    report = tmp_path / "problems.csv"
    ended = topctl("import", "organisations", write(["好医院", "坏\x01医院"]), "--report", report)
    assert (ended.status, ended.out) == (1, "")
    assert "nothing was imported" in ended.err
    assert report.read_text("utf-8").count("\n") == 2
    assert stored(topctl) == 0


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Nothing was imported"),
        (b"title,industry\nx,y\n", "Nothing was imported"),
        ("name\n臺灣大學醫院\n".encode("big5"), "neither UTF-8 nor GB18030"),
        (b"\x1f\x8b\x08\x00broken", "Nothing was imported"),
        (b"name\n", "no rows"),
    ],
    ids=["empty", "other columns", "Big5", "cut off gzip", "no rows"],
)
def test_a_file_that_is_no_registry_is_refused_in_words(
    topctl: Topctl, tmp_path: Path, content: bytes, told: str
) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes(content)
    ended = topctl("import", "organisations", file)
    assert (ended.status, ended.out) == (1, "")
    assert told in ended.err
    assert "Traceback" not in ended.err


def customers(path: Path) -> Path:
    """As a partner's own list looks: a title, its own headings and words, a column of no use."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    rows = [["2026 年客户名单"], [], ["客户", "别称", "行业", "省份", "城市", "联系电话"]]
    rows += [
        ["青云山人民医院", "青云医院、青医", "医疗卫生", "云南", "昆明", "1"],
        ["白石溪财政局", None, "养蜂"],
    ]
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_a_preview_shows_how_columns_map_and_stores_nothing(topctl: Topctl, tmp_path: Path) -> None:
    file = customers(tmp_path / "list.xlsx")
    seen = topctl("import", "organisations", file, "--preview", "--map", "short_names=别称")
    assert seen.status == 0, seen.err
    assert "Read as: Excel, Sheet; header in row 3" in seen.out
    assert "(not read)" in seen.out
    assert "2 rows, of which 0 would be left out and 1 have notes" in seen.out
    assert "5: industry: unknown industry; read from the name instead" in seen.err
    machine = topctl("import", "organisations", file, "--preview", "--json", "--map", "short_names=别称").json
    first = machine["first_rows"][0]
    assert (first["industry"], first["province"], first["city"]) == ("healthcare", "云南省", "昆明市")
    assert first["short_names"] == ["青云医院", "青医"]
    assert first["sources"] == ["own"]
    assert stored(topctl) == 0


def test_a_mapping_file_says_the_same_and_what_is_given_wins(topctl: Topctl, tmp_path: Path) -> None:
    file = customers(tmp_path / "list.xlsx")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("columns:\n  short_names: 别称\nsource: 展会名录\n", "utf-8")
    seen = topctl("import", "organisations", file, "--preview", "--json", "--mapping", mapping).json
    assert seen["first_rows"][0]["sources"] == ["展会名录"]
    given = ("--mapping", mapping, "--source", "x", "--map", "short_names=-")
    seen = topctl("import", "organisations", file, "--preview", "--json", *given).json
    assert (seen["first_rows"][0]["sources"], seen["first_rows"][0]["short_names"]) == (["x"], [])
    for content in ("columns: [a]\n", "nothing: x\n", "sheet: 3\n", "a: b: c"):
        mapping.write_text(content, "utf-8")
        ended = topctl("import", "organisations", file, "--mapping", mapping)
        assert (ended.status, ended.out) == (1, "")
        assert "Mapping file: " in ended.err
    ended = topctl("import", "organisations", file, "--map", "name")
    assert "write field=heading" in ended.err


def test_a_file_of_faults_shows_in_the_preview(topctl: Topctl, write: Write) -> None:
    seen = topctl("import", "organisations", write(["好医院", "坏\x01医院"]), "--preview")
    assert seen.status == 1
    assert "the file as a whole would be refused" in seen.err


def test_an_import_is_listed_and_undone(topctl: Topctl, tmp_path: Path) -> None:
    assert topctl("import", "organisations", ORGANISATIONS).status == 0
    done = topctl("import", "organisations", customers(tmp_path / "list.xlsx"))
    first, second = topctl("import", "list", "--json").json
    assert (first["file_name"], first["report"]["new"], second["report"]["new"]) == ("list.xlsx", 2, 65)
    assert f"topctl import undo {first['public_id']}" in done.err
    assert "Columns not read: 别称, 联系电话" in done.err
    ended = topctl("import", "undo", first["public_id"])
    assert "Undone: 2 removed, 0 changed back" in ended.out
    assert "nothing changed" in topctl("import", "undo", first["public_id"]).out
    assert "list.xlsx  new 2  undone" in topctl("import", "list").out
    assert topctl("doctor", "--json").json["search_documents"] == stored(topctl) == 65
    assert topctl("lookup", "青云山人民医院", "--json").json["id"] is None
    assert "topctl import list" in topctl("import", "undo", "x").err


@pytest.mark.parametrize("path", ["missing.csv", "."])
def test_a_path_that_is_no_file_is_refused_in_words(topctl: Topctl, tmp_path: Path, path: str) -> None:
    ended = topctl("import", "organisations", tmp_path / path)
    assert ended.status == 1
    assert "The file cannot be read: " in ended.err
    assert "Nothing was imported" in ended.err
