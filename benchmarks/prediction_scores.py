"""Scores of predictions against held-out facts; intervals keep the pairs of one organisation together."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log, sqrt
from statistics import mean

from app.features.knowledge.catalogue import Catalogue
from benchmarks.prediction_cases import Case

Scores = Mapping[str, float]  # need -> likelihood; absent needs count as UNMENTIONED
Model = Callable[[Case], Scores]

UNMENTIONED = 0.02
TOP, TOP_OF_CATEGORY = 5, 3
_RESAMPLES = 1000
_SURE, _IMPOSSIBLE = 0.999, 0.0001


@dataclass(frozen=True, slots=True)
class Interval:
    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f}–{self.high:.2f})"


def wilson(hits: int, of: int) -> Interval:
    """95 % interval of a share."""
    if not of:
        return Interval(0, 0, 1)
    z, share = 1.96, hits / of
    centre = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return Interval(share, max(0.0, centre - half), min(1.0, centre + half))


def bootstrap(values: Sequence[float]) -> Interval:
    """95 % interval of the mean over organisations."""
    if not values:
        return Interval(0, 0, 0)
    draw = random.Random(1)
    means = sorted(mean(draw.choices(values, k=len(values))) for _ in range(_RESAMPLES))
    return Interval(mean(values), means[int(_RESAMPLES * 0.025)], means[int(_RESAMPLES * 0.975)])


def hits(cases: Sequence[Case], model: Model) -> Interval:
    """Organisations that showed a need among the five likeliest, of those that showed any."""
    asked = [case for case in cases if case.needs]
    found = sum(bool(case.needs & set(_best(model(case), TOP))) for case in asked)
    return wilson(found, len(asked))


def found_in_category(cases: Sequence[Case], model: Model, catalogue: Catalogue) -> Interval:
    """Needs shown that stood among the three likeliest of their category, as the page lists them."""
    shares = []
    for case in cases:
        if not case.needs:
            continue
        scores = model(case)
        shares.append(mean(need in _best_like(need, scores, catalogue) for need in case.needs))
    return bootstrap(shares)


def _best_like(need: str, scores: Scores, catalogue: Catalogue) -> Sequence[str]:
    category = catalogue.needs[need].category
    return _best(
        {each: score for each, score in scores.items() if catalogue.needs[each].category == category},
        TOP_OF_CATEGORY,
    )


def log_losses(cases: Sequence[Case], model: Model, scale: float, catalogue: Catalogue) -> list[float]:
    """Of each organisation, over all needs of the catalogue: nats."""
    losses = []
    for case in cases:
        scores = model(case)
        losses.append(
            sum(
                -log(chance if need in case.needs else 1 - chance)
                for need in catalogue.needs
                for chance in (_chance(scores.get(need, UNMENTIONED) * scale),)
            )
        )
    return losses


def scale_of(cases: Sequence[Case], model: Model, catalogue: Catalogue) -> float:
    """What turns likelihoods of needs into chances of a notice: one number, from cases of before."""
    expected = sum(model(case).get(need, UNMENTIONED) for case in cases for need in catalogue.needs)
    return sum(len(case.needs & catalogue.needs.keys()) for case in cases) / expected


def _chance(value: float) -> float:
    return min(_SURE, max(_IMPOSSIBLE, value))


def _best(scores: Scores, most: int) -> Sequence[str]:
    return sorted(scores, key=lambda need: (-scores[need], need))[:most]


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs of an organisation and a need that it may have, predicted from `low` to `high`."""

    low: float
    high: float
    pairs: int
    predicted: float  # mean likelihood
    shown: int  # with a notice


def reliability(cases: Sequence[Case], model: Model, edges: Sequence[float]) -> list[Bin]:
    pairs = [(score, need in case.needs) for case in cases for need, score in model(case).items()]
    bins = []
    for low, high in pairwise(edges):
        inside = [(score, shown) for score, shown in pairs if low <= score < high]
        if inside:
            predicted = mean(score for score, _ in inside)
            bins.append(Bin(low, high, len(inside), predicted, sum(shown for _, shown in inside)))
    return bins
