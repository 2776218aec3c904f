"""From a question to one federated search that finds candidates; the ranker orders them.

Each part is a search of its own with the weight of its kind of evidence; the server merges them and drops
repetitions. Every part has words: a search by filter alone has no score that could be weighed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from search.backends.meilisearch_schema import filter_text
from search.backends.meilisearch_words import Field, word, words
from search.question import Letters, Question, Reading
from search.terms import (
    INITIALS_LENGTHS,
    PINYIN_PREFIX_SYLLABLES,
    PREFIX_LENGTHS,
    Key,
    bigrams,
    pinyin_bigrams,
)

_MOST_WORDS = 10  # what the server reads of a query
_MOST_WINDOWS = 5
_CARD_WEIGHT = 10.0


@dataclass(frozen=True, slots=True)
class Part:
    """`words` of a document to be found, all of them or as many of the rarest as possible; and among each of
    `marks` at least one."""

    weight: float
    words: Sequence[str]
    marks: Sequence[Sequence[str]] = ()
    strategy: Literal["all", "frequency"] = "all"


def restriction(visibility: Sequence[str], filters: Mapping[str, Sequence[str]]) -> list[Sequence[str]]:
    """The marks that a viewer's documents carry, for every part."""
    chosen = [
        words(Field.FILTER, (filter_text(field, value) for value in values))
        for field, values in filters.items()
    ]
    return [words(Field.VISIBILITY, visibility), *chosen]


def federated(
    uid: str, schema: str, parts: Iterable[Part], marks: Sequence[Sequence[str]], *, limit: int
) -> dict[str, Any]:
    """The body of the request. The index's card comes first of all hits, if it is of this schema."""
    common = {"indexUid": uid, "locales": ["eng"], "attributesToRetrieve": ["key", "packed"]}
    queries = [
        common
        | {
            "q": " ".join(part.words),
            "filter": [f"marks IN [{', '.join(either)}]" for either in (*marks, *part.marks)],
            "matchingStrategy": part.strategy,
            "federationOptions": {"weight": part.weight},
        }
        for part in parts
    ]
    card = common | {
        "q": word(Field.CARD, schema),
        "matchingStrategy": "all",
        "federationOptions": {"weight": _CARD_WEIGHT},
    }
    return {"federation": {"limit": limit + 1, "offset": 0}, "queries": [card, *queries]}


def candidate_parts(question: Question, schema: str, *, thorough: bool) -> list[Part]:
    """`thorough` adds what finds typing mistakes, beside keys, prefixes and abbreviations."""
    every = [word(Field.SCHEMA, schema)]
    parts = [part for reading in question.readings for part in _spelled(reading, every, thorough)]
    if question.regions:
        parts.append(_same_core_in(question, every))
    if question.parts:
        grams = [gram for part in question.parts for gram in bigrams(part)]
        single = [part for part in question.parts if len(part) == 1]
        both = words(Field.BIGRAMS, grams) + words(Field.CHARACTERS, single)
        parts.append(Part(0.7, _spread(both)))
    if question.letters:
        parts += _sounded(question.letters, every, thorough)
    if question.pinyin:
        keys = [Key.PINYIN + question.pinyin, Key.CORE_PINYIN + question.pinyin]
        parts.append(_by_key(0.75, every, keys))
    return [part for part in parts if part.words]


