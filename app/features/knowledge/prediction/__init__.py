"""The prediction model: how likely an organisation has a need, and why. Pure functions.

Why it is built this way, with formulas and constants: docs/decisions/prediction.md.
"""

from dataclasses import replace
from datetime import date
from functools import cached_property, lru_cache

from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.prediction.counting import Counts
from app.features.knowledge.prediction.evidence import NO_EVIDENCE, Evidence
from app.features.knowledge.prediction.priors import (
    FALLBACK_INDUSTRY,
    UNLISTED_WEIGHT,
    Kind,
    NeedPrior,
    kind_of,
    priors_of,
    unlisted,
)
from app.features.knowledge.prediction.reasoning import reasons_for
from app.features.knowledge.prediction.terms import (
    Confidence,
    LikelihoodWord,
    Prediction,
    Profile,
    Reason,
    ReasonKind,
    confidence_label,
    likelihood_label,
    word_for,
)
from app.features.knowledge.prediction.weighing import Weighed, weigh
from app.features.knowledge.prediction.what_if import what_would_change

__all__ = [
    "Confidence",
    "LikelihoodWord",
    "Prediction",
    "Profile",
    "Reason",
    "ReasonKind",
    "confidence_label",
    "likelihood_label",
    "predict",
    "word_for",
]

_TELLING_FACT = 0.5  # log-odds
_MANY_COMPARABLES = 20
# A need that the authors do not list is expected of a kind of organisation when its like have bought it so
# often that the estimate reaches this.
EXPECTED_FROM = 0.10
_NARROW_LEVELS = {"sub_industry", "level", "region"}


def predict(
    catalogue: Catalogue, profile: Profile, evidence: Evidence = NO_EVIDENCE, *, today: date
) -> tuple[Prediction, ...]:
    """Every need there is a reason to expect, most likely first; evidence on unknown needs is ignored."""
    kind = kind_of(catalogue, profile)
    its_like = evidence.of_its_like
    group = Profile("", kind.industry, kind.sub_industry, kind.level)
    if its_like != NO_EVIDENCE:
        group = replace(group, province=profile.province)
    known = _known_of(catalogue, kind, group, its_like, today)
    own = {need: part for need, part in evidence.of_this_one.by_need().items() if need in catalogue.needs}
    if not own:
        return known.predictions
    others = [known.prediction(need) for need in known.priors.keys() - own.keys()]
    return _best_first([*others, *(known.moved_by(need, part) for need, part in own.items())])


class _Known:
    """What is said of any organisation of a kind and place; of each need when it is first asked for."""

    def __init__(
        self, catalogue: Catalogue, kind: Kind, group: Profile, its_like: Evidence, today: date
    ) -> None:
        self._catalogue, self._kind, self._group, self._today = catalogue, kind, group, today
        self._counts = counts = Counts(catalogue, group, its_like)
        self._said: dict[str, Prediction] = {}
        self.priors = dict(priors_of(catalogue, kind))
        self.priors |= {
            need: unlisted(need)
            for need in counts.needs - self.priors.keys()
            if counts.likelihood(need, UNLISTED_WEIGHT) >= EXPECTED_FROM
        }

    @cached_property
    def predictions(self) -> tuple[Prediction, ...]:
        """Of one of which nothing else is known."""
        return _best_first([self.prediction(need) for need in self.priors])

    def prediction(self, need: str) -> Prediction:
        if need not in self._said:
            self._said[need] = self.moved_by(need, NO_EVIDENCE)
        return self._said[need]

    def moved_by(self, need: str, own: Evidence) -> Prediction:
        """`own` is what is known of the organisation itself, of this need alone."""
        prior = self.priors.get(need) or unlisted(need)
        evidence = Evidence(self._counts.of(need), own.facts, own.peers, own.feedback)
        weighed = weigh(prior.weight, evidence, today=self._today)
        return Prediction(
            need=need,
            likelihood=weighed.likelihood,
            word=word_for(weighed.likelihood),
            reasons=reasons_for(
                prior,
                weighed,
                kind=self._kind,
                group=self._group,
                catalogue=self._catalogue,
                today=self._today,
            ),
            would_change=what_would_change(
                prior, weighed, kind=self._kind, catalogue=self._catalogue, today=self._today
            ),
            confidence=_confidence(prior, weighed, self._kind),
        )


# Remembered by what was counted, so that none is stale; few, for each takes as much memory as a page.
_known_of = lru_cache(maxsize=64)(_Known)


def _best_first(predictions: list[Prediction]) -> tuple[Prediction, ...]:
    return tuple(sorted(predictions, key=lambda prediction: (-prediction.likelihood, prediction.need)))


def _confidence(prior: NeedPrior, weighed: Weighed, kind: Kind) -> Confidence:
    if any(effect >= _TELLING_FACT for _, effect in weighed.facts):
        return "high"
    narrow = [count for count, _ in weighed.comparables if count.level in _NARROW_LEVELS]
    if any(count.organisations * count.visibility >= _MANY_COMPARABLES for count in narrow):
        return "high"
    return "low" if kind.industry == FALLBACK_INDUSTRY or prior.origin != "rule" else "medium"
