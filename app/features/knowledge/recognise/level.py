"""Reads the level of an organisation from its name: weak evidence, and it says so."""

from app.features.knowledge.catalogue import Industry
from app.features.knowledge.recognise.industry import words_of
from app.features.knowledge.recognition import Reading
from app.kit.text import Text
from search.analysis.gazetteer import MUNICIPALITIES
from search.analysis.regions import Region

_WEAK = 0.4
_BY_PLACE = 0.6
_PUBLIC = frozenset({"government", "public_security"})
_OF_DIVISION = {"province": "provincial", "city": "municipal", "district": "county"}
_NOTE_ZH = "，名称线索只是弱证据"
_NOTE_EN = "; a name is weak evidence of a level"


def read_level(text: str, rest: str, industry: Industry, region: Region | None) -> Reading | None:
    """`text` is the whole folded name, `rest` the same without its places, `region` the finest sure one.

    A public body has the level of its place, or a more local one told by its other words: 成都市…分局.
    """
    if industry.code not in _PUBLIC or region is None:
        return _by_words(text, industry)
    order = {level.code: position for position, level in enumerate(industry.levels)}
    told = [reading for reading in (_by_words(rest, industry), _by_place(order, region)) if reading]
    return max(told, key=lambda reading: order[reading.value], default=None)


def _by_words(text: str, industry: Industry) -> Reading | None:
    levels = reversed(industry.levels) if industry.code in _PUBLIC else industry.levels
    for level in levels:  # of a public body the most local wins, else the first of the list
        for pattern in level.patterns:
            found = pattern.search(text)
            if found:
                rule = words_of(found, text)
                return Reading(level.code, _WEAK, Text(rule.zh + _NOTE_ZH, rule.en + _NOTE_EN))
    return None


def _by_place(order: dict[str, int], region: Region) -> Reading | None:
    is_whole = region.province in MUNICIPALITIES and not region.district
    code = "provincial" if is_whole else _OF_DIVISION[region.level]
    if code not in order:
        return None
    zh, en = f"名称中的地区是{region.name}", f"the place in the name is {region.name}"
    return Reading(code, _BY_PLACE, Text(zh + _NOTE_ZH, en + _NOTE_EN))