def _spelled(reading: Reading, every: Sequence[str], thorough: bool) -> list[Part]:
    nosuf = reading.nosuf
    sure = 1.2 if reading.source == "famous" else 1.0
    same = [
        Key.FULL + reading.norm,
        Key.WITHOUT_LEGAL_FORM + nosuf,
        *(Key.ALIAS + text for text in (reading.norm, nosuf)),
    ]
    short = [
        *(Key.SQUEEZED + form for form in reading.squeezed),
        *(Key.ABBREVIATION + form for form in (nosuf, *reading.squeezed)),
    ]
    core = [
        *(Key.CORE + text for text in (nosuf, reading.core)),
        Key.WITHOUT_LEGAL_FORM + reading.core,
    ]
    grams = words(Field.BIGRAMS, bigrams(nosuf))
    parts = [
        _by_key(sure, every, same),
        _by_key(0.9, every, short),
        _by_key(0.8, every, core),
        Part(0.6, words(Field.PREFIXES, [nosuf[: PREFIX_LENGTHS.stop - 1]])),
        Part(0.5, _spread(grams)),
    ]
    if 2 <= len(nosuf) <= 6 and not nosuf.isascii():
        parts.append(Part(0.4, words(Field.CHARACTERS, nosuf)))
    return parts + _nearly(grams) + _but_one_character(nosuf) if thorough else parts


def _nearly(grams: Sequence[str]) -> list[Part]:
    """Names that hold all bigrams but those around one wrong place, then those that hold the rarest.

    A wrong character spoils two bigrams; the windows overlap by one, so that one of them covers both.
    """
    if len(grams) < 3:
        return []
    step = max(2, -(-len(grams) // _MOST_WINDOWS))
    windows = [
        Part(0.3, _spread([*grams[:start], *grams[start + step + 1 :]]))
        for start in range(0, len(grams) - 1, step)
    ]
    # Each half for itself too: a rare bigram that the name lacks would keep all others from counting.
    half = len(grams) // 2
    heaps = [grams, grams[:half], grams[half:]] if half >= 3 else [grams]
    return [*windows, *(Part(0.45, _spread(heap), strategy="frequency") for heap in heaps)]


def _but_one_character(text: str) -> list[Part]:
    """Short names with a character too many or a wrong one, which leaves too few bigrams."""
    if not 4 <= len(text) <= 6 or text.isascii():
        return []
    return [
        Part(0.35, words(Field.CHARACTERS, text[:place] + text[place + 1 :])) for place in range(len(text))
    ]


def _same_core_in(question: Question, every: Sequence[str]) -> Part:
    """揭阳市实验中学 for the 实验中学 that is known to be in 揭阳, among the hundreds of that name."""
    core = question.readings[-1].core
    places = words(Field.PLACE, [region.name for region in question.regions])
    return Part(0.95, every, [words(Field.KEYS, [Key.CORE + core, Key.FULL + core]), places])


def _sounded(letters: Letters, every: Sequence[str], thorough: bool) -> list[Part]:
    parts = [
        _by_key(0.95, every, [Key.PINYIN + text for text in letters.typed]),
        _by_key(0.8, every, [Key.CORE_PINYIN + text for text in letters.typed]),
    ]
    if letters.pure:
        begun = letters.typed[0][: INITIALS_LENGTHS.stop - 1]
        parts += [
            _by_key(0.9, every, [Key.INITIALS + text for text in letters.typed]),
            _by_key(0.85, every, [Key.CORE_INITIALS + text for text in letters.typed]),
            Part(0.55, words(Field.INITIALS_PREFIXES, [begun])),
        ]
    if letters.syllables:
        begun = "".join(letters.syllables[: PINYIN_PREFIX_SYLLABLES.stop - 1])
        grams = words(Field.PINYIN_BIGRAMS, pinyin_bigrams(letters.syllables))
        parts += [Part(0.6, words(Field.PINYIN_PREFIXES, [begun])), Part(0.45, _spread(grams))]
        parts += _nearly(grams) if thorough else []
    return parts


def _by_key(weight: float, every: Sequence[str], keys: Iterable[str]) -> Part:
    return Part(weight, every, [words(Field.KEYS, keys)])


def _spread(found: Sequence[str]) -> Sequence[str]:
    """As many as the server reads, evenly over the whole."""
    if len(found) <= _MOST_WORDS:
        return found
    return [found[place * (len(found) - 1) // (_MOST_WORDS - 1)] for place in range(_MOST_WORDS)]
