"""The terms a document is found by. Both engines index these; neither needs to know Chinese."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from search.entry import Candidate, Entry, initials

PREFIX_LENGTHS = range(1, 11)
INITIALS_LENGTHS = range(2, 13)
PINYIN_PREFIX_SYLLABLES = range(1, 9)


class Key:
    """First letter of an exact key: what kind of equality it stands for."""

    FULL = "F"
    WITHOUT_LEGAL_FORM = "S"
    ALIAS = "A"
    CORE = "C"
    SQUEEZED = "Z"
    ABBREVIATION = "R"
    PINYIN = "P"
    CORE_PINYIN = "Q"
    INITIALS = "I"
    CORE_INITIALS = "K"


@dataclass(frozen=True, slots=True)
class Terms:
    """Space-separated terms of each index field."""

    keys: str
    prefixes: str
    bigrams: str
    characters: str
    pinyin_prefixes: str
    pinyin_bigrams: str
    initials_prefixes: str


def terms_of(candidate: Candidate) -> Terms:
    entries = candidate.entries
    spellings = list(dict.fromkeys(text for entry in entries for text in (entry.nosuf, *entry.cores)))
    sounds = list(dict.fromkeys(sound for entry in entries for sound in (entry.pinyin, entry.core_pinyin)))
    letters = list(dict.fromkeys(map(initials, sounds)))
    return Terms(
        keys=_join(key for entry in entries for key in _keys(entry)),
        prefixes=_join(text[:length] for text in spellings for length in PREFIX_LENGTHS),
        bigrams=_join(gram for entry in entries for gram in bigrams(entry.nosuf)),
        characters=_join(character for entry in entries for character in entry.nosuf),
        pinyin_prefixes=_join(prefix for sound in sounds for prefix in _pinyin_prefixes(sound.split())),
        pinyin_bigrams=_join(gram for entry in entries for gram in pinyin_bigrams(entry.pinyin.split())),
        initials_prefixes=_join(short[:length] for short in letters for length in INITIALS_LENGTHS),
    )


def bigrams(text: str) -> list[str]:
    return [text[place : place + 2] for place in range(len(text) - 1)]


def pinyin_bigrams(syllables: Iterable[str]) -> list[str]:
    parts = list(syllables)
    return [f"{first}.{second}" for first, second in pairwise(parts)]


def _keys(entry: Entry) -> Iterator[str]:
    if entry.kind == "name":
        yield Key.FULL + entry.norm
        yield Key.WITHOUT_LEGAL_FORM + entry.nosuf
    else:
        yield Key.ALIAS + entry.norm
        yield Key.ALIAS + entry.nosuf
    yield from (Key.CORE + core for core in entry.cores)
    yield from (Key.SQUEEZED + form for form in entry.squeezed)
    yield from (Key.ABBREVIATION + form for form in entry.abbreviations)
    yield Key.PINYIN + entry.pinyin.replace(" ", "")
    yield Key.CORE_PINYIN + entry.core_pinyin.replace(" ", "")
    yield Key.INITIALS + initials(entry.pinyin)
    yield Key.CORE_INITIALS + initials(entry.core_pinyin)


def _pinyin_prefixes(syllables: list[str]) -> Iterator[str]:
    joined = ""
    for syllable in syllables[: PINYIN_PREFIX_SYLLABLES.stop - 1]:
        joined += syllable
        yield joined


def _join(terms: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(terms))
