"""Reads the level of an organisation from its name: weak evidence, and it says so."""

from app.features.knowledge.catalogue import Industry
from app.features.knowledge.recognise_industry import words_of
from app.features.knowledge.recognition import Reading
from app.kit.text import Text
from search.analysis.regions import MUNICIPALITIES, Region

_WEAK = 0.4
_BY_PLACE = 0.6
_PUBLIC = frozenset({"government", "public_security"})
_BELOW_PLACE = frozenset({"national", "township", "station"})  # told by words, whatever the place
_OF_DIVISION = {"province": "provincial", "city": "municipal", "district": "county"}
_NOTE_ZH = "，名称线索只是弱证据"
_NOTE_EN = "; a name is weak evidence of a level"


def read_level(text: str, industry: Industry, region: Region | None) -> Reading | None:
    """`text` is the whole folded name; `region` the finest division it surely names."""
    if industry.code not in _PUBLIC:
        return _by_words(text, industry, None)
    told = _by_words(text, industry, _BELOW_PLACE)
    return told or _by_place(industry, region) or _by_words(text, industry, None)


def _by_words(text: str, industry: Industry, only: frozenset[str] | None) -> Reading | None:
    found = None
    for level in industry.levels:
        if only is not None and level.code not in only:
            continue
        match = next((m for pattern in level.patterns if (m := pattern.search(text))), None)
        if match:
            rule = words_of(match, text)
            found = Reading(level.code, _WEAK, Text(rule.zh + _NOTE_ZH, rule.en + _NOTE_EN))
            if industry.code not in _PUBLIC:
                return found  # public bodies: the later, more local level wins
    return found


def _by_place(industry: Industry, region: Region | None) -> Reading | None:
    if region is None:
        return None
    is_whole = region.province in MUNICIPALITIES and not region.district
    code = "provincial" if is_whole else _OF_DIVISION[region.level]
    if all(level.code != code for level in industry.levels):
        return None
    zh, en = f"名称中的地区是{region.name}", f"the place in the name is {region.name}"
    return Reading(code, _BY_PLACE, Text(zh + _NOTE_ZH, en + _NOTE_EN))
