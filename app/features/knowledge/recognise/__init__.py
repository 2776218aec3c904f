"""Recognises an organisation from its name alone: industry, sub-industry, level, place.

Pure and deterministic. The words and weights are data (`pack/industries.yaml`); here is only what
patterns cannot say: which part of the name speaks, which word decides, what a place tells of the level.
"""

import unicodedata

from app.features.knowledge.catalogue import Catalogue, Industry
from app.features.knowledge.recognise.industry import ANSWERS_FROM, CLOSE, UNKNOWN, read_industries, words_of
from app.features.knowledge.recognise.level import read_level
from app.features.knowledge.recognise.region import read_place
from app.features.knowledge.recognition import Reading, Recognition
from app.kit.text import Text
from search.analysis.names import NameForms, analyse
from search.analysis.normalise import normalise
from search.analysis.regions import RegionMatch

_LONGEST = 100  # characters; the longest known name has 38, and hostile input stays cheap
_OPENING, _CLOSING = "(（[【", ")）]】"
_PLACE_KINDS = "市区县州盟旗"
_SAYS_NOTHING = 0.2
_SUB_CEILING = 0.85
_NOTHING = Text(zh="名称中没有能说明行业的字样", en="nothing in the name tells the industry")


def recognise(name: str, catalogue: Catalogue) -> Recognition:
    """Any string is safe; junk and names that say nothing are read as "other" with low confidence."""
    known = unicodedata.normalize("NFKC", name[:_LONGEST])[:_LONGEST]  # one ligature may unfold to 18 letters
    forms = analyse(known)
    text = _own_part(known, forms)
    readings = read_industries(text, catalogue)
    if not readings or readings[0].confidence < ANSWERS_FROM:
        readings = (Reading(UNKNOWN, _SAYS_NOTHING, _NOTHING),)
    best = readings[0]
    industry = catalogue.industries[best.value]
    place = read_place(forms, known)
    return Recognition(
        name=name,
        industry=best,
        sub_industry=_sub_industry(text, industry, ceiling=best.confidence),
        level=read_level(forms.norm, _without_places(known, forms), industry, place.region),
        province=place.province,
        city=place.city,
        district=place.district,
        alternatives=_alternatives(readings),
    )


def _own_part(name: str, forms: NameForms) -> str:
    """The folded name without what says nothing of the business: 东院区, 上海分公司, a place in brackets.

    Of an official place at the start only its kind is kept: 公安县财政局 is no police, 路桥区 no road.
    """
    rest = name
    for match in reversed(forms.regions):
        if _is_bracketed(match, name):
            rest = rest[: match.start] + rest[match.end :]
        elif match.start == 0 and match.region.level != "province" and name[match.end - 1] in _PLACE_KINDS:
            rest = rest[match.end - 1 :]
    return normalise(rest).removesuffix(forms.branch)


def _is_bracketed(match: RegionMatch, name: str) -> bool:
    before, after = name[match.start - 1 : match.start], name[match.end : match.end + 1]
    return bool(before and after) and before in _OPENING and after in _CLOSING


def _without_places(name: str, forms: NameForms) -> str:
    rest = name
    for match in reversed(forms.regions):
        rest = rest[: match.start] + rest[match.end :]
    return normalise(rest)


def _alternatives(readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    best = readings[0]
    return tuple(
        reading
        for reading in readings[1:]
        if best.confidence - reading.confidence < CLOSE and reading.confidence >= ANSWERS_FROM
    )


def _sub_industry(text: str, industry: Industry, *, ceiling: float) -> Reading | None:
    """The first sub-industry of the list that the name speaks of, as the catalogue's rule says."""
    for sub in industry.sub_industries:
        for pattern in sub.patterns:
            found = pattern.search(text)
            if found:
                return Reading(sub.code, min(ceiling, _SUB_CEILING), words_of(found, text))
    return None
