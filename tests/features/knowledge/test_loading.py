"""The loader takes a whole pack or refuses it whole, naming file, entry and reason."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from app.features.knowledge.errors import PackError
from app.features.knowledge.loading import load_pack
from tests.features.knowledge.small_pack import Pack, small_pack, write_pack


def _problems(pack: Pack, directory: Path) -> list[tuple[str, str, str]]:
    with pytest.raises(PackError) as refusal:
        load_pack(write_pack(pack, directory))
    assert all(problem.reason.zh and problem.reason.en for problem in refusal.value.problems)
    return [(problem.file, problem.entry, problem.reason.en) for problem in refusal.value.problems]


def _at(pack: Pack, path: str) -> Any:
    file, *keys = path.split("|")
    value = pack[file]
    for key in keys:
        value = value[int(key) if key.lstrip("-").isdigit() else key]
    return value


def _set(path: str, key: str, value: Any) -> Callable[[Pack], None]:
    return lambda pack: _at(pack, path).__setitem__(key, value)


def _drop(path: str, key: Any) -> Callable[[Pack], None]:
    return lambda pack: _at(pack, path).__delitem__(key)


def _append(path: str, value: Any) -> Callable[[Pack], None]:
    return lambda pack: _at(pack, path).append(value)


def _repeat(path: str) -> Callable[[Pack], None]:
    return lambda pack: _at(pack, path).append(deepcopy(_at(pack, path)[0]))


NEED = "needs.yaml|needs|0"
REGULATION = "regulations.yaml|regulations|0"
MAPPING = "industry_needs.yaml|mappings|0"
SOLUTION = "solutions.yaml|solutions|0"

BROKEN = {
    "unknown key": (_set(NEED, "colour", "red"), "needs.yaml", "mlps-l3.colour", "unknown key"),
    "unknown header key": (_set("needs.yaml", "colour", "red"), "needs.yaml", "colour", "unknown key"),
    "missing key": (_drop(NEED, "owner_role"), "needs.yaml", "mlps-l3.owner_role", "missing key"),
    "wrong type": (_set(NEED, "title_zh", 3), "needs.yaml", "mlps-l3.title_zh", "must be text: 3"),
    "row no mapping": (_append("needs.yaml|needs", "x"), "needs.yaml", "entry 4", "must be a mapping"),
    "blank text": (_set(NEED, "title_en", " "), "needs.yaml", "mlps-l3.title_en", "badly formed"),
    "unknown category": (_set(NEED, "category", "fun"), "needs.yaml", "mlps-l3.category", "must be 'it'"),
    "unknown kind": (_set(REGULATION, "kind", "poem"), "regulations.yaml", "csl.kind", "must be 'law'"),
    "bad date": (
        _set(REGULATION, "effective_date", "2017-02-30"),
        "regulations.yaml",
        "csl.effective_date",
        "date",
    ),
    "bad date form": (
        _set(REGULATION, "effective_date", "2017"),
        "regulations.yaml",
        "csl.effective_date",
        "date",
    ),
    "source not a URL": (
        _set(REGULATION, "source_url", "javascript:1"),
        "regulations.yaml",
        "csl.source_url",
        "bad",
    ),
    "weight above 1": (
        _set(MAPPING, "weight", 1.5),
        "industry_needs.yaml mappings",
        "entry 1.weight",
        "above 1",
    ),
    "weight NaN": (
        _set(MAPPING, "weight", float("nan")),
        "industry_needs.yaml mappings",
        "entry 1.weight",
        "finite",
    ),
    "weight a flag": (
        _set(MAPPING, "weight", True),
        "industry_needs.yaml mappings",
        "entry 1.weight",
        "a number",
    ),
    "budget upside down": (
        _set(f"{NEED}|budget_cny", "low", 300),
        "needs.yaml",
        "mlps-l3.budget_cny",
        "low above high: 300 > 200",
    ),
    "budget not an estimate": (
        _set(f"{NEED}|budget_cny", "estimate", False),
        "needs.yaml",
        "mlps-l3.budget_cny.estimate",
        "must be True",
    ),
    "case passed off as real": (
        _set(f"{SOLUTION}|typical_case", "illustrative", False),
        "solutions.yaml",
        "sol-a.typical_case.illustrative",
        "must be True",
    ),
    "bad pattern": (
        _set("industries.yaml|industries|0|name_patterns|0", "pattern", "医院("),
        "industries.yaml",
        "healthcare.name_patterns[0].pattern",
        "bad regular expression: missing )",
    ),
    "bad conflict pattern": (
        _set("industries.yaml|matching|conflict_rules|0", "pattern", "["),
        "industries.yaml",
        "matching.conflict_rules[0].pattern",
        "bad regular expression",
    ),
    "duplicate need": (_repeat("needs.yaml|needs"), "needs.yaml", "mlps-l3", "id used 2 times"),
    "duplicate sub-industry": (
        _repeat("industries.yaml|industries|0|sub_industries"),
        "industries.yaml healthcare",
        "hospital",
        "used 2 times",
    ),
    "duplicate mapping": (
        _repeat("industry_needs.yaml|mappings"),
        "industry_needs.yaml mappings",
        "healthcare/-/-/mlps-l3",
        "used 2",
    ),
    "no fallback industry": (
        _drop("industries.yaml|industries", 2),
        "industries.yaml",
        "other",
        "the fallback industry is missing",
    ),
    "unknown regulation": (
        _append(f"{NEED}|driver_regulations", "gone"),
        "needs.yaml",
        "mlps-l3",
        "unknown regulation: gone",
    ),
    "unknown need": (
        _set(MAPPING, "need", "gone"),
        "industry_needs.yaml mappings",
        "healthcare/-/-/gone",
        "unknown need",
    ),
    "unknown level": (
        _set(MAPPING, "level", "branch"),
        "industry_needs.yaml mappings",
        "healthcare/-/branch/mlps-l3",
        "unknown level",
    ),
    "unknown industry of a regulation": (
        _append(f"{REGULATION}|industries", "space"),
        "regulations.yaml",
        "csl",
        "unknown industry: space",
    ),
    "unknown industry of a rule": (
        _append("industries.yaml|matching|conflict_rules|0|over", "space"),
        "industries.yaml conflict_rules",
        "医院$",
        "unknown industry: space",
    ),
    "need nobody solves": (
        _drop(f"{SOLUTION}|need_ids", 1),
        "needs.yaml",
        "data-backup",
        "no solution names this need",
    ),
    "no English": (_drop("en/needs-2.yaml", "data-backup"), "en/needs-*.yaml", "data-backup", "missing text"),
    "no English reason": (_drop("en/reasons.yaml", "县域"), "en/reasons.yaml", "县域", "missing text"),
    "surplus English": (_set("en/reasons.yaml", "旧句", "Old"), "en/reasons.yaml", "旧句", "surplus text"),
    "English of one need twice": (
        _set("en/needs-2.yaml", "mlps-l3", small_pack()["en/needs-1.yaml"]["mlps-l3"]),
        "en/needs-2.yaml",
        "mlps-l3",
        "already in another file",
    ),
    "list lengths differ": (
        _append("en/solutions.yaml|sol-a|outline", "6"),
        "en/solutions.yaml",
        "sol-a.outline",
        "5 entries in Chinese, 6 in English",
    ),
    "note in one language": (
        _set("en/regulations.yaml|csl", "note", "Amended"),
        "en/regulations.yaml",
        "csl.note",
        "one language only",
    ),
    "no limits of use": (
        _drop("when_not_to.yaml|when_not_to", "sol-b"),
        "when_not_to.yaml",
        "sol-b",
        "missing text",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_refuses_a_broken_pack_with_file_entry_and_reason(case: str, tmp_path: Path) -> None:
    break_it, file, entry, reason = BROKEN[case]
    pack = small_pack()
    break_it(pack)
    found = _problems(pack, tmp_path)
    assert any(f == file and e == entry and reason in r for f, e, r in found), found


def test_reports_all_problems_of_all_files_together(tmp_path: Path) -> None:
    pack = small_pack()
    _set(NEED, "colour", "red")(pack)
    _set(REGULATION, "kind", "poem")(pack)
    _append("needs.yaml|needs|1|driver_regulations", "gone")(pack)
    pack["en/reasons.yaml"].pop("县域")
    files = [file for file, _, _ in _problems(pack, tmp_path)]
    assert files == ["needs.yaml", "regulations.yaml", "needs.yaml", "en/reasons.yaml"]


def test_a_refused_row_brings_no_second_complaint(tmp_path: Path) -> None:
    pack = small_pack()
    _set("industries.yaml|industries|0", "colour", "red")(pack)
    assert _problems(pack, tmp_path) == [("industries.yaml", "healthcare.colour", "unknown key")]


def test_a_file_that_is_none_of_the_pack_is_refused(tmp_path: Path) -> None:
    assert _problems(small_pack() | {"en/needs-4.yaml": {}}, tmp_path) == [
        ("en/needs-4.yaml", "", "not a file of the pack")
    ]


def test_a_sound_small_pack_loads_with_its_links(tmp_path: Path) -> None:
    catalogue = load_pack(write_pack(small_pack(), tmp_path))
    need = catalogue.needs["mlps-l3"]
    assert [outline.slug for outline in catalogue.outlines_of_need["mlps-l3"]] == ["sol-a"]
    assert [n.slug for n in catalogue.needs_of_regulation["bank-rule"]] == ["mlps-l3"]
    assert [r.slug for r in catalogue.drivers_of(need, "healthcare")] == ["csl"]
    assert need.discovery_questions[0].zh == "问一"
    assert need.discovery_questions[0].en == "One?"


def test_the_shipped_pack_is_sound() -> None:
    catalogue = load_pack()
    assert len(catalogue.industries) == 15
    assert len(catalogue.needs) >= 180
    assert all(outline.when_not_to for outline in catalogue.outlines.values())


def test_the_version_follows_content_and_not_layout(tmp_path: Path) -> None:
    pack = small_pack()
    plain = load_pack(write_pack(pack, tmp_path / "a")).version
    pack["needs.yaml"] = "# remark\n" + (tmp_path / "a" / "needs.yaml").read_text(encoding="utf-8")
    assert load_pack(write_pack(pack, tmp_path / "b")).version == plain
    pack["regulations.yaml"]["regulations"][0]["obligation"] = "另一条"
    assert load_pack(write_pack(pack, tmp_path / "c")).version != plain
