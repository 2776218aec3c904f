"""How well one name answers one question, and why.

The scores are tiers, far enough apart that similarity and popularity only order names inside a tier.
"""

from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from search.contract import MatchedBy
from search.entry import Entry, initials
from search.question import Letters, Question, Reading


@dataclass(frozen=True, slots=True)
class Match:
    score: float
    matched_by: MatchedBy
    entry: Entry


_KIND: dict[str, MatchedBy] = {"name": "exact", "alias": "alias", "former": "former_name", "english": "alias"}
_SAME = {"name": 1000.0, "alias": 970.0, "former": 950.0, "english": 960.0}
_FUZZY_FLOOR = 0.55  # below this two names have nothing to do with each other
_SOUND_FLOOR = 0.8


def match(question: Question, entry: Entry) -> Match | None:
    """The best way in which this name answers, or None."""
    if not entry.norm:  # a name of nothing but signs
        return None
    options = [found for reading in question.readings if (found := _spelled(reading, entry))]
    if question.parts and (found := _in_parts(question.parts, entry)):
        options.append(found)
    if question.letters and (found := _sounded(question.letters, entry)):
        options.append(found)
    if question.pinyin and (found := _homophone(question, entry)):
        options.append(found)
    return max(options, key=lambda option: option.score, default=None)


def _spelled(reading: Reading, entry: Entry) -> Match | None:
    same = _equal(reading, entry)
    if same:
        score, why = same
        return Match(score + 20 * fuzz.ratio(reading.norm, entry.norm) / 100, why, entry)
    return _partial(reading, entry) or _similar(reading, entry)


def _equal(reading: Reading, entry: Entry) -> tuple[float, MatchedBy] | None:
    same = _SAME[entry.kind]
    if reading.nosuf == entry.nosuf or reading.norm == entry.norm:
        to_the_letter = reading.norm == entry.norm
        if reading.source == "famous" and entry.kind == "name":
            return (1150 if to_the_letter else 1080), "alias"
        if reading.source != "typed":
            return 920, "alias"
        return (same if to_the_letter else same - 15), _KIND[entry.kind]
    if reading.nosuf in entry.cores:
        return 928, "core"
    if not set(reading.squeezed).isdisjoint(entry.squeezed):
        return (925 if reading.squeezed[0] == entry.squeezed[0] else 910), "alias"
    if reading.nosuf in entry.abbreviations or not set(reading.squeezed).isdisjoint(entry.abbreviations):
        return 900, "alias"
    if reading.core == entry.nosuf:
        return 890, "core"
    if reading.core == entry.core:
        return 870, "core"
    return None


def _partial(reading: Reading, entry: Entry) -> Match | None:
    typed, full = reading.nosuf, entry.nosuf
    if typed not in full:
        typed = reading.norm
        full = entry.norm
    share = len(typed) / len(full)
    if full.startswith(typed):
        return Match(700 + 150 * share, "prefix", entry)
    if entry.core.startswith(typed):
        return Match(690 + 150 * len(typed) / len(entry.core), "prefix", entry)
    if typed in full:
        return Match(600 + 150 * share, "contains", entry)
    if 2 <= len(typed) <= 12 and _in_order(typed, entry):
        return Match(450 + 150 * share, "contains", entry)
    return None


def _in_order(typed: str, entry: Entry) -> bool:
    """Every typed character in this order, starting where the name or its core starts."""
    for text in (entry.nosuf, entry.core):
        if text.startswith(typed[0]):
            rest = iter(text)
            return all(character in rest for character in typed)
    return False


def _similar(reading: Reading, entry: Entry) -> Match | None:
    likeness = max(
        _likeness(reading.nosuf, entry.nosuf),
        _likeness(reading.norm, entry.norm) - 0.02,
        _likeness(reading.core, entry.core) - 0.04,
    )
    return Match(300 + 450 * likeness, "fuzzy", entry) if likeness >= _FUZZY_FLOOR else None


def _likeness(one: str, other: str) -> float:
    """Between 0 and 1; a replaced character costs less than one lost here and one gained there."""
    return (fuzz.ratio(one, other) / 100 + Levenshtein.normalized_similarity(one, other)) / 2


def _in_parts(parts: tuple[str, ...], entry: Entry) -> Match | None:
    places = [entry.nosuf.find(part) for part in parts]
    if min(places) < 0:
        return None
    ordered = places == sorted(places)
    share = min(1.0, sum(map(len, parts)) / len(entry.nosuf))
    return Match((660 if ordered else 620) + 150 * share + (20 if places[0] == 0 else 0), "contains", entry)


def _sounded(letters: Letters, entry: Entry) -> Match | None:
    sound, core_sound = entry.pinyin.replace(" ", ""), entry.core_pinyin.replace(" ", "")
    if sound in letters.typed:
        return Match(945, "pinyin", entry)
    if core_sound in letters.typed:
        return Match(885, "pinyin", entry)
    if letters.pure:
        found = _by_initials(letters, entry)
        if found:
            return found
    return _by_partial_sound(letters, entry, sound, core_sound) if letters.syllables else None


def _by_initials(letters: Letters, entry: Entry) -> Match | None:
    short, core_short = initials(entry.pinyin), initials(entry.core_pinyin)
    other = 0 if entry.kind == "name" else 30
    if short in letters.typed:
        return Match(900 - other, "initials", entry)
    if core_short in letters.typed:
        return Match(865 - other, "initials", entry)
    typed = letters.typed[0]
    if len(typed) >= 2 and short.startswith(typed):
        return Match(620 + 150 * len(typed) / len(short), "initials", entry)
    if len(typed) >= 2 and core_short.startswith(typed):
        return Match(600 + 150 * len(typed) / len(core_short), "initials", entry)
    return None


def _by_partial_sound(letters: Letters, entry: Entry, sound: str, core_sound: str) -> Match | None:
    typed = letters.typed[-1] if len(letters.typed) == 1 else letters.typed[0]
    if sound.startswith(typed):
        return Match(720 + 150 * len(typed) / len(sound), "pinyin", entry)
    if core_sound.startswith(typed):
        return Match(700 + 150 * len(typed) / len(core_sound), "pinyin", entry)
    if len(letters.syllables) > 1 and " ".join(letters.syllables) in entry.pinyin:
        return Match(600 + 150 * len(typed) / len(sound), "pinyin", entry)
    likeness = fuzz.ratio(typed, sound) / 100
    return Match(300 + 450 * likeness, "fuzzy", entry) if likeness >= _SOUND_FLOOR else None


def _homophone(question: Question, entry: Entry) -> Match | None:
    """Typed with other characters of the same sound: 工商银航 for 工商银行."""
    typed = question.readings[-1].nosuf
    if len(typed) < 3:  # 骅威 is not what 华为 means
        return None
    short = 100 if len(typed) == 3 else 0
    if entry.pinyin.replace(" ", "") == question.pinyin:
        return Match(860 - short, "pinyin", entry)
    if entry.core_pinyin.replace(" ", "") == question.pinyin:
        return Match(830 - short, "pinyin", entry)
    return None
