"""Groups of comparable organisations, widest first, and the addresses of the facts behind their counts."""

from dataclasses import astuple, dataclass
from urllib.parse import urlencode

from app.features.knowledge.prediction.evidence import ComparableLevel
from app.features.knowledge.prediction.priors import FALLBACK_INDUSTRY
from app.features.knowledge.prediction.terms import Profile

LEAST_ORGANISATIONS = 5  # a smaller group is no comparison, and nobody is told of it


@dataclass(frozen=True, slots=True)
class Scope:
    """A group of organisations, narrowed by what is not empty."""

    industry: str = ""
    sub_industry: str = ""
    level: str = ""
    province: str = ""


def scopes_of(profile: Profile) -> tuple[tuple[ComparableLevel, Scope], ...]:
    """The groups a profile belongs to; what it does not say narrows nothing."""
    if profile.industry == FALLBACK_INDUSTRY:
        return (("all", Scope()),)  # that both are of unknown industry makes them no more alike
    sub, level, province = profile.sub_industry or "", profile.level or "", profile.province or ""
    scopes: list[tuple[ComparableLevel, Scope]] = [("all", Scope()), ("industry", Scope(profile.industry))]
    if sub:
        scopes.append(("sub_industry", Scope(profile.industry, sub)))
    if level:
        scopes.append(("level", Scope(profile.industry, sub, level)))
    if province:
        scopes.append(("region", Scope(profile.industry, sub, level, province)))
    return tuple(scopes)


def wider(group: Scope) -> tuple[Scope, ...]:
    """Every scope that holds the organisations of `group`, itself included, each once."""
    industry, sub, level, province = astuple(group)
    narrowed = {
        Scope(industry, one_sub, one_level, one_province)
        for one_sub in ("", sub)
        for one_level in ("", level)
        for one_province in ("", province)
    }
    return (Scope(), *narrowed)


def facts_href(scope: Scope, need: str, years: int) -> str:
    """The page that lists the public facts of a group about a need, of the last `years` years."""
    chosen = {
        "industry": scope.industry,
        "sub_industry": scope.sub_industry,
        "level": scope.level,
        "province": scope.province,
        "years": years,
    }
    group = urlencode({name: value for name, value in chosen.items() if value})
    return f"/explore/facts?need={need}&{group}"
