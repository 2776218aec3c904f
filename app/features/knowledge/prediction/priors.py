"""Where the estimate starts: the authors' weight of a need for a kind of organisation."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from typing import Literal

from app.features.knowledge.catalogue import Catalogue, Prior, RegionHint
from app.features.knowledge.prediction.terms import Profile

FALLBACK_INDUSTRY = "other"
# A need the authors do not list for an industry: rare there, yet evidence may speak for it.
UNLISTED_WEIGHT = 0.05
HIGHEST_WEIGHT = 0.95
# A need most industries share says something of an organisation of unknown industry, but half of it.
SHARED_DISCOUNT = 0.5

Origin = Literal["rule", "shared", "unlisted"]


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind of organisation as far as priors tell it apart; `hints` are positions in `region_hints`."""

    industry: str
    sub_industry: str | None = None
    level: str | None = None
    hints: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class NeedPrior:
    """The weight before and after regional hints, and where it comes from."""

    need: str
    rule_weight: float
    weight: float
    origin: Origin
    rule: Prior | None = None
    hints: tuple[RegionHint, ...] = ()
    industries: int = 0  # how many share the need, for origin "shared"


def kind_of(catalogue: Catalogue, profile: Profile) -> Kind:
    """The kind of a profile; codes the catalogue does not know count as not given."""
    code = profile.industry if profile.industry in catalogue.industries else FALLBACK_INDUSTRY
    industry = catalogue.industries[code]
    subs = {sub.code for sub in industry.sub_industries}
    levels = {level.code for level in industry.levels}
    place = " ".join(filter(None, (profile.province, profile.city, profile.district, profile.name)))
    return Kind(
        industry=code,
        sub_industry=profile.sub_industry if profile.sub_industry in subs else None,
        level=profile.level if profile.level in levels else None,
        hints=tuple(i for i, hint in enumerate(catalogue.region_hints) if hint.pattern.search(place)),
    )


@lru_cache(maxsize=128)
def priors_of(catalogue: Catalogue, kind: Kind) -> Mapping[str, NeedPrior]:
    """The prior of every need the pack gives a reason to expect at this kind of organisation."""
    priors = {need: _from_rule(rule) for need, rule in _best_rules(catalogue, kind).items()}
    if kind.industry == FALLBACK_INDUSTRY:
        for need, shared in _shared(catalogue).items():
            priors.setdefault(need, shared)
    for position in kind.hints:
        hint = catalogue.region_hints[position]
        if hint.industries and kind.industry not in hint.industries:
            continue
        if hint.need in priors or hint.industries:
            priors[hint.need] = _hinted(priors.get(hint.need) or unlisted(hint.need), hint)
    return priors


def unlisted(need: str) -> NeedPrior:
    return NeedPrior(need, UNLISTED_WEIGHT, UNLISTED_WEIGHT, "unlisted")


def _best_rules(catalogue: Catalogue, kind: Kind) -> dict[str, Prior]:
    best: dict[str, Prior] = {}
    for rule in catalogue.priors_of_industry.get(kind.industry, ()):
        if rule.sub_industry not in (None, kind.sub_industry) or rule.level not in (None, kind.level):
            continue
        known = best.get(rule.need)
        if known is None or _rank(rule) > _rank(known):
            best[rule.need] = rule
    return best


def _rank(rule: Prior) -> tuple[float, int]:
    """The highest weight wins; among equals the most specific rule explains best."""
    return rule.weight, (rule.sub_industry is not None) + (rule.level is not None)


def _from_rule(rule: Prior) -> NeedPrior:
    return NeedPrior(rule.need, rule.weight, rule.weight, "rule", rule)


def _hinted(prior: NeedPrior, hint: RegionHint) -> NeedPrior:
    weight = max(prior.weight, min(HIGHEST_WEIGHT, prior.weight + hint.weight_delta))
    hints = (*prior.hints, hint)
    return NeedPrior(prior.need, prior.rule_weight, weight, prior.origin, prior.rule, hints, prior.industries)


@lru_cache(maxsize=4)
def _shared(catalogue: Catalogue) -> dict[str, NeedPrior]:
    """Needs that at least half of the known industries list for all their organisations."""
    known = [code for code in catalogue.industries if code != FALLBACK_INDUSTRY]
    weights: dict[str, list[float]] = {}
    for code in known:
        for need, rule in _best_rules(catalogue, Kind(code)).items():
            weights.setdefault(need, []).append(rule.weight)
    return {
        need: _discounted(need, given)
        for need, given in weights.items()
        if known and len(given) * 2 >= len(known)
    }


def _discounted(need: str, weights: list[float]) -> NeedPrior:
    weight = median(weights) * SHARED_DISCOUNT
    return NeedPrior(need, weight, weight, "shared", industries=len(weights))
