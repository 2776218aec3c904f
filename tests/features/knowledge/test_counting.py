"""Counts of groups, need by need: what becomes of the text they are read as."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.features.knowledge.loading import load_pack
from app.features.knowledge.prediction.counting import Counts
from app.features.knowledge.prediction.evidence import (
    CompanyAggregate,
    ComparableCount,
    ComparableLevel,
    Evidence,
    GroupCounts,
    Groups,
)
from app.features.knowledge.prediction.terms import Profile
from app.features.knowledge.prediction.weighing import weigh

CATALOGUE = load_pack()
HOSPITAL = Profile("", "healthcare", "tertiary_hospital", "tertiary_a", "北京市")
NEED, LISTED = "emr-upgrade", "mlps-l3"
LEVELS: tuple[ComparableLevel, ...] = ("all", "industry", "region")
NEEDS = sorted(CATALOGUE.needs)


def group(level: ComparableLevel, organisations: int, **having: int) -> GroupCounts:
    counts = json.dumps({"": organisations} | {need.replace("_", "-"): n for need, n in having.items()})
    return GroupCounts(level, organisations, 3, counts, href="/facts?need={need}&level=" + level)


def counts_of(*groups: GroupCounts, single: tuple[ComparableCount, ...] = ()) -> Counts:
    evidence = Evidence(single, groups=Groups(groups, uncounted=frozenset({"siem-soc"})))
    return Counts(CATALOGUE, HOSPITAL, evidence)


def test_each_group_tells_what_the_next_narrower_holds_of_it() -> None:
    counts = counts_of(group("all", 90, emr_upgrade=20), group("region", 9, emr_upgrade=4))
    wide, narrow = counts.of(NEED)
    assert (wide.level, wide.with_need, wide.organisations, wide.told_narrower) == ("all", 20, 90, (9, 4))
    assert (narrow.level, narrow.with_need, narrow.told_narrower) == ("region", 4, (0, 0))
    assert (narrow.href, narrow.years) == ("/facts?need=emr-upgrade&level=region", 3)


def test_a_listed_need_that_nobody_showed_is_counted_as_none() -> None:
    (count,) = counts_of(group("industry", 9, emr_upgrade=4)).of(LISTED)
    assert (count.with_need, count.organisations, count.href) == (0, 9, None)


@pytest.mark.parametrize("need", ["data-backup-nobody-knows", "siem-soc", ""])
def test_of_what_is_no_countable_need_nothing_is_told(need: str) -> None:
    told = {need: 3, NEED: 4}
    counts = counts_of(GroupCounts("industry", 9, 3, json.dumps(told), href=""))
    assert counts.of(need) == ()
    assert need not in counts.needs
    assert NEED in counts.needs


def test_an_unlisted_need_counts_where_more_than_the_widest_group_shows_it() -> None:
    unlisted = next(need for need in NEEDS if need not in counts_of(group("all", 9)).needs)
    shown = {unlisted.replace("-", "_"): 3}
    assert unlisted not in counts_of(group("all", 9, **shown), group("region", 5)).needs
    counts = counts_of(group("all", 9, **shown), group("region", 5, **shown))
    assert [count.with_need for count in counts.of(unlisted)] == [3, 3]


def test_counts_that_meet_while_they_are_renewed_fail_nobody() -> None:
    counts = counts_of(group("all", 8, emr_upgrade=9), group("industry", 10, emr_upgrade=10))
    assert [(count.with_need, count.told_narrower) for count in counts.of(NEED)] == [
        (8, (8, 8)),
        (10, (0, 0)),
    ]


def test_single_counts_come_after_those_of_groups() -> None:
    claimed = ComparableCount(NEED, "industry", 30, 10, 3, CompanyAggregate(5, 0.3, 0.5))
    assert counts_of(group("region", 9, emr_upgrade=4), single=(claimed,)).of(NEED)[1:] == (claimed,)
    assert counts_of(single=(claimed,)).of(NEED) == (claimed,)


@given(st.data(), st.floats(0.02, 0.95))
def test_the_quick_estimate_is_that_of_weighing(data: st.DataObject, weight: float) -> None:
    sizes = sorted(data.draw(st.lists(st.integers(5, 500), min_size=3, max_size=3)), reverse=True)
    groups = tuple(
        group(level, size, **{NEED.replace("-", "_"): data.draw(st.integers(0, size))})
        for level, size in zip(LEVELS, sizes, strict=True)
    )
    counts = counts_of(*groups)
    weighed = weigh(weight, Evidence(counts.of(NEED)), today=date(2026, 11, 22))
    assert counts.likelihood(NEED, weight) == weighed.likelihood
