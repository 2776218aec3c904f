"""Reads province, city and district from the divisions that a name speaks of."""

from dataclasses import dataclass

from app.features.knowledge.recognition import Reading
from app.kit.text import Text
from search.analysis.names import NameForms
from search.analysis.regions import Region, RegionMatch, match_regions

_SURE = 0.9
_BRANCH = 0.85
_INSIDE = 0.6  # not at the start: 浙江 of a 华东浙江商会 may be where its members come from
_GUESS = 0.3  # several divisions bear the name; the likeliest is shown as a guess


@dataclass(frozen=True, slots=True)
class Place:
    """The readings and, for the level of a public body, the finest division that is sure."""

    province: Reading | None = None
    city: Reading | None = None
    district: Reading | None = None
    region: Region | None = None


def read_place(forms: NameForms, name: str) -> Place:
    """The place of the branch where the name has one (…公司顺昌分公司), else the place it starts with."""
    match, confidence = _telling_match(forms, name)
    if match is None:
        return Place()
    word = name[match.start : match.end] if confidence != _BRANCH else forms.branch[match.start : match.end]
    if match.alternatives:
        return _ambiguous(match, word)
    region = match.region
    rule = Text(zh=f'名称含地名"{word}"', en=f'name contains the place "{word}"')
    return Place(
        Reading(region.province, confidence, rule),
        Reading(region.city, confidence, rule) if region.city else None,
        Reading(region.district, confidence, rule) if region.district else None,
        region,
    )


def _telling_match(forms: NameForms, name: str) -> tuple[RegionMatch | None, float]:
    if forms.branch:
        of_branch = next((match for match in match_regions(forms.branch) if match.start == 0), None)
        if of_branch:
            return _within(of_branch, forms.regions), _BRANCH
    if not forms.regions:
        return None, 0.0
    first = forms.regions[0]
    finer = next((match for match in forms.regions[1:] if _is_finer(match, first)), first)
    return finer, _SURE if first.start == 0 else _INSIDE


def _is_finer(match: RegionMatch, outer: RegionMatch) -> bool:
    """西安市环保局灞桥分局: the second place lies in the first."""
    return not match.alternatives and match.region != outer.region and outer.region.contains(match.region)


def _within(match: RegionMatch, outer: tuple[RegionMatch, ...]) -> RegionMatch:
    """Of several divisions so called, the ones inside the place the name starts with."""
    candidates = (match.region, *match.alternatives)
    inside = [r for r in candidates if any(o.start == 0 and o.region.contains(r) for o in outer)]
    if not inside:
        return match
    return RegionMatch(inside[0], match.start, match.end, tuple(inside[1:]))


def _ambiguous(match: RegionMatch, word: str) -> Place:
    """What all candidates share is kept; where they differ the likeliest is a guess, and no district is."""
    regions = (match.region, *match.alternatives)
    likeliest = match.region
    rule = Text(
        zh=f'名称含地名"{word}"，同名地区有 {len(regions)} 个',
        en=f'name contains "{word}", the name of {len(regions)} places',
    )
    if any(region.province != likeliest.province for region in regions):
        return Place(Reading(likeliest.province, _GUESS, rule))
    province = Reading(likeliest.province, _SURE, rule)
    if not likeliest.city or any(region.city != likeliest.city for region in regions):
        return Place(province)
    return Place(province, Reading(likeliest.city, _SURE, rule))
