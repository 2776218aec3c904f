"""The assembled answer: top needs, what binds, how to go about it, what to ask."""

from datetime import date
from pathlib import Path

import pytest

from app.features.knowledge.briefing import LEAST_LIKELY, Briefing, brief
from app.features.knowledge.catalogue import CATEGORIES, Catalogue
from app.features.knowledge.loading import load_pack
from app.features.knowledge.prediction import Profile, predict
from tests.features.knowledge.small_pack import small_pack, write_pack

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_pack()


def _briefing(catalogue: Catalogue, profile: Profile) -> Briefing:
    return brief(catalogue, profile, predict(catalogue, profile, today=TODAY))


def test_answers_for_a_hospital(shipped: Catalogue) -> None:
    answer = _briefing(shipped, Profile("某医院", "healthcare", "tertiary_hospital", "tertiary_a"))
    assert [need.slug for need, _ in answer.top] == [prediction.need for prediction in answer.predictions[:3]]
    assert tuple(answer.by_category) == CATEGORIES
    assert all(answer.by_category[category] for category in CATEGORIES)
    for category, pairs in answer.by_category.items():
        assert {need.category for need, _ in pairs} == {category}
    assert sum(len(pairs) for pairs in answer.by_category.values()) == len(answer.predictions)
    assert [need for need, _ in answer.routes] == [need for need, _ in answer.top]
    assert all(outlines for _, outlines in answer.routes)
    assert all(3 <= len(questions) <= 5 for _, questions in answer.questions)


def test_regulations_bind_the_customer_and_drive_likely_needs(shipped: Catalogue) -> None:
    answer = _briefing(shipped, Profile("某医院", "healthcare"))
    likely = {p.need: p.likelihood for p in answer.predictions if p.likelihood >= LEAST_LIKELY}
    sums = []
    for regulation, needs in answer.regulations:
        assert regulation.binds("healthcare")
        assert needs
        assert all(regulation.slug in need.drivers and need.slug in likely for need in needs)
        sums.append(sum(likely[need.slug] for need in needs))
    assert sums == sorted(sums, reverse=True)


def test_routes_of_the_customers_industry_come_first(tmp_path: Path) -> None:
    pack = small_pack()
    other = pack["solutions.yaml"]["solutions"][1]
    other["need_ids"].append("mlps-l3")
    other["typical_case"]["industry"] = "finance"
    small = load_pack(write_pack(pack, tmp_path))

    def first_routes(industry: str) -> list[str]:
        return [outline.slug for outline in _briefing(small, Profile("甲", industry)).routes[0][1]]

    assert first_routes("finance") == ["sol-b", "sol-a"]
    assert first_routes("healthcare") == ["sol-a", "sol-b"]


def test_unlikely_needs_bring_no_obligations(tmp_path: Path) -> None:
    pack = small_pack()
    pack["industry_needs.yaml"]["mappings"][6]["weight"] = 0.2  # data-backup, driven by the same law
    small = load_pack(write_pack(pack, tmp_path))
    answer = _briefing(small, Profile("某某", "other"))
    driven = [(regulation.slug, [need.slug for need in needs]) for regulation, needs in answer.regulations]
    assert driven == [("csl", ["mlps-l3"])]


def test_a_nameless_company_still_gets_an_answer(shipped: Catalogue) -> None:
    answer = _briefing(shipped, Profile("某某", "other"))
    assert len(answer.top) == 3
    assert answer.routes
    assert answer.notes.budget.zh


def test_routes_made_for_another_industry_come_last_and_are_named(shipped: Catalogue) -> None:
    answer = _briefing(shipped, Profile("某医院", "healthcare"))
    routes = {need.slug: [outline.slug for outline in outlines] for need, outlines in answer.routes}
    assert routes["mlps-l3"] == ["sol-mlps-l3", "sol-power-protection"]
    assert "sol-power-protection" in answer.borrowed
    assert "sol-mlps-l3" not in answer.borrowed


def test_two_routes_are_shown_wherever_the_pack_has_them(shipped: Catalogue) -> None:
    for industry in shipped.industries:
        for need, outlines in _briefing(shipped, Profile("某单位", industry)).routes:
            assert len(outlines) >= min(2, len(shipped.outlines_of_need[need.slug]))
