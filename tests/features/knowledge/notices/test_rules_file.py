"""The rules for notices are taken whole or refused whole, naming file, entry and reason."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.features.knowledge.errors import PackError
from app.features.knowledge.loading import load_pack
from app.features.knowledge.notices import load_notice_rules
from app.features.knowledge.notices.loading import shipped_rules
from tests.features.knowledge.small_pack import small_pack, write_pack

NEEDS = frozenset({"mlps-l3", "data-backup"})
File = dict[str, Any]


def rules_file() -> File:
    return {
        "schema_version": 1,
        "note": "测试",
        "content_discount": 0.5,
        "settings": {"hospital": ["医院"]},
        "exclusions": [{"id": "canteen", "any": ["食堂"], "within": ["hospital"]}],
        "rules": [{"id": "mlps", "gives": {"mlps-l3": 0.9}, "any": ["等保…测评"], "within": ["hospital"]}],
    }


def _first(file: File) -> Any:
    return file["rules"][0]


def _set(key: str, value: Any) -> Callable[[File], None]:
    return lambda file: _first(file).__setitem__(key, value)


BROKEN: dict[str, tuple[Callable[[File], None], str, str]] = {
    "unknown need": (_set("gives", {"teleport": 0.5}), "mlps", "unknown need: teleport"),
    "unknown key": (_set("colour", "red"), "mlps.colour", "unknown key"),
    "unknown key of the file": (lambda file: file.update(colour="red"), "colour", "unknown key"),
    "missing key": (lambda file: file.pop("settings"), "settings", "missing key"),
    "other version": (lambda file: file.update(schema_version=2), "schema_version", "must be 1"),
    "no needs": (_set("gives", {}), "mlps.gives", "needs 1 entries"),
    "weight of nothing": (_set("gives", {"mlps-l3": 0}), "mlps.gives.mlps-l3", "must be greater than 0"),
    "weight above 1": (_set("gives", {"mlps-l3": 2.0}), "mlps.gives.mlps-l3", "must not be above 1"),
    "no number": (_set("gives", {"mlps-l3": float("nan")}), "mlps.gives.mlps-l3", "finite"),
    "phrase of one character": (_set("any", ["保"]), "mlps.any[0]", "bad phrase: needs two characters"),
    "phrase in capitals": (_set("any", ["EDR"]), "mlps.any[0]", "must be written as it is looked for: 'edr'"),
    "phrase of full width": (_set("none", ["ｅｄｒ"]), "mlps.none[0]", "bad phrase"),
    "gap at an end": (_set("also", ["等保…"]), "mlps.also[0]", "both sides of each gap"),
    "empty phrase": (_set("title", [""]), "mlps.title[0]", "bad phrase"),
    "phrase that is a number": (_set("any", [12345]), "mlps.any[0]", "must be text"),
    "no phrase": (lambda file: _first(file).pop("any"), "mlps", "a phrase under any or title"),
    "unknown setting": (_set("within", ["ship"]), "mlps", "unknown setting: ship"),
    "unknown setting outside": (_set("outside", ["ship"]), "mlps", "unknown setting: ship"),
    "id used twice": (lambda file: file["rules"].append(deepcopy(_first(file))), "mlps", "id used 2 times"),
    "id of an exclusion": (_set("id", "canteen"), "canteen", "id used 2 times"),
    "no mapping": (lambda file: file["rules"].append("x"), "rules 2", "must be a mapping"),
    "no rules": (lambda file: file.update(rules=[]), "rules", "needs 1 entries"),
    "exclusion without words": (lambda file: file["exclusions"][0].pop("any"), "canteen.any", "missing key"),
}


def _written(file: File, directory: Path) -> Path:
    (directory / "notices.yaml").write_text(yaml.safe_dump(file, allow_unicode=True), encoding="utf-8")
    return directory


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_with_entry_and_reason(name: str, tmp_path: Path) -> None:
    break_it, entry, reason = BROKEN[name]
    file = rules_file()
    break_it(file)
    with pytest.raises(PackError) as refusal:
        load_notice_rules(NEEDS, _written(file, tmp_path))
    found = {(problem.file, problem.entry): problem.reason for problem in refusal.value.problems}
    assert ("notices.yaml", entry) in found
    assert reason in found["notices.yaml", entry].en
    assert all(problem.reason.zh for problem in refusal.value.problems)


def test_the_file_before_it_is_broken_is_taken(tmp_path: Path) -> None:
    rules = load_notice_rules(NEEDS, _written(rules_file(), tmp_path))
    assert [rule.id for rule in rules.rules] == ["mlps"]


def test_every_problem_is_named_at_once(tmp_path: Path) -> None:
    file = rules_file()
    file["rules"].append({"id": "two", "gives": {"nothing-known": 0.5}, "any": ["备份"], "within": ["ship"]})
    with pytest.raises(PackError) as refusal:
        load_notice_rules(NEEDS, _written(file, tmp_path))
    assert len(refusal.value.problems) == 2


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="missing"):
        load_notice_rules(NEEDS, tmp_path)


def test_the_shipped_rules_name_needs_of_the_shipped_catalogue() -> None:
    assert load_notice_rules(load_pack().needs).rules == shipped_rules().rules


def test_every_need_of_the_shipped_catalogue_can_be_found() -> None:
    named = {need for rule in shipped_rules().rules for need in rule.gives}
    assert load_pack().needs.keys() == named


def test_no_phrase_is_written_twice_in_a_rule() -> None:
    for rule in shipped_rules().rules:
        for phrases in (rule.any, rule.title, rule.also, rule.none):
            assert len({phrase.text for phrase in phrases}) == len(phrases), rule.id


def test_a_pack_of_ones_own_needs_no_rules_and_may_have_them(tmp_path: Path) -> None:
    load_pack(write_pack(small_pack(), tmp_path))
    load_pack(_written(rules_file(), tmp_path))
