"""Which divisions of China a name speaks of, and where in the name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from search.analysis.gazetteer import (
    MUNICIPALITIES,
    Reading,
    Region,
    Strength,
    brands,
    gazetteer,
    load_regions,
)
from search.analysis.normalise import Folded, fold

__all__ = ["Region", "RegionMatch", "cities_of", "districts_of", "leading_ends", "match_regions", "provinces"]

_OPENING = frozenset("(（[【〔<《「“")
# 北京东路小学 is a school in a road, 沙河镇 a town: a bare short form before these words is no region.
_NOT_BEFORE = re.compile(r"[东南西北中]?[路街]|大[道街]|[镇乡村桥]|苏木")
# 阿里云 and 资源循环科技 speak of no region, 阿里医院 and 资源县政府 do: what follows a form that is also a
# brand or a common word. The list of such forms is data/region_brands.txt.
_INSTITUTION = re.compile(
    r"第?[一二三四五六七八九十0-9]+(?:人民)?[中小医]|人民|政府|党委|军分区|(?:中医|妇幼|中心|藏)?(?:医院|保健)|"
    r"(?:初级|高级|完全|中心|实验|华侨|思源|特殊教育|职业|师范|技工|技师|民族)*(?:[中小高]学|高中|初中|学校|学院|大学|幼儿园)|"
    r"(?:公安|教育|财政|税务|卫生|交通|民政|水利|气象|统计|审计|司法|农业|农牧|林业|文化|体育|商务|供电|烟草|邮政).{0,6}局|"
    r"发改|人社|卫健|住建|机场|海关|电视台|日报|法院|检察院|农商|农村"
)
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
            and (reading.strength is Strength.FULL or _may_be_short(text[start:end], text[end:]))
            and (not parents or any(_leads_to(parent, reading) for parent in parents))
        )
        if usable:
            return usable, end
    return None


def _may_be_short(form: str, following: str) -> bool:
    if _NOT_BEFORE.match(following):
        return False
    return form not in brands() or not following or bool(_INSTITUTION.match(following))


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
