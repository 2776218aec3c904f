"""Reads the industry from the words of a name: all weights and words come from the catalogue."""

import re

from app.features.knowledge.catalogue import Catalogue, Industry
from app.features.knowledge.recognition import Reading
from app.kit.text import Text

UNKNOWN = "other"
ANSWERS_FROM = 0.5  # below this a name says nothing
CLOSE = 0.1  # a smaller gap between two readings is a choice for the reader
_FURTHER_HIT = 0.02
_CEILING = 0.99
_DECIDED = 0.95
# In a company's name the last word names the business, earlier ones its object: 石油机械 makes machines.
_EARLIER_WORD = 0.15
_COMPANY = re.compile(r"(?:公司|集团|股份|控股)$")


def read_industries(text: str, catalogue: Catalogue) -> tuple[Reading, ...]:
    """All industries that `text` (a folded name without its branch) speaks of, strongest first."""
    readings = _by_words(text, catalogue)
    for rule in catalogue.conflict_rules:
        found = rule.pattern.search(text)
        if not found:
            continue
        for code in rule.over:
            readings.pop(code, None)
        if rule.prefer and _confidence(readings, rule.prefer) < _DECIDED:
            readings[rule.prefer] = Reading(rule.prefer, _DECIDED, words_of(found, text))
    return tuple(sorted(readings.values(), key=lambda reading: -reading.confidence))


def words_of(found: re.Match[str], text: str) -> Text:
    """The rule that fired, in words.

    A pattern whose match is longer than what it is about names that part `word`.
    """
    group = "word" if "word" in found.re.groupindex else 0
    word, is_at_end = found[group], found.end(group) == len(text) and found.start(group) > 0
    if is_at_end:
        return Text(zh=f'名称主体以"{word}"结尾', en=f'the name proper ends with "{word}"')
    return Text(zh=f'名称含"{word}"', en=f'the name contains "{word}"')


def _by_words(text: str, catalogue: Catalogue) -> dict[str, Reading]:
    hits = {
        code: found for code, industry in catalogue.industries.items() if (found := _hits(text, industry))
    }
    last = max((hit.end() for found in hits.values() for _, hit in found), default=0)
    is_company = _COMPANY.search(text) is not None
    readings = {}
    for code, found in hits.items():
        weight, strongest = max(found, key=lambda pair: pair[0])
        score = weight + _FURTHER_HIT * (len(found) - 1)
        if is_company and all(hit.end() < last for _, hit in found):
            score -= _EARLIER_WORD
        readings[code] = Reading(code, round(min(score, _CEILING), 2), words_of(strongest, text))
    return readings


def _hits(text: str, industry: Industry) -> list[tuple[float, re.Match[str]]]:
    """Weight and last match of each pattern that the name holds."""
    hits = []
    for rule in industry.name_patterns:
        found = list(rule.pattern.finditer(text))
        if found:
            hits.append((rule.weight, found[-1]))
    return hits


def _confidence(readings: dict[str, Reading], code: str) -> float:
    return readings[code].confidence if code in readings else 0.0
