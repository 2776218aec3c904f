"""Which divisions of China a name speaks of, and where in the name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from search.analysis.gazetteer import MUNICIPALITIES, Reading, Region, Strength, gazetteer, load_regions
from search.analysis.normalise import Folded, fold

__all__ = ["Region", "RegionMatch", "cities_of", "districts_of", "leading_ends", "match_regions", "provinces"]

_OPENING = frozenset("(（[【〔<《「“")
# 北京东路小学 is a school in a road, 沙河镇 a town: a bare short form before these words is no region.
_NOT_BEFORE = re.compile(r"[东南西北中]?[路街]|大[道街]|[镇乡村桥]|苏木")
_COMPASS = frozenset("东西南北中上下")


@dataclass(frozen=True, slots=True)
class RegionMatch:
    """`start` and `end` are offsets into the text as given; `alternatives` are other divisions so called."""

    region: Region
    start: int
    end: int
    alternatives: tuple[Region, ...] = ()


@dataclass(frozen=True, slots=True)
class _Chain:
    """Consecutive divisions, coarse to fine; `ends` holds where each one ends in the folded text."""

    readings: tuple[Reading, ...]
    start: int
    ends: tuple[int, ...]


def match_regions(text: str) -> tuple[RegionMatch, ...]:
    """Chains of divisions in the order of the text: 云南省红河州医院 gives one match, 红河州 in 云南省."""
    folded = fold(text)
    return tuple(_as_match(chain, folded) for chain in _chains(text, folded))


@lru_cache(1024)  # asked several times for the same name
def leading_ends(folded_text: str) -> tuple[int, ...]:
    """Where each division at the very start of a folded name ends: 云南省红河州… gives (3, 6)."""
    chain = _chain_at(folded_text, 0, Strength.SHORT)
    return chain.ends if chain else ()


def _as_match(chain: _Chain, folded: Folded) -> RegionMatch:
    regions = tuple(dict.fromkeys(reading.region for reading in chain.readings))
    start, end = folded.offsets[chain.start], folded.offsets[chain.ends[-1] - 1] + 1
    return RegionMatch(regions[0], start, end, regions[1:])


def _chains(text: str, folded: Folded) -> Iterator[_Chain]:
    position = 0
    parents: tuple[Reading, ...] = ()
    while position < len(folded.text):
        if not gazetteer().lengths_at(folded.text, position):
            position += 1
            continue
        chain = _chain_at(folded.text, position, _required(text, folded, position))
        if not chain or not (_opens(text, folded, position) or _stands_inside(chain)):
            chain = _police_district(folded.text, position, parents)
        if chain:
            yield chain
            parents = chain.readings
            position = chain.ends[-1]
        else:
            position += 1


def _opens(text: str, folded: Folded, position: int) -> bool:
    offset = folded.offsets[position]
    return position == 0 or text[offset - 1] in _OPENING


def _required(text: str, folded: Folded, position: int) -> Strength:
    if _opens(text, folded, position) or folded.text[position - 1] not in _COMPASS:
        return Strength.SHORT
    return Strength.FULL  # 东南通信 does not speak of 南通


def _police_district(text: str, start: int, parents: tuple[Reading, ...]) -> _Chain | None:
    """吉安市公安局青原分局: a bare district behind its city, before 分局."""
    found = _longest(text, start, parents, Strength.WEAK) if parents else None
    if found and text.startswith("分局", found[1]):
        return _Chain(found[0], start, (found[1],))
    return None


def _stands_inside(chain: _Chain) -> bool:
    """In the middle of a name a bare district (福建海峡, 中国平安) is nearly always something else."""
    first = chain.readings[0]
    if first.region.level == "district":
        return first.strength is Strength.FULL and chain.ends[-1] - chain.start >= 3
    return True


def _chain_at(text: str, start: int, required: Strength) -> _Chain | None:
    found = _longest(text, start, (), required)
    if not found:
        return None
    readings, end = found
    ends = [end]
    while True:
        finer = _longest(text, end, readings, Strength.WEAK)
        if not finer:
            return _Chain(readings, start, tuple(ends))
        readings, end = finer
        ends.append(end)


def _longest(
    text: str, start: int, parents: tuple[Reading, ...], required: Strength
) -> tuple[tuple[Reading, ...], int] | None:
    book = gazetteer()
    for length in book.lengths_at(text, start):
        end = start + length
        if end > len(text):
            continue
        usable = tuple(
            reading
            for reading in book.readings(text[start:end])
            if reading.strength >= required
            and (reading.strength is Strength.FULL or not _NOT_BEFORE.match(text, end))
            and (not parents or any(_leads_to(parent, reading) for parent in parents))
        )
        if usable:
            return usable, end
    return None


def _leads_to(parent: Reading, child: Reading) -> bool:
    if parent.region.level == child.region.level or not parent.region.contains(child.region):
        return False
    in_city = parent.region.level == "city" or parent.region.province in MUNICIPALITIES
    return child.strength > Strength.WEAK or in_city  # 河北新华医院: 新华 is a word until the city is named


@lru_cache
def provinces() -> tuple[str, ...]:
    """Official names of the province-level divisions, in a stable order."""
    return tuple(dict.fromkeys(region.province for region in load_regions()))


@lru_cache
def cities_of(province: str) -> tuple[str, ...]:
    """Official names of the cities of a province; a municipality has itself as its one city."""
    return tuple(dict.fromkeys(r.city for r in load_regions() if r.province == province and r.city))


@lru_cache
def districts_of(province: str, city: str) -> tuple[str, ...]:
    """Official names; an empty city gives the districts that the province governs directly."""
    return tuple(
        r.district for r in load_regions() if (r.province, r.city) == (province, city) and r.district
    )
