"""The prediction model: how likely an organisation has a need, and why. Pure functions.

Why it is built this way, with formulas and constants: docs/decisions/prediction.md.
"""

from dataclasses import replace
from datetime import date
from functools import lru_cache

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
    group = _group(kind, profile.province if its_like != NO_EVIDENCE else None)
    expected, counts = _of_group(catalogue, kind, group, its_like, today)
    own = {need: part for need, part in evidence.of_this_one.by_need().items() if need in catalogue.needs}
    if not own:
        return expected
    priors = priors_of(catalogue, kind)
    moved = [
        _explained(
            catalogue,
            prior := priors.get(need) or unlisted(need),
            weigh(prior.weight, replace(part, comparables=counts.of(need)), today=today),
            kind=kind,
            group=group,
            today=today,
        )
        for need, part in own.items()
    ]
    return _best_first([*(prediction for prediction in expected if prediction.need not in own), *moved])


@lru_cache(maxsize=64)
def _of_group(
    catalogue: Catalogue, kind: Kind, group: Profile, its_like: Evidence, today: date
) -> tuple[tuple[Prediction, ...], Counts]:
    """For any organisation of this kind and place of which nothing else is known. Remembered by what was
    counted, so that none is stale; few, for each takes as much memory as a page."""
    counts = Counts(catalogue, group, its_like)
    priors = dict(priors_of(catalogue, kind))
    priors |= {
        need: unlisted(need)
        for need in counts.needs - priors.keys()
        if counts.likelihood(need, UNLISTED_WEIGHT) >= EXPECTED_FROM
    }
    predictions = _best_first(
        [
            _explained(
                catalogue,
                prior,
                weigh(prior.weight, Evidence(counts.of(need)), today=today),
                kind=kind,
                group=group,
                today=today,
            )
            for need, prior in priors.items()
        ]
    )
    return predictions, counts


def _group(kind: Kind, province: str | None) -> Profile:
    """What the reasons say of an organisation."""
    return Profile("", kind.industry, kind.sub_industry, kind.level, province)


def _best_first(predictions: list[Prediction]) -> tuple[Prediction, ...]:
    return tuple(sorted(predictions, key=lambda prediction: (-prediction.likelihood, prediction.need)))


def _explained(
    catalogue: Catalogue,
    prior: NeedPrior,
    weighed: Weighed,
    *,
    kind: Kind,
    group: Profile,
    today: date,
) -> Prediction:
    likelihood = weighed.likelihood
    return Prediction(
        need=prior.need,
        likelihood=likelihood,
        word=word_for(likelihood),
        reasons=reasons_for(prior, weighed, kind=kind, group=group, catalogue=catalogue, today=today),
        would_change=what_would_change(prior, weighed, kind=kind, catalogue=catalogue, today=today),
        confidence=_confidence(prior, weighed, kind),
    )


def _confidence(prior: NeedPrior, weighed: Weighed, kind: Kind) -> Confidence:
    if any(effect >= _TELLING_FACT for _, effect in weighed.facts):
        return "high"
    narrow = [count for count, _ in weighed.comparables if count.level in _NARROW_LEVELS]
    if any(count.organisations * count.visibility >= _MANY_COMPARABLES for count in narrow):
        return "high"
    return "low" if kind.industry == FALLBACK_INDUSTRY or prior.origin != "rule" else "medium"
