"""How much of what organisations need shows in public notices at all.

A notice that was not collected is not a need that is absent. So counts are read relative to each other: if
all notices of a group show one need for every ten that its priors expect, a tenth is visible, and a need
that a twentieth of the group bought is taken for a need of half of it.
"""

from functools import lru_cache

from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.prediction.priors import kind_of, priors_of
from app.features.knowledge.prediction.terms import Profile

LEAST_VISIBLE = 0.001


@lru_cache(maxsize=1024)
def expected_needs(catalogue: Catalogue, profile: Profile) -> float:
    """How many needs the priors expect an organisation like this one to have."""
    return sum(prior.weight for prior in priors_of(catalogue, kind_of(catalogue, profile)).values())


def visibility(expected: float, shown: int, organisations: int) -> float:
    """`shown`: needs that the `organisations` of a group showed, all needs together."""
    if not expected or not organisations:
        return 1.0
    return min(1.0, max(LEAST_VISIBLE, shown / (organisations * expected)))
