"""`topctl pack`: checks strictly, loads idempotently, tells what changed."""

from pathlib import Path

from app.features.knowledge.loading import PACK_DIRECTORY
from app.features.knowledge.loading.files import NOTICE_RULES
from tests.cli.conftest import Topctl
from tests.features.knowledge.small_pack import Pack, small_pack, write_pack


def broken() -> Pack:
    pack = small_pack()
    pack["needs.yaml"]["needs"][0]["driver_regulations"] = ["no-such-law"]
    pack["needs.yaml"]["needs"][1]["price"] = 1
    return pack


def test_the_shipped_pack_is_correct(topctl: Topctl) -> None:
    ended = topctl("pack", "check")
    assert ended.status == 0
    assert "The pack is correct: 15 industries" in ended.out


def test_rules_for_notices_are_checked_against_the_needs_of_the_pack(topctl: Topctl, tmp_path: Path) -> None:
    directory = write_pack(small_pack(), tmp_path / "pack")
    without = topctl("pack", "check", directory)
    assert (without.status, "0 rules" in " ".join(without.out.split())) == (0, True)
    rules = (PACK_DIRECTORY / NOTICE_RULES).read_text("utf-8")
    (directory / NOTICE_RULES).write_text(rules, "utf-8")  # names needs that the small pack lacks
    ended = topctl("pack", "check", directory)
    assert ended.status == 1
    assert "notices.yaml: firewall: unknown need: boundary-firewall" in ended.err


def test_a_broken_pack_is_refused_with_every_place(topctl: Topctl, tmp_path: Path) -> None:
    ended = topctl("pack", "check", write_pack(broken(), tmp_path / "pack"))
    assert (ended.status, ended.out) == (1, "")
    assert "needs.yaml: mlps-l3" in ended.err
    assert "no-such-law" in ended.err
    assert "needs.yaml: data-backup" in ended.err
    assert "nothing was loaded" in ended.err


def test_loading_tells_what_changed_and_again_changes_nothing(topctl: Topctl, tmp_path: Path) -> None:
    pack = small_pack()
    directory = write_pack(pack, tmp_path / "pack")
    first = topctl("pack", "load", directory, "--json")
    assert first.status == 0
    assert ["need", "mlps-l3"] in first.json["added"]
    assert topctl("pack", "load", directory).out.strip() == "Nothing changed."

    pack["needs.yaml"]["needs"][0]["title_zh"] = "等级保护三级"
    del pack["industry_needs.yaml"]["mappings"][-3], pack["en/reasons.yaml"]["银行系统"]
    ended = topctl("pack", "load", write_pack(pack, directory))
    assert ended.status == 0, ended.err
    lines = ended.out.splitlines()
    assert "~ need mlps-l3" in lines
    assert "- prior finance/-/-/mlps-l3" in lines
    assert not [line for line in lines if line.startswith("+ ")]


def test_an_own_pack_survives_importing_and_preparing(topctl: Topctl, tmp_path: Path) -> None:
    own = write_pack(small_pack(), tmp_path / "pack")
    topctl("pack", "load", own)
    file = tmp_path / "one.csv"
    file.write_text("name,industry\n北京大学第三医院,healthcare\n", "utf-8")
    for command in (["import", "organisations", file], ["prepare"]):
        assert topctl(*command).status == 0
        assert topctl("pack", "load", own).out.strip() == "Nothing changed."
    assert "+ industry energy" in topctl("pack", "load").out  # asked for, the shipped one comes back


def test_a_broken_pack_leaves_the_loaded_one(topctl: Topctl, tmp_path: Path) -> None:
    good = write_pack(small_pack(), tmp_path / "good")
    topctl("pack", "load", good)
    assert topctl("pack", "load", write_pack(broken(), tmp_path / "broken")).status == 1
    assert topctl("pack", "load", good).out.strip() == "Nothing changed."


def test_a_directory_that_is_no_pack_is_refused_in_words(topctl: Topctl, tmp_path: Path) -> None:
    ended = topctl("pack", "check", tmp_path / "nowhere")
    assert ended.status == 1
    assert "nothing was loaded" in ended.err
