"""The arithmetic of the model: from a prior weight and evidence to a likelihood, step by step.

Formulas, constants and their sources: docs/decisions/prediction.md.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from math import exp, log
from typing import NamedTuple

from app.features.knowledge.prediction.evidence import (
    COMPARABLE_LEVELS,
    ComparableCount,
    ComparableLevel,
    Evidence,
    OwnFact,
    SourceKind,
)

LOWEST = 0.02
HIGHEST = 0.98
# The prior (and each wider group) counts as much as this many observed organisations.
STRENGTH = 1.0
# Where fewer than expected showed a need, they count by half: a notice may be missing, a need may not.
SILENCE = 0.5
# At most this many organisations of a group count: a wider group says less of this one.
COUNTED_AT_MOST: Mapping[ComparableLevel, float] = {
    "all": 0.5,  # mostly of other industries
    "industry": 8.0,
    "sub_industry": 16.0,
    "level": 24.0,
    "region": 40.0,
}
# Log likelihood ratio of a fresh public fact.
FACT_RATIO: Mapping[SourceKind, float] = {
    "intention": log(40),
    "tender": log(30),
    "award": log(20),
    "policy_list": log(8),
    "news": log(4),
}
HALF_LIFE_DAYS = 730.0
# Facts about one organisation are seldom independent: each weaker one counts half of its rank before.
NEXT_FACT = 0.5
FACTS_COUNTED = 5
_LEVELS: Mapping[ComparableLevel, int] = {level: place for place, level in enumerate(COMPARABLE_LEVELS)}
PEER_LIMIT = log(6)
PEER_HALF = 10.0
FEEDBACK_LIMIT = log(10)
FEEDBACK_HALF = 5.0


class Weighed(NamedTuple):
    """The log-odds after everything, and what each piece of evidence moved.

    `of_group` are the log-odds that its like have, before what is known of the organisation itself.
    """

    log_odds: float
    of_group: float
    comparables: tuple[tuple[ComparableCount, float], ...]
    facts: tuple[tuple[OwnFact, float], ...]
    peer_companies: int
    peer_effect: float
    confirmations: int
    confirmation_effect: float
    denials: int
    denial_effect: float

    @property
    def likelihood(self) -> float:
        return likelihood_of(self.log_odds)

    def with_fact(self, fact: OwnFact, *, today: date) -> float:
        """The likelihood if this were known too; only what it changes is reckoned anew."""
        alone = [effect / NEXT_FACT**rank for rank, (_, effect) in enumerate(self.facts)]
        strongest = sorted((*alone, _alone(fact, today)), reverse=True)[:FACTS_COUNTED]
        moved = sum([effect * NEXT_FACT**rank for rank, effect in enumerate(strongest)])
        return likelihood_of(self.log_odds - sum([effect for _, effect in self.facts]) + moved)

    def with_weight(self, weight: float) -> float:
        """The likelihood if the prior were another one."""
        mean = mean_of(weight, tuple([count for count, _ in self.comparables]))
        return likelihood_of(self.log_odds - self.of_group + logit(mean))

    def with_feedback(self, *, confirmations: int = 0, denials: int = 0) -> float:
        """The likelihood if so many companies more confirmed or denied it."""
        for_it = _saturating(self.confirmations + confirmations) - self.confirmation_effect
        against = _saturating(self.denials + denials) + self.denial_effect
        return likelihood_of(self.log_odds + for_it - against)


def weigh(weight: float, evidence: Evidence, *, today: date) -> Weighed:
    """The estimate for one need; `evidence` must speak of that need alone."""
    mean, comparables = _shrunk(_bounded(weight), evidence.comparables)
    of_group = logit(mean)
    facts = _faded(evidence.facts, today)
    companies = max([peer.claims.companies for peer in evidence.peers], default=0)
    peer_effect = PEER_LIMIT * companies / (companies + PEER_HALF)
    confirmations = sum([feedback.confirmations for feedback in evidence.feedback])
    denials = sum([feedback.denials for feedback in evidence.feedback])
    for_it, against = _saturating(confirmations), -_saturating(denials)
    log_odds = of_group + sum([effect for _, effect in facts]) + peer_effect + for_it + against
    return Weighed(
        log_odds,
        of_group,
        comparables,
        facts,
        companies,
        peer_effect,
        confirmations,
        for_it,
        denials,
        against,
    )


def likelihood_of(log_odds: float) -> float:
    return _bounded(1 / (1 + exp(-log_odds)))


def _bounded(likelihood: float) -> float:
    return min(HIGHEST, max(LOWEST, likelihood))


def logit(probability: float) -> float:
    return log(probability / (1 - probability))


def mean_of(weight: float, counts: tuple[ComparableCount, ...]) -> float:
    return _shrunk(_bounded(weight), counts)[0]


def _shrunk(
    weight: float, counts: tuple[ComparableCount, ...]
) -> tuple[float, tuple[tuple[ComparableCount, float], ...]]:
    """Widest group first, with what each moved."""
    mean, odds = weight, logit(weight)
    steps = []
    for count in _widest_first(counts):
        organisations, having = count.told_narrower
        mean = shrunk(
            mean, count.level, count.organisations - organisations, count.with_need - having, count.visibility
        )
        before, odds = odds, logit(mean)
        steps.append((count, odds - before))
    return mean, tuple(steps)


def shrunk(mean: float, level: ComparableLevel, organisations: int, having: int, visibility: float) -> float:
    """The posterior mean of a group, which is the prior mean of the next; only those organisations count
    that no narrower group holds. Where only part of the needs shows, the share is scaled up and as many
    organisations less are counted."""
    if not organisations:
        return mean
    observed = organisations * visibility
    counted = min(observed, COUNTED_AT_MOST[level])
    share = min(1.0, having / observed)
    if share < mean:
        counted *= SILENCE
    return (STRENGTH * mean + share * counted) / (STRENGTH + counted)


def _widest_first(counts: tuple[ComparableCount, ...]) -> Sequence[ComparableCount]:
    """As they nearly always are, one of each level."""
    levels = [_LEVELS[count.level] for count in counts]
    if levels == sorted(set(levels)):
        return counts
    return sorted(counts, key=_width)


def _width(count: ComparableCount) -> tuple[int, int, int, int, bool, float]:
    from_claims = count.claims is not None
    return (
        _LEVELS[count.level],
        count.organisations,
        count.with_need,
        count.years,
        from_claims,
        count.visibility,
    )


def _faded(facts: tuple[OwnFact, ...], today: date) -> tuple[tuple[OwnFact, float], ...]:
    if not facts:
        return ()
    alone = [(fact, _alone(fact, today)) for fact in facts]
    if len(alone) > 1:
        alone.sort(key=lambda each: (-each[1], each[0].on, each[0].source, each[0].title or ""))
    return tuple(
        (fact, effect * NEXT_FACT**rank) for rank, (fact, effect) in enumerate(alone[:FACTS_COUNTED])
    )


def _alone(fact: OwnFact, today: date) -> float:
    """A fact dated in the future is as fresh as one of today."""
    age = max(0, (today - fact.on).days)
    return float(fact.weight * FACT_RATIO[fact.source] * 0.5 ** (age / HALF_LIFE_DAYS))


def _saturating(companies: int) -> float:
    return FEEDBACK_LIMIT * companies / (companies + FEEDBACK_HALF)
