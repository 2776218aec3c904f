"""From the likelihood of a need to the chance of a notice: a need is seen where somebody announces it.

What shows of a need in an industry is what its notices of the training part say, held against what the
model expects there of the need, as far as it was seen often enough; else what shows of its category. Who
announced a need before announces it again more readily than its like. Both weights were chosen on the two
stages of the training part (`docs/decisions/prediction.md`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from app.features.knowledge.catalogue import CATEGORIES, Catalogue, Category
from app.features.knowledge.prediction.evidence import ComparableCount
from app.features.knowledge.prediction.priors import kind_of
from app.features.knowledge.prediction.visibility import expected_needs
from benchmarks.prediction_cases import Case
from benchmarks.prediction_scores import UNMENTIONED, Scores

_CATEGORY = 10.0  # expected needs' worth of the category, in what shows of a need
_INDUSTRY = 4.0  # occasions' worth of the industry, where the organisation announced the need before
_SEEN_AS_ALL = 3.0  # notices' worth of all categories, in what shows of one


def chances_of_notice(catalogue: Catalogue, case: Case, likelihoods: Scores, of_its_like: Scores) -> Scores:
    """`of_its_like`: the likelihoods without what is known of the organisation itself."""
    counts = _counts_of(catalogue, case)
    organisations = max((count.organisations for count in counts), default=0)
    if not organisations:
        return likelihoods
    with_need = {count.need: count.with_need for count in counts}
    of_category = _shares_of_categories(catalogue, case, counts, organisations)
    chances = {}
    for need, entry in catalogue.needs.items():
        expected = organisations * of_its_like.get(need, UNMENTIONED)
        seen = with_need.get(need, 0) + _CATEGORY * of_category[entry.category]
        shown = min(1.0, seen / (expected + _CATEGORY))
        if need in case.needs_before:
            shown = (_INDUSTRY * shown + 1) / (_INDUSTRY + 1)
        chances[need] = likelihoods.get(need, UNMENTIONED) * shown
    return chances


def _counts_of(catalogue: Catalogue, case: Case) -> Sequence[ComparableCount]:
    counts = case.counts(catalogue)
    return [count for count in counts if count.level == "industry"] or [
        count for count in counts if count.level == "all"
    ]


def _shares_of_categories(
    catalogue: Catalogue, case: Case, counts: Sequence[ComparableCount], organisations: int
) -> Mapping[Category, float]:
    """Security is needed more often than it is announced."""
    expected = expected_needs(catalogue, kind_of(catalogue, case.profile))
    shown = Counter[Category]()
    for count in counts:
        shown[catalogue.needs[count.need].category] += count.with_need
    of_all = max(shown.total(), 1) / (organisations * sum(expected.values()))
    return {
        category: (shown[category] + _SEEN_AS_ALL)
        / (organisations * expected.get(category, 0.0) + _SEEN_AS_ALL / of_all)
        for category in CATEGORIES
    }
