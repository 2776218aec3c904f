"""`topctl import facts` and `topctl facts unmatched`."""

import csv
from pathlib import Path

import pytest

from tests.cli.conftest import Topctl
from tests.features.registry.facts.conftest import AWARD, CANTEEN, OTHER, TENDER, notice, write_notices

UNKNOWN = notice("梅岭医院堡垒机采购公告", buyer="梅岭医院", province="云南省", city="")
ROWS = [TENDER, AWARD, OTHER, CANTEEN, UNKNOWN]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_notices(tmp_path / "notices.csv.gz", ROWS)


def test_importing_twice_changes_nothing(topctl: Topctl, own_copy: Path, file: Path) -> None:
    first = topctl("import", "facts", file, "--json")
    assert first.status == 0, first.err
    told = first.json
    assert (told["rows"], told["matched"], told["no_need"], told["unknown"]) == (5, 3, 1, 1)
    assert (told["new"], told["facts_new"], told["needs"]["bastion-host"]) == (5, 2, 3)
    again = topctl("import", "facts", file)
    assert "Notices: 0 new, 0 changed, 5 unchanged. Facts: 0 new, 0 changed, 0 gone." in again.out
    assert f"This file was imported as {told['import_id']}" in again.out


def test_a_dry_run_stores_nothing(topctl: Topctl, own_copy: Path, file: Path) -> None:
    ended = topctl("import", "facts", file, "--dry-run")
    assert ended.out.startswith("Dry run: 5 notices: 0 refused; 1 without a need of the catalogue, 3 matched")
    assert topctl("import", "facts", file, "--json").json["new"] == 5


def test_staff_see_and_save_who_is_unmatched(
    topctl: Topctl, own_copy: Path, file: Path, tmp_path: Path
) -> None:
    assert "No notice is unmatched" in topctl("facts", "unmatched").err
    topctl("import", "facts", file)
    assert topctl("facts", "unmatched").out.split() == ["1", "unknown", "buyer", "梅岭医院", "云南省"]
    assert topctl("facts", "unmatched", "--json").json[0]["title"] == UNKNOWN["title"]
    target = tmp_path / "unmatched.csv"
    assert topctl("facts", "unmatched", "--csv", target).status == 0
    with target.open(encoding="utf-8-sig", newline="") as opened:
        assert [row["party"] for row in csv.DictReader(opened)] == ["梅岭医院"]
    assert topctl("facts", "unmatched", "--csv", tmp_path / "none" / "x.csv").status == 1


def test_faulty_rows_are_told_and_reported(topctl: Topctl, own_copy: Path, tmp_path: Path) -> None:
    rows = [notice(f"北京大学第三医院第{number}期堡垒机采购公告", budget_raw="-1") for number in range(30)]
    rows.append(notice("北京大学第三医院堡垒机采购公告", "0202-01-01"))
    report = tmp_path / "problems.csv"
    path = write_notices(tmp_path / "notices.csv", rows)
    ended = topctl("import", "facts", path, "--report", report)
    assert ended.status == 0
    assert "2: budget: the amount is negative: -1; the field is left empty" in ended.err
    assert "... and 11 more" in ended.err
    with report.open(encoding="utf-8-sig", newline="") as opened:
        told = list(csv.DictReader(opened))
    assert len(told) == 31
    assert (told[-1]["row"], told[-1]["field"]) == ("32", "published_on")
    path = write_notices(path, rows[-3:])
    refused = topctl("import", "facts", path)
    assert (refused.status, refused.out) == (1, "")
    assert "1 of 3 rows are faulty (more than 5 %); nothing was imported" in refused.err


def test_a_mapping_describes_another_file(topctl: Topctl, own_copy: Path, tmp_path: Path) -> None:
    mapping, path = tmp_path / "mapping.yaml", tmp_path / "notices.csv"
    mapping.write_text(
        "columns: {title: 标题, published_on: 日期, buyer: 单位}\n"
        "constants: {source: 汇总}\nencoding: gb18030\n",
        encoding="utf-8",
    )
    path.write_text(f"标题,日期,单位\n{TENDER['title']},2025/3/1,北京大学第三医院\n", encoding="gb18030")
    assert topctl("import", "facts", path, "--mapping", mapping, "--json").json["facts_new"] == 1
    bare = topctl("import", "facts", path)
    assert (bare.status, "--mapping" in bare.err or "encoding" in bare.err) == (1, True)
    mapping.write_text("columns: {titel: 标题}", encoding="utf-8")
    wrong = topctl("import", "facts", path, "--mapping", mapping)
    assert (wrong.status, "unknown key columns.titel" in wrong.err) == (1, True)
