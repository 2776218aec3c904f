"""The reasons of a prediction: each piece that moved the estimate, said in words with its numbers."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from app.features.knowledge.catalogue import Catalogue, Regulation, RegulationKind
from app.features.knowledge.prediction.evidence import ComparableCount, OwnFact
from app.features.knowledge.prediction.priors import UNLISTED_WEIGHT, Kind, NeedPrior
from app.features.knowledge.prediction.terms import Profile, Reason
from app.features.knowledge.prediction.weighing import STRENGTH, Weighed, logit
from app.features.knowledge.prediction.wording import (
    UNLISTED,
    comparable_sentence,
    fact_sentence,
    feedback_sentence,
    peer_sentence,
    regulation_sentence,
    shared_sentence,
)

MOST_REGULATIONS = 3
_NOT_MUCH_LESS = 0.25  # of the effect of the group that moved most
# Binding texts say more than guidance; the order of the pack decides among equals.
_RANK: dict[RegulationKind, int] = {"law": 0, "regulation": 1, "evaluation": 2, "standard": 3, "policy": 4}


def reasons_for(
    prior: NeedPrior, weighed: Weighed, *, kind: Kind, group: Profile, catalogue: Catalogue, today: date
) -> tuple[Reason, ...]:
    """Strongest first; regulations, which the prior already counts, come last."""
    found = [
        *_prior_reasons(prior, kind),
        *_evidence_reasons(weighed, catalogue, group),
        *regulation_reasons(catalogue, prior.need, kind.industry, kind.sub_industry, today),
    ]
    return tuple(sorted(found, key=lambda reason: -abs(reason.effect)))


def _prior_reasons(prior: NeedPrior, kind: Kind) -> Iterator[Reason]:
    numbers = {
        "weight": prior.rule_weight,
        "strength": STRENGTH,
        "origin": prior.origin,
        "industry": kind.industry,
    }
    effect = logit(prior.rule_weight) - logit(UNLISTED_WEIGHT)
    if prior.rule is not None:
        if prior.rule.sub_industry:
            numbers["sub_industry"] = prior.rule.sub_industry
        if prior.rule.level:
            numbers["level"] = prior.rule.level
        yield Reason("prior", prior.rule.reason, effect, numbers)
    elif prior.origin == "shared":
        yield Reason(
            "prior", shared_sentence(prior.industries), effect, {**numbers, "industries": prior.industries}
        )
    else:
        yield Reason("prior", UNLISTED, effect, numbers)
    moved = logit(prior.weight) - logit(prior.rule_weight)
    asked = sum(hint.weight_delta for hint in prior.hints)
    for hint in prior.hints:
        share = moved * hint.weight_delta / asked
        yield Reason(
            "region", hint.reason, share, {"weight_delta": hint.weight_delta, "weight": prior.weight}
        )


def _evidence_reasons(weighed: Weighed, catalogue: Catalogue, group: Profile) -> Iterator[Reason]:
    yield from _comparable_reasons(weighed, catalogue, group)
    for fact, effect in weighed.facts:
        yield Reason("fact", fact_sentence(fact), effect, _provenance(fact), href=fact.href)
    if weighed.peer_companies:
        numbers = {"companies": weighed.peer_companies}
        yield Reason("peer", peer_sentence(weighed.peer_companies), weighed.peer_effect, numbers)
    if weighed.confirmations:
        sentence = feedback_sentence(weighed.confirmations, confirmed=True)
        yield Reason(
            "confirmation", sentence, weighed.confirmation_effect, {"companies": weighed.confirmations}
        )
    if weighed.denials:
        sentence = feedback_sentence(weighed.denials, confirmed=False)
        yield Reason("denial", sentence, weighed.denial_effect, {"companies": weighed.denials})


def _comparable_reasons(weighed: Weighed, catalogue: Catalogue, group: Profile) -> Iterator[Reason]:
    """Groups lie within each other, so public facts about them are one reason: with the effect of all, in
    the words of the one that moved most in that direction; where they raise it, of the narrowest that did
    not much less: 3 of 5 of the same province tell more than 13 of 87 of any kind. What partners claim is
    told group by group."""
    for count, effect in weighed.comparables:
        if count.claims is not None:
            yield Reason("comparable", comparable_sentence(count, catalogue, group), effect, _counts(count))
    public = [(count, effect) for count, effect in weighed.comparables if count.claims is None]
    if not public:
        return
    total = sum(effect for _, effect in public)
    that_way = [(count, effect if total >= 0 else -effect) for count, effect in public]
    enough = max(moved for _, moved in that_way) * (_NOT_MUCH_LESS if total >= 0 else 1)
    telling = [count for count, moved in that_way if moved >= enough][-1]
    numbers = {**_counts(telling), "visibility": round(telling.visibility, 3)}
    for count, _ in public:
        if count is not telling:
            numbers[count.level] = f"{count.with_need}/{count.organisations}"
    sentence = comparable_sentence(telling, catalogue, group)
    yield Reason("comparable", sentence, total, numbers, href=telling.href)


def _counts(count: ComparableCount) -> dict[str, float | int | str]:
    return {
        "group": count.level,
        "organisations": count.organisations,
        "with_need": count.with_need,
        "years": count.years,
    }


def _provenance(fact: OwnFact) -> dict[str, float | int | str]:
    return {"date": fact.on.isoformat(), "source": fact.source, "weight": fact.weight}


@lru_cache(maxsize=4096)
def regulation_reasons(
    catalogue: Catalogue, need: str, industry: str, sub_industry: str | None, today: date
) -> tuple[Reason, ...]:
    """The drivers that bind the kind: its industry's own before everybody's, binding before guidance."""
    drivers = catalogue.drivers_of(catalogue.needs[need], industry, sub_industry)
    ranked = sorted(drivers, key=lambda regulation: ("all" in regulation.industries, _RANK[regulation.kind]))
    return tuple(_regulation_reason(regulation, today) for regulation in ranked[:MOST_REGULATIONS])


def _regulation_reason(regulation: Regulation, today: date) -> Reason:
    day = regulation.effective_date
    numbers = {"kind": regulation.kind, **({"date": day.isoformat()} if day else {})}
    return Reason("regulation", regulation_sentence(regulation, today=today), 0.0, numbers, regulation.slug)
