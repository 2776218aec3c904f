"""How much of the needs shows in notices, as the counts of a group tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.features.knowledge.catalogue import CATEGORIES
from app.features.knowledge.loading import load_pack
from app.features.knowledge.prediction.priors import Kind, priors_of
from app.features.knowledge.prediction.visibility import visibilities

CATALOGUE = load_pack()
HOSPITALS = Kind("healthcare", "tertiary_hospital")
NEEDS = sorted(CATALOGUE.needs)


@given(st.integers(1, 10_000), st.dictionaries(st.sampled_from([*NEEDS, "gone"]), st.integers(0, 10_000)))
def test_visibility_is_a_share_for_every_category(organisations: int, shown: dict[str, int]) -> None:
    found = visibilities(CATALOGUE, HOSPITALS, organisations, shown)
    assert set(found) == set(CATEGORIES)
    assert all(0 < share <= 1 for share in found.values())


def test_all_that_the_priors_expect_is_all_there_is() -> None:
    shown = {need: round(1000 * prior.weight) for need, prior in priors_of(CATALOGUE, HOSPITALS).items()}
    found = visibilities(CATALOGUE, HOSPITALS, 1000, shown)
    assert found == pytest.approx(dict.fromkeys(CATEGORIES, 1.0), abs=0.01)
    tenth = visibilities(CATALOGUE, HOSPITALS, 10_000, shown)
    assert tenth == pytest.approx(dict.fromkeys(CATEGORIES, 0.1), abs=0.01)


def test_a_category_that_collectors_pass_over_is_less_visible() -> None:
    shown = {need: 100 for need in priors_of(CATALOGUE, HOSPITALS) if CATALOGUE.needs[need].category == "it"}
    found = visibilities(CATALOGUE, HOSPITALS, 1000, shown)
    assert found["network_security"] < found["it"] / 2
