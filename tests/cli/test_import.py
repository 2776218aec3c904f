"""`topctl import organisations`: counts, reports and exit statuses; nothing stored when refused."""

import csv
from collections.abc import Sequence
from pathlib import Path

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
    with report.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["row"], row["field"], row["outcome"]) for row in rows] == [
        ("62", "name", "row left out"),
        ("63", "name", "row left out"),
    ]
    assert rows[1]["reason"] == "same name and city as row 2"


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


@pytest.mark.parametrize("path", ["missing.csv", "."])
def test_a_path_that_is_no_file_is_refused_in_words(topctl: Topctl, tmp_path: Path, path: str) -> None:
    ended = topctl("import", "organisations", tmp_path / path)
    assert ended.status == 1
    assert "The file cannot be read: " in ended.err
    assert "Nothing was imported" in ended.err
