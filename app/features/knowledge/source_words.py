"""Reads the industry and level words of public registers as codes of the catalogue."""

from dataclasses import dataclass

from app.features.knowledge.source_word_table import (
    DELISTED_MARK,
    LEVEL_OF_RANK,
    LEVEL_WORDS,
    TARGET_OF_SECTION,
    TARGET_OF_WORD,
    Target,
)

_PUBLIC_BODIES = {
    "government": frozenset(LEVEL_OF_RANK.values()),
    "public_security": frozenset({"provincial", "municipal", "county"}),
}
_VAGUE: Target = ("technology", None)  # "mobile internet" beside "games" adds nothing
_SUB_OF_GRADE = {
    "healthcare": {
        "tertiary_a": "tertiary_hospital",
        "tertiary": "tertiary_hospital",
        "secondary": "secondary_hospital",
    },
    "education": {"undergraduate": "university", "higher_vocational": "vocational"},
}


@dataclass(frozen=True, slots=True)
class SourceReading:
    """What the source's words mean in our taxonomy; None where they do not say."""

    industry: str  # may differ from the source's: the catalogue files 教育局 under education
    sub_industry: str | None
    level: str | None


def read_source_words(*, industry: str, sub_industry: str, level: str) -> SourceReading:
    """`sub_industry` as in the organisation files: words joined by '|', or by '/' for several at once."""
    target = target_of_words(sub_industry)
    own_industry, sub = target if target else (industry, None)
    code = _level(own_industry, level)
    return SourceReading(own_industry, sub or _sub_of_grade(own_industry, code, sub_industry), code)


def target_of_words(words: str) -> Target | None:
    """Industry and sub-industry that the words name: finest vocabulary first, None when all are unclear."""
    parts = [part for part in words.split("|") if part]
    ordered = sorted(parts, key=lambda part: (not part.startswith("SW:"), part.startswith("CSRC:")))
    for part in ordered:
        target = _target_of_part(part)
        if target:
            return target
    return None


def _target_of_part(part: str) -> Target | None:
    if part.startswith("CSRC:"):
        return TARGET_OF_SECTION.get(part[5:6])
    word = part.removeprefix("SW:").removesuffix("Ⅲ")
    if word in TARGET_OF_WORD:
        return TARGET_OF_WORD[word]
    several = {TARGET_OF_WORD[one] for one in word.split("/") if one in TARGET_OF_WORD}
    if len(several) > 1:
        several.discard(_VAGUE)
    return next(iter(several)) if len(several) == 1 else None


def _level(industry: str, level: str) -> str | None:
    if industry in _PUBLIC_BODIES:
        code = LEVEL_OF_RANK.get(level)
        return code if code in _PUBLIC_BODIES[industry] else None
    if DELISTED_MARK in level:
        return None
    return next((code for word, code in LEVEL_WORDS.get(industry, ()) if word in level), None)


def _sub_of_grade(industry: str, level: str | None, words: str) -> str | None:
    """A graded hospital or university is told apart by its grade where the word alone does not."""
    if "医院" in words or words == "高等教育":
        return _SUB_OF_GRADE.get(industry, {}).get(level or "")
    return None
