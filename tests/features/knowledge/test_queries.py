"""Single things of the pack with their links, both ways."""

from collections.abc import Callable
from typing import Any

import pytest

from app.features.knowledge import queries
from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.loading import load_pack
from app.kit.errors import Invalid, NotFound
from tests.features.knowledge.small_pack import small_pack, write_pack


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return load_pack(write_pack(small_pack(), tmp_path_factory.mktemp("pack")))


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_pack()


def test_an_industry_lists_its_needs_strongest_first(small: Catalogue) -> None:
    view = queries.industry(small, "healthcare")
    assert [(need.slug, rule.weight, rule.level) for need, rule in view.needs] == [
        ("mlps-l3", 0.8, "tertiary"),
        ("data-backup", 0.4, None),
    ]
    assert [regulation.slug for regulation in view.regulations] == ["csl"]
    finance = queries.industry(small, "finance")
    assert [regulation.slug for regulation in finance.regulations] == ["bank-rule", "csl"]


def test_a_need_tells_where_it_matters_most(small: Catalogue) -> None:
    view = queries.need(small, "data-backup")
    assert [(industry.code, rule.weight) for industry, rule in view.industries] == [
        ("finance", 0.6),
        ("healthcare", 0.4),
        ("other", 0.3),
    ]
    assert [outline.slug for outline in view.outlines] == ["sol-a"]
    assert [regulation.slug for regulation in view.regulations] == ["csl"]


def test_a_regulation_tells_whom_it_binds_and_what_it_drives(small: Catalogue) -> None:
    rule = queries.regulation(small, "bank-rule")
    assert ([need.slug for need in rule.needs], [i.code for i in rule.industries]) == (
        ["mlps-l3"],
        ["finance"],
    )
    law = queries.regulation(small, "csl")
    assert law.industries == ()
    assert [need.slug for need in law.needs] == ["mlps-l3", "data-backup", "smart-ward"]


def test_an_outline_names_other_routes_to_the_same_needs(shipped: Catalogue) -> None:
    view = queries.outline(shipped, "sol-mlps-l3")
    assert [need.slug for need in view.needs] == list(view.outline.needs)
    assert view.outline not in view.others
    shared = [len(set(other.needs) & set(view.outline.needs)) for other in view.others]
    assert shared == sorted(shared, reverse=True)
    assert min(shared) >= 1


def test_lists_are_filtered(small: Catalogue) -> None:
    assert [need.slug for need in queries.needs(small, category="business")] == ["smart-ward"]
    assert [need.slug for need in queries.needs(small, industry_code="other")] == ["data-backup"]
    assert [rule.slug for rule in queries.regulations(small, industry_code="healthcare")] == ["csl"]
    assert queries.regulations(small, kind="standard") == ()
    assert [industry.code for industry in queries.industries(small)] == ["healthcare", "finance", "other"]
    assert [outline.slug for outline in queries.outlines(small)] == ["sol-a", "sol-b"]


@pytest.mark.parametrize(
    ("query", "zh"),
    [
        (queries.industry, "没有这个行业：x"),
        (queries.need, "没有这个需求：x"),
        (queries.regulation, "没有这个法规标准：x"),
        (queries.outline, "没有这个方案提纲：x"),
    ],
)
def test_unknown_slugs_are_refused_in_both_languages(
    small: Catalogue, query: Callable[[Catalogue, str], Any], zh: str
) -> None:
    with pytest.raises(NotFound) as refusal:
        query(small, "x" * 5000)
    assert refusal.value.message.zh.startswith(zh)
    assert len(refusal.value.message.zh) < 120
    assert refusal.value.message.en.startswith("No such ")


@pytest.mark.parametrize("listing", [queries.needs, queries.regulations])
def test_an_unknown_industry_to_filter_by_is_refused_with_those_there_are(
    small: Catalogue, listing: Callable[..., Any]
) -> None:
    with pytest.raises(Invalid) as refusal:
        listing(small, industry_code="x" * 5000)
    assert refusal.value.field == "industry"
    assert refusal.value.message.en == "No such industry code; there are: healthcare, finance, other"


def test_every_thing_of_the_shipped_pack_can_be_opened(shipped: Catalogue) -> None:
    for code in shipped.industries:
        assert len(queries.industry(shipped, code).needs) >= 10
    for slug in shipped.needs:
        view = queries.need(shipped, slug)
        assert view.outlines
    for slug in shipped.regulations:
        assert queries.regulation(shipped, slug).regulation.slug == slug
    for slug in shipped.outlines:
        assert queries.outline(shipped, slug).needs
