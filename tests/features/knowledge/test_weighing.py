"""The numbers of the model: bounds, direction and indifference to order, over evidence made up at random."""

import random
from dataclasses import replace
from datetime import date, timedelta
from math import exp, isclose, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.features.knowledge.prediction.evidence import (
    COMPARABLE_LEVELS,
    NO_EVIDENCE,
    CompanyAggregate,
    ComparableCount,
    Evidence,
    Feedback,
    OwnFact,
    PeerAggregate,
)
from app.features.knowledge.prediction.weighing import (
    FACT_RATIO,
    HALF_LIFE_DAYS,
    HIGHEST,
    LOWEST,
    logit,
    weigh,
)

NEED = "mlps-l3"
TODAY = date(2026, 11, 22)

weights = st.floats(0, 1)
rounded = st.integers(1, 40).map(lambda n: n * 5)
facts = st.builds(
    OwnFact,
    need=st.just(NEED),
    on=st.dates(date(2010, 1, 1), date(2030, 1, 1)),
    source=st.sampled_from(sorted(FACT_RATIO)),
    weight=st.floats(0.05, 1),
)


@st.composite
def counts(draw: st.DrawFn) -> ComparableCount:
    organisations = draw(st.integers(1, 5000))
    with_need = draw(st.integers(0, organisations))
    level = draw(st.sampled_from(COMPARABLE_LEVELS))
    visibility = draw(st.floats(0.001, 1))
    return ComparableCount(NEED, level, organisations, with_need, 3, visibility=visibility)


peers = st.builds(lambda n: PeerAggregate(NEED, CompanyAggregate(n, 0.3, 0.5)), rounded)
feedback = st.builds(lambda yes, no: Feedback(NEED, yes, no), st.just(0) | rounded, st.just(0) | rounded)
evidence = st.builds(
    Evidence,
    comparables=st.lists(counts(), max_size=6).map(tuple),
    facts=st.lists(facts, max_size=8).map(tuple),
    peers=st.lists(peers, max_size=3).map(tuple),
    feedback=st.lists(feedback, max_size=3).map(tuple),
)


def _log_odds(weight: float, given_evidence: Evidence) -> float:
    return weigh(weight, given_evidence, today=TODAY).log_odds


@given(weights, evidence)
def test_the_likelihood_stays_within_its_bounds(weight: float, given_evidence: Evidence) -> None:
    assert LOWEST <= weigh(weight, given_evidence, today=TODAY).likelihood <= HIGHEST


@given(weights, evidence, rounded)
def test_confirmations_never_lower_and_denials_never_raise(weight: float, known: Evidence, more: int) -> None:
    now = _log_odds(weight, known)
    confirmed = replace(known, feedback=(*known.feedback, Feedback(NEED, confirmations=more)))
    denied = replace(known, feedback=(*known.feedback, Feedback(NEED, denials=more)))
    assert _log_odds(weight, confirmed) >= now - 1e-9
    assert _log_odds(weight, denied) <= now + 1e-9
    # What would change a prediction is told without weighing everything again.
    weighed = weigh(weight, known, today=TODAY)
    assert isclose(
        weighed.with_feedback(confirmations=more), weigh(weight, confirmed, today=TODAY).likelihood
    )
    assert isclose(weighed.with_feedback(denials=more), weigh(weight, denied, today=TODAY).likelihood)


@given(weights, evidence, facts)
def test_another_fact_never_lowers(weight: float, known: Evidence, fact: OwnFact) -> None:
    richer = replace(known, facts=(*known.facts, fact))
    assert _log_odds(weight, richer) >= _log_odds(weight, known) - 1e-9
    weighed = weigh(weight, known, today=TODAY)
    assert isclose(weighed.with_fact(fact, today=TODAY), weigh(weight, richer, today=TODAY).likelihood)


@given(weights, weights, evidence)
def test_another_reading_is_told_without_weighing_again(weight: float, other: float, known: Evidence) -> None:
    weighed = weigh(weight, known, today=TODAY)
    assert isclose(weighed.with_weight(other), weigh(other, known, today=TODAY).likelihood)


@given(weights, facts, st.integers(1, 4000))
def test_an_older_fact_never_weighs_more(weight: float, fact: OwnFact, days: int) -> None:
    older = OwnFact(NEED, fact.on - timedelta(days=days), fact.source, fact.weight)
    assert _log_odds(weight, Evidence(facts=(older,))) <= _log_odds(weight, Evidence(facts=(fact,)))


@given(weights, counts(), evidence)
def test_more_comparable_organisations_with_the_need_never_lower(
    weight: float, count: ComparableCount, known: Evidence
) -> None:
    if count.with_need == count.organisations:
        return
    more = replace(count, with_need=count.with_need + 1)
    before = Evidence((*known.comparables, count), known.facts)
    after = Evidence((*known.comparables, more), known.facts)
    assert _log_odds(weight, after) >= _log_odds(weight, before) - 1e-9


