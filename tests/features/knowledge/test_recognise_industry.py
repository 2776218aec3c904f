"""How words become a score, on rules made for the test."""

import re

import pytest

from app.features.knowledge.catalogue import Catalogue, ConflictRule, Industry, NamePattern, PackNotes
from app.features.knowledge.loading import load_pack
from app.features.knowledge.recognise.industry import read_industries
from app.kit.text import Text


def industry(code: str, *patterns: tuple[str, float]) -> Industry:
    rules = tuple(NamePattern(re.compile(pattern), weight) for pattern, weight in patterns)
    return Industry(code, Text(code, code), (), (), rules)


@pytest.fixture(scope="module")
def notes() -> PackNotes:
    return load_pack().notes


def catalogue(notes: PackNotes, industries: list[Industry], *rules: ConflictRule) -> Catalogue:
    by_code = {one.code: one for one in industries}
    return Catalogue("test", by_code, tuple(rules), {}, {}, {}, (), (), notes)


def scores(text: str, pack: Catalogue) -> dict[str, float]:
    return {reading.value: reading.confidence for reading in read_industries(text, pack)}


def test_the_strongest_hit_counts_and_further_ones_add_a_little(notes: PackNotes) -> None:
    pack = catalogue(notes, [industry("energy", ("电力", 0.9), ("煤", 0.6), ("油", 0.5))])
    assert scores("煤电力", pack) == {"energy": 0.92}
    assert scores("电力", pack) == {"energy": 0.9}
    assert scores("水", pack) == {}


def test_a_score_never_reaches_certainty(notes: PackNotes) -> None:
    pack = catalogue(notes, [industry("energy", ("电", 0.98), ("力", 0.6), ("网", 0.6))])
    assert scores("电力网", pack) == {"energy": 0.99}


def test_in_a_company_name_an_earlier_word_is_only_the_object(notes: PackNotes) -> None:
    pack = catalogue(notes, [industry("energy", ("石油", 0.9)), industry("manufacturing", ("机械", 0.85))])
    assert scores("石油机械有限公司", pack) == {"manufacturing": 0.85, "energy": 0.75}
    assert scores("石油机械", pack) == {"energy": 0.9, "manufacturing": 0.85}


def test_the_last_place_of_a_repeated_word_counts(notes: PackNotes) -> None:
    pack = catalogue(notes, [industry("energy", ("油", 0.9)), industry("manufacturing", ("机械", 0.85))])
    assert scores("油机械油公司", pack) == {"energy": 0.9, "manufacturing": 0.7}


def test_a_conflict_rule_drops_and_raises_in_order(notes: PackNotes) -> None:
    pack = catalogue(
        notes,
        [industry("government", ("局", 0.75)), industry("transport", ("交通", 0.9))],
        ConflictRule(re.compile("交通局$"), "government", frozenset({"transport"})),
    )
    assert scores("交通局", pack) == {"government": 0.95}
    assert scores("交通局车队", pack) == {"transport": 0.9, "government": 0.75}


def test_a_conflict_rule_may_only_drop(notes: PackNotes) -> None:
    rule = ConflictRule(re.compile("公司$"), None, frozenset({"government"}))
    pack = catalogue(notes, [industry("government", ("税务", 0.9))], rule)
    assert scores("税务公司", pack) == {}


def test_a_rule_names_the_word_it_is_about(notes: PackNotes) -> None:
    pack = catalogue(notes, [industry("technology", ("^(?!.*大学).*(?P<word>研究院)$", 0.9))])
    (reading,) = read_industries("某某市建筑研究院", pack)
    assert reading.rule == Text(zh='名称主体以"研究院"结尾', en='the name proper ends with "研究院"')
    assert scores("某某大学研究院", pack) == {}
