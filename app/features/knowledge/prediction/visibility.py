"""How much of what organisations need shows in public notices at all.

A notice that was not collected is not a need that is absent. So counts are read relative to each other: if
all notices of a group show one need for every ten that its priors expect, a tenth is visible, and a need
that a twentieth of the group bought is taken for a need of half of it. Collections favour some categories
of needs; half of that (on the scale of logarithms) is taken for a habit of the collectors.
"""

from collections.abc import Mapping
from functools import lru_cache
from math import sqrt

from app.features.knowledge.catalogue import CATEGORIES, Catalogue, Category
from app.features.knowledge.prediction.priors import Kind, priors_of

LEAST_VISIBLE = 0.001


def visibilities(
    catalogue: Catalogue, kind: Kind, organisations: int, with_need: Mapping[str, int]
) -> Mapping[Category, float]:
    """For needs of each category, in (0, 1]; `with_need`: how many of a group showed each need."""
    expected = expected_needs(catalogue, kind)
    shown: dict[Category, int] = dict.fromkeys(CATEGORIES, 0)
    for need, having in with_need.items():
        if entry := catalogue.needs.get(need):
            shown[entry.category] += having
    of_all = _visible(sum(shown.values()), organisations * sum(expected.values()))
    return {
        category: sqrt(of_all * _visible(shown[category], organisations * expected[category]))
        if expected.get(category)
        else of_all
        for category in CATEGORIES
    }


@lru_cache(maxsize=1024)
def expected_needs(catalogue: Catalogue, kind: Kind) -> Mapping[Category, float]:
    """How many needs of each category the priors expect one organisation of the kind to have."""
    expected: dict[Category, float] = {}
    for need, prior in priors_of(catalogue, kind).items():
        category = catalogue.needs[need].category
        expected[category] = expected.get(category, 0.0) + prior.weight
    return expected


def _visible(shown: float, expected: float) -> float:
    return min(1.0, max(LEAST_VISIBLE, shown / expected)) if expected else 1.0
