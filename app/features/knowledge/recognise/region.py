"""Reads province, city and district from the divisions that a name speaks of."""

from dataclasses import dataclass

from app.features.knowledge.recognition import Reading
from app.kit.text import Text
from search.analysis.gazetteer import MUNICIPALITIES
from search.analysis.names import NameForms
from search.analysis.regions import Region, RegionMatch, match_regions

_SURE = 0.95
_SHORT = 0.8  # 佛山小学 may be called after something else of that name
_INSIDE = 0.6  # not at the start: the place may be where members or funds come from
_GUESS = 0.3  # several divisions bear the name; the likeliest is shown as a guess


_OFFICIAL_ENDINGS = tuple("省市区县州盟旗")
_OFFICE_ENDINGS = ("公司", "行", "部", "厅", "处")


@dataclass(frozen=True, slots=True)
class _Found:
    match: RegionMatch
    word: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Place:
    """The readings and, for the level of a public body, the finest division that is sure."""

    province: Reading | None = None
    city: Reading | None = None
    district: Reading | None = None
    region: Region | None = None


def read_place(forms: NameForms, name: str) -> Place:
    """The place of the branch where the name has one (…公司顺昌分公司), else the place it starts with."""
    found = _of_branch(forms) or _of_name(forms.regions, name)
    if found is None:
        return Place()
    if found.match.alternatives:
        return _ambiguous(found)
    region = found.match.region
    city = region.city or (region.province if region.province in MUNICIPALITIES else "")
    rule = Text(zh=f'名称含地名"{found.word}"', en=f'the name contains the place "{found.word}"')
    return Place(
        Reading(region.province, found.confidence, rule),
        Reading(city, found.confidence, rule) if city else None,
        Reading(region.district, found.confidence, rule) if region.district else None,
        region,
    )


def _of_branch(forms: NameForms) -> _Found | None:
    match = next((match for match in match_regions(forms.branch) if match.start == 0), None)
    if match is None:
        return None
    narrowed = _within(match, forms.regions)
    is_office = forms.branch.endswith(_OFFICE_ENDINGS)
    if narrowed is None and not is_office:
        return None  # the campus 长阳分校 of a Beijing school is not in 长阳县 of Hubei
    return _found(narrowed or match, forms.branch)


def _of_name(regions: tuple[RegionMatch, ...], name: str) -> _Found | None:
    if not regions:
        return None
    first = regions[0]
    finer = next((match for match in regions[1:] if _is_finer(match, first)), first)
    found = _found(finer, name)
    if first.start == 0:
        return found
    return _Found(found.match, found.word, min(found.confidence, _INSIDE))


def _found(match: RegionMatch, text: str) -> _Found:
    word = text[match.start : match.end]
    is_official = word.endswith(_OFFICIAL_ENDINGS) or match.region.level == "province"
    return _Found(match, word, _SURE if is_official else _SHORT)


def _is_finer(match: RegionMatch, outer: RegionMatch) -> bool:
    """西安市环保局灞桥分局: the second place lies in the first."""
    return not match.alternatives and match.region != outer.region and outer.region.contains(match.region)


def _within(match: RegionMatch, outer: tuple[RegionMatch, ...]) -> RegionMatch | None:
    """Of the divisions so called, those inside the place that the name starts with, if any."""
    candidates = (match.region, *match.alternatives)
    inside = [r for r in candidates if any(o.start == 0 and o.region.contains(r) for o in outer)]
    return RegionMatch(inside[0], match.start, match.end, tuple(inside[1:])) if inside else None


def _ambiguous(found: _Found) -> Place:
    """What all candidates share is kept; where they differ the likeliest is a guess, and no district is."""
    likeliest, others = found.match.region, found.match.alternatives
    rule = Text(
        zh=f'名称含地名"{found.word}"，同名地区有 {len(others) + 1} 个',
        en=f'the name contains "{found.word}", the name of {len(others) + 1} places',
    )
    if any(region.province != likeliest.province for region in others):
        return Place(Reading(likeliest.province, _GUESS, rule))
    province = Reading(likeliest.province, found.confidence, rule)
    if not likeliest.city or any(region.city != likeliest.city for region in others):
        return Place(province)
    return Place(province, Reading(likeliest.city, found.confidence, rule))
