"""The prediction model: how likely an organisation has a need, and why. Pure functions.

Why it is built this way, with formulas and constants: docs/decisions/prediction.md.
"""

from datetime import date
from functools import lru_cache

from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.prediction.evidence import NO_EVIDENCE, Comparables, Evidence, as_comparables
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
# A need that the authors do not list is expected of a kind of organisation when its like have bought it so
# often that the estimate reaches this.
EXPECTED_FROM = 0.10
_NARROW_LEVELS = {"sub_industry", "level", "region"}


def predict(
    catalogue: Catalogue, profile: Profile, evidence: Evidence = NO_EVIDENCE, *, today: date
) -> tuple[Prediction, ...]:
    """Every need there is a reason to expect, most likely first; evidence on unknown needs is ignored."""
    kind = kind_of(catalogue, profile)
    group = _group(kind, profile.province if evidence.comparables else None)
    expected = _of_group(catalogue, kind, group, as_comparables(evidence.comparables), today)
    own = evidence.of_this_one.needs
    if not own:
        return expected
    priors = priors_of(catalogue, kind)
    moved = [
        _estimate(
            catalogue,
            priors.get(need) or unlisted(need),
            part,
            kind=kind,
            group=group,
            today=today,
        )
        for need, part in evidence.about(own & catalogue.needs.keys()).items()
    ]
    return _best_first([*(prediction for prediction in expected if prediction.need not in own), *moved])


@lru_cache(maxsize=256)
def _of_group(
    catalogue: Catalogue, kind: Kind, group: Profile, comparables: Comparables, today: date
) -> tuple[Prediction, ...]:
    """For any organisation of this kind and place of which nothing else is known."""
    priors = dict(priors_of(catalogue, kind))
    counts = Evidence(comparables).by_need()
    for need in counts.keys() & catalogue.needs.keys():
        priors.setdefault(need, unlisted(need))
    return _best_first(
        [
            _explained(catalogue, prior, weighed, kind=kind, group=group, today=today)
            for need, prior in priors.items()
            if (weighed := weigh(prior.weight, counts.get(need, NO_EVIDENCE), today=today))
            and (prior.origin != "unlisted" or prior.hints or weighed.likelihood >= EXPECTED_FROM)
        ]
    )


def _group(kind: Kind, province: str | None) -> Profile:
    """What the reasons say of an organisation."""
    return Profile("", kind.industry, kind.sub_industry, kind.level, province)


def _best_first(predictions: list[Prediction]) -> tuple[Prediction, ...]:
    return tuple(sorted(predictions, key=lambda prediction: (-prediction.likelihood, prediction.need)))


def _estimate(
    catalogue: Catalogue, prior: NeedPrior, evidence: Evidence, *, kind: Kind, group: Profile, today: date
) -> Prediction:
    weighed = weigh(prior.weight, evidence, today=today)
    return _explained(catalogue, prior, weighed, kind=kind, group=group, today=today)


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
