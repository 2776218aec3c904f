"""Which characters of a displayed name answered the question, as offset pairs."""

from collections.abc import Sequence

from search.analysis.normalise import Folded, display_spans, fold
from search.analysis.pinyin import syllables_of
from search.question import Letters, Question

Spans = tuple[tuple[int, int], ...]


def highlights(question: Question, name: str) -> Spans:
    """Offsets into the name as given, in order, without overlaps."""
    folded = fold(name)
    places = _typed(question, folded.text)
    if not places and question.letters:
        places = _sounded(question.letters, folded.text)
    if not places:
        places = _scattered(question.norm, folded.text)
    return _as_spans(places, folded)


def _typed(question: Question, text: str) -> set[int]:
    """Whole readings first; typed parts each for themselves."""
    for reading in reversed(question.readings):
        for form in (reading.norm, reading.nosuf, reading.core):
            if form in text:
                return _run(text, form)
    found: set[int] = set()
    for part in question.parts:
        found |= _run(text, part)
    return found


def _run(text: str, form: str) -> set[int]:
    start = text.find(form)
    return set(range(start, start + len(form))) if start >= 0 else set()


def _sounded(letters: Letters, text: str) -> set[int]:
    syllables = syllables_of(text)
    for start in range(len(syllables)):
        for typed in letters.typed:
            for sounds in (syllables, [syllable[0] for syllable in syllables] if letters.pure else ()):
                count = _covers(typed, sounds[start:])
                if count:
                    return set(range(start, start + count))
    return set()


def _covers(typed: str, sounds: Sequence[str]) -> int:
    """How many sounds in a row spell all that was typed, the last one perhaps begun; 0 when they do not."""
    rest = typed
    for count, sound in enumerate(sounds, 1):
        if sound.startswith(rest):
            return count
        if not rest.startswith(sound):
            return 0
        rest = rest[len(sound) :]
    return 0


def _scattered(typed: str, text: str) -> set[int]:
    """Characters in order; nothing when fewer than half are there, for then colour would only confuse."""
    found: set[int] = set()
    position = 0
    for character in typed:
        place = text.find(character, position)
        if place >= 0:
            found.add(place)
            position = place + 1
    return found if 2 * len(found) >= len(typed) else set()


def _as_spans(places: set[int], folded: Folded) -> Spans:
    runs: list[tuple[int, int]] = []
    for place in sorted(places):
        if runs and runs[-1][1] == place:
            runs[-1] = (runs[-1][0], place + 1)
        else:
            runs.append((place, place + 1))
    return display_spans(folded, tuple(runs))