@given(weights, evidence, st.randoms(use_true_random=False))
def test_the_order_of_evidence_means_nothing(weight: float, known: Evidence, shuffler: random.Random) -> None:
    def shuffled(parts: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(shuffler.sample(parts, len(parts)))

    other = Evidence(*(shuffled(p) for p in (known.comparables, known.facts, known.peers, known.feedback)))  # type: ignore[arg-type]
    assert weigh(weight, other, today=TODAY) == weigh(weight, known, today=TODAY)


@given(st.floats(0.02, 0.98), evidence)
def test_the_steps_add_up_to_the_whole(weight: float, known: Evidence) -> None:
    weighed = weigh(weight, known, today=TODAY)
    steps = [effect for _, effect in (*weighed.comparables, *weighed.facts)]
    steps += [weighed.peer_effect, weighed.confirmation_effect, weighed.denial_effect]
    assert isclose(weighed.log_odds, logit(weight) + sum(steps), abs_tol=1e-9)


@given(st.floats(0.02, 0.98), counts())
def test_a_count_moves_towards_its_share_and_never_beyond(weight: float, count: ComparableCount) -> None:
    share = min(1.0, count.with_need / (count.organisations * count.visibility))
    moved = _log_odds(weight, Evidence((count,)))
    low, high = sorted((weight, share))
    assert low - 1e-9 <= 1 / (1 + exp(-moved)) <= high + 1e-9


@given(st.floats(0.02, 0.98), counts(), st.floats(0.1, 1))
def test_silence_counts_less_where_less_would_show(
    weight: float, count: ComparableCount, share: float
) -> None:
    silent = replace(count, with_need=0)
    dimmer = replace(silent, visibility=silent.visibility * share)
    assert _log_odds(weight, Evidence((dimmer,))) >= _log_odds(weight, Evidence((silent,))) - 1e-9


def test_silence_counts_by_half() -> None:
    # One pseudo-organisation at 0.6 and 4 of 8 silent ones; of 8 that bought, all count.
    silent = ComparableCount(NEED, "industry", 8, 0, 3)
    bought = ComparableCount(NEED, "industry", 8, 8, 3)
    assert weigh(0.6, Evidence((silent,)), today=TODAY).likelihood == pytest.approx(0.6 / 5)
    assert weigh(0.6, Evidence((bought,)), today=TODAY).likelihood == pytest.approx(8.6 / 9)


def test_what_is_hardly_visible_is_scaled_up_and_counts_less() -> None:
    # A tenth shows: 40 organisations tell as much as 4, and 3 that bought stand for three quarters of them.
    count = ComparableCount(NEED, "region", 40, 3, 3, visibility=0.1)
    assert weigh(0.5, Evidence((count,)), today=TODAY).likelihood == pytest.approx((0.5 + 3) / 5)


def test_counts_shrink_towards_the_wider_group() -> None:
    # One pseudo-organisation at 0.7, then 8 real ones (of 500, at 20 %) of the industry, which count by half
    # because fewer than expected show the need: (0.7 + 0.8) / 5.
    industry = ComparableCount(NEED, "industry", 500, 100, 3)
    assert weigh(0.7, Evidence((industry,)), today=TODAY).likelihood == pytest.approx(1.5 / 5)
    # The narrower group starts from that; 30 organisations at 40 % are more than expected and count in full.
    region = ComparableCount(NEED, "region", 30, 12, 3)
    weighed = weigh(0.7, Evidence((region, industry)), today=TODAY)
    assert weighed.likelihood == pytest.approx((1.5 / 5 + 12) / 31)
    assert [count.level for count, _ in weighed.comparables] == ["industry", "region"]


def test_a_fact_loses_half_its_weight_in_a_half_life() -> None:
    fresh = OwnFact(NEED, TODAY, "tender")
    old = OwnFact(NEED, TODAY - timedelta(days=int(HALF_LIFE_DAYS)), "tender")
    start = _log_odds(0.3, NO_EVIDENCE)
    assert _log_odds(0.3, Evidence(facts=(fresh,))) - start == pytest.approx(log(30))
    assert _log_odds(0.3, Evidence(facts=(old,))) - start == pytest.approx(log(30) / 2)


def test_further_facts_count_half_each_and_the_sixth_not_at_all() -> None:
    fresh = OwnFact(NEED, TODAY, "tender")
    start = _log_odds(0.3, NO_EVIDENCE)
    assert _log_odds(0.3, Evidence(facts=(fresh, fresh))) - start == pytest.approx(log(30) * 1.5)
    assert _log_odds(0.3, Evidence(facts=(fresh,) * 6)) == _log_odds(0.3, Evidence(facts=(fresh,) * 5))


@pytest.mark.parametrize(
    "shares", [(4, 0.3, 0.5), (7, 0.3, 0.5), (0, 0.3, 0.5), (10, 0.6, 0.7), (10, 0.4, 0.8)]
)
def test_an_aggregate_below_the_anonymity_limits_cannot_be_built(shares: tuple[int, float, float]) -> None:
    with pytest.raises(ValueError, match=r"companies|share"):
        CompanyAggregate(*shares)


def test_counts_from_claims_must_be_rounded_and_feedback_too() -> None:
    claims = CompanyAggregate(5, 0.3, 0.5)
    with pytest.raises(ValueError, match="with_need"):
        ComparableCount(NEED, "region", 30, 12, 3, claims)
    with pytest.raises(ValueError, match="denials"):
        Feedback(NEED, denials=1)
    assert ComparableCount(NEED, "region", 30, 12, 3).with_need == 12


def test_nobody_is_counted_twice() -> None:
    """What a narrower group holds counts there alone: the wider one adds only its other members."""
    narrow = ComparableCount(NEED, "level", 8, 4, 3)
    same = ComparableCount(NEED, "industry", 8, 4, 3, told_narrower=(8, 4))
    wide = ComparableCount(NEED, "industry", 12, 4, 3, told_narrower=(8, 4))
    alone = _log_odds(0.3, Evidence((narrow,)))
    assert _log_odds(0.3, Evidence((same, narrow))) == pytest.approx(alone)
    others = ComparableCount(NEED, "industry", 4, 0, 3)
    assert _log_odds(0.3, Evidence((wide, narrow))) == pytest.approx(
        _log_odds(0.3, Evidence((others, narrow)))
    )
    with pytest.raises(ValueError, match="narrower"):
        replace(wide, told_narrower=(8, 5))
