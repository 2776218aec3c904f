"""The prediction model: how likely an organisation has a need, and why. Pure functions.

Why it is built this way, with formulas and constants: docs/decisions/prediction.md.
"""

from datetime import date
from functools import lru_cache

from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.prediction.evidence import NO_EVIDENCE, Evidence
from app.features.knowledge.prediction.priors import (
    FALLBACK_INDUSTRY,
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
_NARROW_LEVELS = {"sub_industry", "level", "region"}


def predict(
    catalogue: Catalogue, profile: Profile, evidence: Evidence = NO_EVIDENCE, *, today: date
) -> tuple[Prediction, ...]:
    """Every need there is a reason to expect, most likely first; evidence on unknown needs is ignored."""
    kind = kind_of(catalogue, profile)
    expected = _without_evidence(catalogue, kind, today)
    about = {need: part for need, part in evidence.by_need().items() if need in catalogue.needs}
    if not about:
        return expected
    priors = priors_of(catalogue, kind)
    moved = [
        _estimate(
            catalogue, priors.get(need) or unlisted(need), part, kind=kind, profile=profile, today=today
        )
        for need, part in about.items()
    ]
    kept = [prediction for prediction in expected if prediction.need not in about]
    return _best_first([*kept, *moved])


@lru_cache(maxsize=512)
def _without_evidence(catalogue: Catalogue, kind: Kind, today: date) -> tuple[Prediction, ...]:
    nobody = Profile(name="", industry=kind.industry, sub_industry=kind.sub_industry, level=kind.level)
    return _best_first(
        [
            _estimate(catalogue, prior, NO_EVIDENCE, kind=kind, profile=nobody, today=today)
            for prior in priors_of(catalogue, kind).values()
        ]
    )


def _best_first(predictions: list[Prediction]) -> tuple[Prediction, ...]:
    return tuple(sorted(predictions, key=lambda prediction: (-prediction.likelihood, prediction.need)))


def _estimate(
    catalogue: Catalogue, prior: NeedPrior, evidence: Evidence, *, kind: Kind, profile: Profile, today: date
) -> Prediction:
    weighed = weigh(prior.weight, evidence, today=today)
    return Prediction(
        need=prior.need,
        likelihood=weighed.likelihood,
        word=word_for(weighed.likelihood),
        reasons=reasons_for(prior, weighed, kind=kind, profile=profile, catalogue=catalogue, today=today),
        would_change=what_would_change(prior, evidence, kind=kind, catalogue=catalogue, today=today),
        confidence=_confidence(prior, weighed, kind),
    )


def _confidence(prior: NeedPrior, weighed: Weighed, kind: Kind) -> Confidence:
    if any(effect >= _TELLING_FACT for _, effect in weighed.facts):
        return "high"
    narrow = [count for count, _ in weighed.comparables if count.level in _NARROW_LEVELS]
    if any(count.organisations >= _MANY_COMPARABLES for count in narrow):
        return "high"
    return "low" if kind.industry == FALLBACK_INDUSTRY or prior.origin != "rule" else "medium"
