"""`topctl doctor`: healthy or not, and why; `prepare` and `reindex`, which make it so."""

from pathlib import Path

from tests.application import ORGANISATIONS
from tests.cli.conftest import Topctl


def test_a_prepared_installation_is_healthy(topctl: Topctl, prepared: Path) -> None:
    ended = topctl("doctor", "--json", TOP_VAR=str(prepared))
    assert ended.status == 0
    report = ended.json
    assert report["healthy"]
    assert (report["database"], report["search"]) == ("sqlite", "ok")
    assert report["organisations"] == report["search_documents"] == 65
    assert (report["outbox_waiting"], report["outbox_dead"]) == (0, 0)


def test_preparing_again_changes_nothing(topctl: Topctl, own_copy: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (own_copy / "search").rglob("*")}
    assert topctl("prepare").status == 0
    assert {path: path.stat().st_mtime_ns for path in (own_copy / "search").rglob("*")} == before
    assert topctl("doctor", "--json").json["organisations"] == 65


def test_an_import_whose_index_fails_says_so_and_preparing_heals(topctl: Topctl, tmp_path: Path) -> None:
    in_the_way = tmp_path / "var" / "search" / "organisation" / "LOCK"
    in_the_way.mkdir(parents=True)
    ended = topctl("import", "organisations", ORGANISATIONS)
    assert ended.status == 0
    assert "topctl reindex" in ended.err
    ill = topctl("doctor", "--json")
    assert ill.status == 1
    assert (ill.json["search"], ill.json["outbox_waiting"]) == ("empty", 1)
    assert "not healthy" in ill.err
    in_the_way.rmdir()
    assert topctl("prepare").status == 0
    assert topctl("doctor").status == 0


def test_a_lost_index_is_told_and_reindex_heals(topctl: Topctl, own_copy: Path) -> None:
    (own_copy / "search" / "organisation" / "CURRENT").unlink()
    assert topctl("doctor", "--json").json["search"] == "empty"
    ended = topctl("reindex")
    assert ended.status == 0
    assert "65 organisations indexed." in ended.out
    assert topctl("doctor").status == 0


def test_before_the_first_start_the_way_out_is_told(topctl: Topctl) -> None:
    ended = topctl("doctor")
    assert (ended.status, ended.out) == (1, "")
    assert "topctl prepare" in ended.err
