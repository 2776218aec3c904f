from collections import Counter
from importlib import resources

import pytest

from search.analysis.famous import expand, famous
from search.analysis.normalise import normalise


@pytest.mark.parametrize(
    ("typed", "full"),
    [
        ("工行", "中国工商银行股份有限公司"),
        ("icbc", "中国工商银行股份有限公司"),
        ("北大", "北京大学"),
        ("协和", "北京协和医院"),
        ("国网", "国家电网有限公司"),
    ],
)
def test_expands_a_whole_short_form(typed: str, full: str) -> None:
    found = expand(typed)
    assert found is not None
    assert (found.full, found.whole) == (full, True)


def test_expands_the_beginning_of_a_longer_name() -> None:
    found = expand("工行北京分行")
    assert found is not None
    assert (found.full, found.whole) == ("中国工商银行北京分行", False)


@pytest.mark.parametrize("typed", ["", "北", "昆明市第一中学", "icbcx"])
def test_leaves_other_text_alone(typed: str) -> None:
    assert expand(typed) is None


def test_the_table_is_in_order() -> None:
    lines = (resources.files("search.analysis") / "data" / "famous.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    assert all(len(row) == 2 and all(part == part.strip() != "" for part in row) for row in rows)
    assert [
        short for short, count in Counter(normalise(short) for short, _ in rows).items() if count > 1
    ] == []
    assert len(famous()) >= 300
