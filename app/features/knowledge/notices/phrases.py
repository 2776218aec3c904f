"""Phrases of the rules: plain words, with … for a gap; matched on folded text.

Words in Latin letters match only as whole words, so OA is not found in OASIS. A phrase begins with at
least two characters, which index it: a text is compared only with the phrases its character pairs allow.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

GAP = "…"
_WIDEST_GAP = 12
_BLANK_BESIDE_HAN = re.compile(r"(?<![\x21-\x7e])\s+|\s+(?![\x21-\x7e])")
_LATIN = re.compile(r"[a-z0-9]")


class BadPhraseError(ValueError):
    """A phrase that cannot be looked for; the message says why."""


@lru_cache(64)  # each rule of a notice asks for its title again
def folded(text: str) -> str:
    """One form for full and half width, upper and lower case, without blanks inside Chinese."""
    return _BLANK_BESIDE_HAN.sub("", unicodedata.normalize("NFKC", text).lower())


@dataclass(frozen=True, slots=True)
class Phrase:
    text: str
    start: str  # its first two characters
    pattern: re.Pattern[str] | None  # None where looking for `text` is enough

    def found_in(self, text: str) -> str | None:
        """The words of `text` that match, or None."""
        if self.pattern is None:
            return self.text if self.text in text else None
        match = self.pattern.search(text)
        return match[0] if match else None


def phrase_of(written: str) -> Phrase:
    parts = [folded(part) for part in written.split(GAP)]  # folding would turn the mark into three dots
    text = GAP.join(parts)
    if text != written:
        raise BadPhraseError(f"must be written as it is looked for: {text!r}")
    if any(len(part) < 2 for part in parts[:1]) or not all(parts):
        raise BadPhraseError("needs two characters at its start and something on both sides of each gap")
    if len(parts) == 1 and not (_LATIN.match(text[0]) or _LATIN.match(text[-1])):
        return Phrase(text, text[:2], None)
    gap = f"[^,。;；\\n]{{0,{_WIDEST_GAP}}}?"
    return Phrase(text, text[:2], re.compile(gap.join(_word(part) for part in parts)))


def _word(part: str) -> str:
    before = r"(?<![a-z0-9])" if _LATIN.match(part[0]) else ""
    after = r"(?![a-z0-9])" if _LATIN.match(part[-1]) else ""
    return f"{before}{re.escape(part)}{after}"


class PhraseIndex:
    """Many phrases, each with an owner; finds those in a text without trying all."""

    def __init__(self, owned: Iterable[tuple[Phrase, int]]) -> None:
        self._by_start: dict[str, list[tuple[Phrase, int]]] = {}
        for phrase, owner in owned:
            self._by_start.setdefault(phrase.start, []).append((phrase, owner))

    def found_in(self, text: str) -> dict[int, str]:
        """Owner -> the longest words that any of its phrases matches in the text."""
        found: dict[int, str] = {}
        starts = self._by_start
        for pair in {text[place : place + 2] for place in range(len(text) - 1)} & starts.keys():
            for phrase, owner in starts[pair]:
                words = phrase.found_in(text)
                if words and (len(words), words) > (len(found.get(owner, "")), found.get(owner, "")):
                    found[owner] = words
        return found


def first_found(phrases: Sequence[Phrase], text: str) -> str | None:
    return next((words for phrase in phrases if (words := phrase.found_in(text))), None)
