"""Values of other people's files in our terms: 医疗卫生 as a code, 云南 as 云南省. Pure."""

import re
from dataclasses import dataclass

from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.source_words import target_of_words
from app.features.registry.import_problems import Problem, shortened
from app.features.registry.tables import Record
from app.kit.text import Text
from search.analysis.regions import match_regions, provinces

_LISTED = re.compile(r"\s*[、;；/\n]\s*")
_JOINED = re.compile(r"[、/及和与]|行业$|业$|类$")


@dataclass(frozen=True, slots=True)
class Words:
    """The words for industries: codes, and their names in both languages, in whole and in part."""

    codes: frozenset[str]
    industry_of: dict[str, str]

    def industry(self, word: str) -> str | None:
        """The code that the word names; None where it names none, or several."""
        plain = word.strip().casefold()
        if plain in self.codes:
            return plain
        target = target_of_words(word.strip())
        return (
            self.industry_of.get(plain)
            or self.industry_of.get(_JOINED.sub("", plain))
            or (target[0] if target else None)
        )


def words_of(catalogue: Catalogue) -> Words:
    """A part that two industries share names neither."""
    found: dict[str, str | None] = {}
    for code, industry in catalogue.industries.items():
        parts = [part for part in _JOINED.split(industry.name.zh) if part and len(part) > 1]
        for word in {industry.name.zh, industry.name.en.casefold(), *parts}:
            found[word] = code if found.get(word, code) == code else None
    known = {word: code for word, code in found.items() if code}
    return Words(frozenset(catalogue.industries), known)


def in_our_terms(number: int, record: Record, words: Words) -> tuple[Record, list[Problem]]:
    """The record with our codes and full names of places; what has no counterpart stays out, noted."""
    ours = dict(record)
    problems = []
    industry = ours.get("industry", "").strip()
    if industry:
        code = words.industry(industry)
        ours["industry"] = code or ""
        if code is None:
            problems.append(_unknown_industry(number, industry, words))
            ours["sub_industry"] = ours.get("sub_industry") or industry
    if words.industry(ours.get("name", "")):
        ours["name"] = words.industry(ours["name"]) or ""  # told as belonging into another column
    if ours.get("short_names"):
        ours["short_names"] = "|".join(filter(None, _LISTED.split(ours["short_names"])))
    ours |= _placed(ours)
    return ours, problems


def _placed(record: Record) -> Record:
    province, city = record.get("province", "").strip(), record.get("city", "").strip()
    found: Record = {}
    if province and province not in provinces():
        whole = [region for region in _whole(province) if not region[1]]
        if len(whole) == 1:
            found["province"] = province = whole[0][0]
    if city:
        same = {region for region in _whole(city) if not province or region[0] == province}
        if len(same) == 1 and (full := next(iter(same))[1]):
            found["city"] = full
    return found


def _whole(text: str) -> list[tuple[str, str]]:
    """Provinces and cities that all of the text names."""
    return [
        (region.province, region.city)
        for match in match_regions(text)
        if match.start == 0 and match.end == len(text)
        for region in (match.region, *match.alternatives)
        if not region.district
    ]


def _unknown_industry(number: int, word: str, words: Words) -> Problem:
    return Problem(
        number,
        "industry",
        Text(zh="不认识的行业；按名称推断", en="unknown industry; read from the name instead"),
        refuses=False,
        value=shortened(word),
        way_out=Text(
            zh="改用行业代码：" + "、".join(sorted(words.codes)),
            en="use a code: " + ", ".join(sorted(words.codes)),
        ),
    )
