"""What is counted of an organisation's like, taken apart need by need."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from app.features.knowledge.catalogue import Catalogue, Category
from app.features.knowledge.prediction.evidence import ComparableCount, Evidence, GroupCounts
from app.features.knowledge.prediction.priors import kind_of, priors_of
from app.features.knowledge.prediction.terms import Profile
from app.features.knowledge.prediction.visibility import visibilities
from app.features.knowledge.prediction.weighing import likelihood_of, logit, mean_of, shrunk


@dataclass(frozen=True, slots=True)
class _Level:
    """A group, how many of it showed each need, and of both what no narrower group holds."""

    group: GroupCounts
    having: Mapping[str, int]
    visible: Mapping[Category, float]
    alone: int
    having_alone: Mapping[str, int]


class Counts:
    """Only the counts of needs that are looked at become objects: groups have hundreds."""

    def __init__(self, catalogue: Catalogue, like: Profile, evidence: Evidence) -> None:
        """`like` is any organisation of the groups in `evidence`."""
        groups = evidence.groups
        self._category = _categories(catalogue, groups.uncounted)
        self._is_partial = groups.is_partial
        self._single = evidence.by_need()
        self._counted: set[str] = set()
        self._levels: list[_Level] = []
        if groups.counted:
            self._take_apart(catalogue, like, groups.counted)
        self.needs = self._counted | (self._single.keys() & catalogue.needs.keys())

    def _take_apart(self, catalogue: Catalogue, like: Profile, groups: tuple[GroupCounts, ...]) -> None:
        """Needs of the priors count also where no group shows them, others where one of the narrower does."""
        kind = kind_of(catalogue, like)
        self._counted = self._category.keys() & priors_of(catalogue, kind).keys()
        narrower, narrower_having = 0, dict[str, int]()
        for group in reversed(groups):
            organisations = group.organisations
            having = {need: showed for need, showed in group.having.items() if need in self._category}
            # Two counts may meet while one is renewed; nobody's page fails for it.
            if max(having.values(), default=0) > organisations:
                having = {need: min(showed, organisations) for need, showed in having.items()}
            if group.level != "all":
                self._counted |= having.keys()
            visible = visibilities(catalogue, kind, organisations, having)
            alone = max(0, organisations - narrower)
            having_alone = {
                need: max(0, showed - narrower_having.get(need, 0)) for need, showed in having.items()
            }
            self._levels.insert(0, _Level(group, having, visible, alone, having_alone))
            narrower, narrower_having = organisations, having

    def of(self, need: str) -> tuple[ComparableCount, ...]:
        """Widest group first."""
        single = self._single.get(need)
        return (*self._public(need), *(single.comparables if single else ()))

    def _public(self, need: str) -> list[ComparableCount]:
        if need not in self._counted:
            return []
        category = self._category[need]
        return [
            ComparableCount(
                need,
                level.group.level,
                level.group.organisations,
                having := level.having.get(need, 0),
                level.group.years,
                visibility=level.visible[category],
                href=level.group.href.replace("{need}", need) if having else None,
                told_narrower=(
                    level.group.organisations - level.alone,
                    having - level.having_alone.get(need, 0),
                ),
                is_partial=self._is_partial,
            )
            for level in self._levels
        ]

    def likelihood(self, need: str, weight: float) -> float:
        """What `weigh` makes of these counts alone, without a trace of what moved it."""
        if need in self._single:
            return likelihood_of(logit(mean_of(weight, self.of(need))))
        mean, category = weight, self._category[need]
        for level in self._levels:
            having = level.having_alone.get(need, 0)
            mean = shrunk(mean, level.group.level, level.alone, having, level.visible[category])
        return likelihood_of(logit(mean))


@lru_cache(maxsize=4)
def _categories(catalogue: Catalogue, uncounted: frozenset[str]) -> Mapping[str, Category]:
    """Of the needs that groups may be counted for."""
    return {slug: need.category for slug, need in catalogue.needs.items() if slug not in uncounted}
