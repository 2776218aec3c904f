"""Recognises an organisation from its name alone: industry, sub-industry, level, place.

Pure and deterministic. The words and weights are data (`pack/industries.yaml`); here is only what
patterns cannot say: which part of the name speaks, which word decides, what a place tells of the level.
"""

from collections.abc import Sequence

from app.features.knowledge.catalogue import Catalogue, Industry
from app.features.knowledge.recognise_industry import ANSWERS_FROM, CLOSE, UNKNOWN, read_industries, words_of
from app.features.knowledge.recognise_level import read_level
from app.features.knowledge.recognise_region import read_place
from app.features.knowledge.recognition import Reading, Recognition
from app.kit.text import Text
from search.analysis.names import NameForms, analyse
from search.analysis.normalise import normalise
from search.analysis.regions import RegionMatch

_LONGEST = 200  # characters; no organisation's name is longer, and hostile input stays cheap
_OPENING, _CLOSING = "(（[【", ")）]】"
_SAYS_NOTHING = 0.2
_SUB_CEILING = 0.85
_NOTHING = Text(zh="名称中没有能说明行业的字样", en="nothing in the name tells the industry")


def recognise(name: str, catalogue: Catalogue) -> Recognition:
    """Any string is safe; junk and names that say nothing are read as "other" with low confidence."""
    known = name[:_LONGEST]
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
        level=read_level(forms.norm, _without(known, forms.regions), industry, place.region),
        province=place.province,
        city=place.city,
        district=place.district,
        alternatives=_alternatives(readings),
    )


def _own_part(name: str, forms: NameForms) -> str:
    """The folded name without what says nothing of the business: 东院区, 上海分公司, a place in brackets."""
    bracketed = [match for match in forms.regions if _is_bracketed(match, name)]
    return _without(name, bracketed).removesuffix(forms.branch)


def _is_bracketed(match: RegionMatch, name: str) -> bool:
    before, after = name[match.start - 1 : match.start], name[match.end : match.end + 1]
    return bool(before and after) and before in _OPENING and after in _CLOSING


def _without(name: str, places: Sequence[RegionMatch]) -> str:
    rest = name
    for match in reversed(places):
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
