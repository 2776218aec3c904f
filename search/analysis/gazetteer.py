"""The divisions of China and every way their names are shortened."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from importlib import resources
from typing import Literal

from search.analysis.normalise import normalise

_DATA = resources.files("search.analysis") / "data"
_PEOPLES = (
    "壮族|回族|维吾尔|苗族|土家族|彝族|藏族|蒙古族|蒙古|布依族|侗族|朝鲜族|满族|白族|哈尼族|傣族|景颇族|傈僳族|羌族|黎族|瑶族|"
    "仡佬族|佤族|拉祜族|布朗族|纳西族|普米族|怒族|独龙族|畲族|土族|东乡族|撒拉族|保安族|裕固族|哈萨克族|哈萨克|柯尔克孜|锡伯|"
    "塔吉克|达斡尔族|仫佬族|毛南族|水族|各族"
)
_AUTONOMOUS = re.compile(rf"(.+?)(?:{_PEOPLES})*自治([县州区旗])")
_ENDINGS = ("行政委员会", "新区", "特区", "林区", "地区", "区", "市", "县", "盟", "旗", "省")
# Short forms that no rule gives.
_CUSTOMARY = {
    "内蒙古自治区": ("内蒙古", "内蒙"),
    "呼和浩特市": ("呼市",),
    "乌鲁木齐市": ("乌市",),
    "西双版纳傣族自治州": ("版纳",),
    "锡林郭勒盟": ("锡盟",),
    "博尔塔拉蒙古自治州": ("博州",),
    "克孜勒苏柯尔克孜自治州": ("克州",),
    "东乡族自治县": ("东乡县", "东乡"),
    "鄂伦春自治旗": ("鄂伦春旗", "鄂伦春"),
    "鄂温克族自治旗": ("鄂温克旗", "鄂温克"),
}
MUNICIPALITIES = frozenset({"北京市", "天津市", "上海市", "重庆市"})


@dataclass(frozen=True, slots=True)
class Region:
    """A division; empty strings where it is coarser. A municipality as a whole is a province."""

    province: str
    city: str
    district: str

    @property
    def level(self) -> Literal["province", "city", "district"]:
        return "district" if self.district else "city" if self.city else "province"

    @property
    def name(self) -> str:
        return self.district or self.city or self.province

    def contains(self, other: "Region") -> bool:
        return (
            self.province == other.province
            and (self.city in ("", other.city) or self.city == self.province)
            and self.district in ("", other.district)
        )


class Strength(IntEnum):
    """How surely a form means the division: only after its city, at the start of a name, anywhere."""

    WEAK = 0
    SHORT = 1
    FULL = 2


@dataclass(frozen=True, slots=True)
class Reading:
    region: Region
    strength: Strength


def short_forms(region: Region) -> tuple[str, ...]:
    """Customary and rule-made short forms of at least two characters, without the official name."""
    name = region.name
    if name in _CUSTOMARY:
        return _CUSTOMARY[name]
    autonomous = _AUTONOMOUS.fullmatch(name)
    if autonomous:
        base, kind = autonomous.groups()
        made = (base, f"{base}自治区") if kind == "区" else (base + kind, base)
        return tuple(form for form in made if len(form) >= 2)
    for ending in _ENDINGS:
        if name.endswith(ending):
            base = name.removesuffix(ending)
            return (base,) if len(base) >= 2 else ()
    return ()


@lru_cache
def load_regions() -> tuple[Region, ...]:
    lines = (_DATA / "regions.tsv").read_text("utf-8").splitlines()[1:]
    rows = (Region(*line.split("\t")) for line in lines)
    return tuple(Region(row.province, "", "") if _is_municipality(row) else row for row in rows)


def _is_municipality(row: Region) -> bool:
    return row.city == row.province in MUNICIPALITIES and not row.district


class Gazetteer:
    """Every form of every division, with the divisions it may mean, the likeliest first."""

    def __init__(self, regions: Iterable[Region], words: frozenset[str]) -> None:
        readings: dict[str, list[Reading]] = {}
        for region in regions:
            for form, strength in _forms(region, words):
                readings.setdefault(normalise(form), []).append(Reading(region, strength))
        self._readings = {form: tuple(sorted(found, key=_likelihood)) for form, found in readings.items()}
        lengths: dict[str, set[int]] = {}
        for form in self._readings:
            lengths.setdefault(form[:2], set()).add(len(form))
        self._lengths = {start: tuple(sorted(found, reverse=True)) for start, found in lengths.items()}

    def lengths_at(self, text: str, start: int) -> tuple[int, ...]:
        """Lengths worth looking up at this place, the longest first; nearly always none."""
        return self._lengths.get(text[start : start + 2], ())

    def readings(self, form: str) -> tuple[Reading, ...]:
        return self._readings.get(form, ())


def _forms(region: Region, words: frozenset[str]) -> Iterator[tuple[str, Strength]]:
    yield region.name, Strength.WEAK if region.name in words else Strength.FULL
    for form in short_forms(region):
        if form[-1] in "县州旗区":
            yield form, Strength.FULL
        else:
            yield form, Strength.WEAK if form in words else Strength.SHORT


def _likelihood(reading: Reading) -> tuple[int, int, bool, str, str]:
    region = reading.region
    level = ("province", "city", "district").index(region.level)
    return -reading.strength, level, region.province not in MUNICIPALITIES, region.province, region.city


@lru_cache
def brands() -> frozenset[str]:
    """Short forms that are as often a brand or a common word."""
    return frozenset((_DATA / "region_brands.txt").read_text("utf-8").split())


@lru_cache
def gazetteer() -> Gazetteer:
    words = frozenset((_DATA / "region_words.txt").read_text("utf-8").split())
    return Gazetteer(load_regions(), words)
