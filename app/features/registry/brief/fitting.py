"""How much of a page an entry takes, in points: what the print style sheet sets, in figures.

Letters are taken as a little wider than those of the usual fonts, so that a reader's own font does not
push a line onto a third page. The figures belong to the print part of static/css/brief.css.
"""

import math
import unicodedata

from app.features.registry.brief import words
from app.features.registry.brief.contents import (
    BriefFact,
    BriefNeed,
    BriefOutline,
    BriefPeer,
    BriefQuestions,
    BriefRegulation,
)
from app.kit.text import Language, Text

HEIGHT = 768.0  # A4 less its margins
WIDTH = 516.0
FILLED = 0.975  # of the height, at most
SECTION = 36.0  # its heading with the space around it
WRITING_LINE = 20.0

_NAME, _TEXT, _SMALL = 20.0, 9.5, 8.5  # sizes of letters
_LINE = 1.45  # line height
_NAME_LINE = 1.3
_KICKER = 20.0
_BETWEEN = 10.0  # padding and rule of an entry
_BAR = 7.0
_WHAT, _WHY = 150.0, 340.0  # columns of a need
_COLUMN = 232.0  # of the questions, less the box to tick
_TO_WRITE = 8.0  # under each question
_GAP, _PEER_GAP, _MARGIN = 12.0, 20.0, 10.0

_WIDE = 1.0  # in em, of a Chinese character
_NARROW = {"Lu": 0.68, "Ll": 0.52, "Nd": 0.56, "Zs": 0.28}
_OTHER = 0.36
_RAGGED = {"zh": 1.03, "en": 1.06}  # what the ends of lines leave empty


def width_of(text: str) -> float:
    """In em."""
    return sum(map(_advance, text))


def _advance(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WFA":
        return _WIDE
    return _NARROW.get(unicodedata.category(character), _OTHER)


class Measure:
    """The height of each kind of entry, in one language."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def head(self, name: str, who: Text, how: Text) -> float:
        lines = self._lines(name, size=_NAME)
        return (
            _KICKER + lines * _NAME * _NAME_LINE + self._text(who) + self._text(how, size=_SMALL) + _BETWEEN
        )

    def need(self, need: BriefNeed) -> float:
        what = self._text(need.title, width=_WHAT, size=_TEXT + 0.5) + _TEXT * _LINE + _BAR
        why = sum(self._text(reason, width=_WHY) for reason in need.reasons)
        return max(what, why + self._text(need.buying, width=_WHY, size=_SMALL)) + _BETWEEN

    def fact(self, fact: BriefFact) -> float:
        line = f"{fact.when.in_language(self._language)}  {fact.title}"
        width = WIDTH - _MARGIN
        return self._text(line, width=width) + self._text(fact.about, width=width, size=_SMALL) + _BETWEEN

    def questions(self, pair: tuple[BriefQuestions, ...]) -> float:
        """Of groups that stand side by side."""
        return max(map(self._column, pair)) + _BETWEEN

    def regulation(self, regulation: BriefRegulation) -> float:
        title = self._titled(regulation.title, regulation.when)
        return title + self._text(regulation.obligation) + _BETWEEN

    def outline(self, outline: BriefOutline) -> float:
        title = self._titled(outline.title, words.joined([outline.need, outline.note]))
        return title + self._text(outline.compare) + self._text(outline.when_not) + _BETWEEN

    def peers(self, peers: tuple[BriefPeer, ...]) -> float:
        """One after the other, none broken."""
        rows, used = 1, 0.0
        for peer in peers:
            about = width_of(self._plain(peer.about)) * _SMALL if peer.about else 0.0
            wide = (width_of(peer.name) * _TEXT + about) * _RAGGED[self._language] + _PEER_GAP
            rows, used = (
                (rows, used + wide) if used + wide <= WIDTH else (rows + math.ceil(wide / WIDTH), wide)
            )
        return rows * _TEXT * _LINE + _BETWEEN

    def note(self, note: Text) -> float:
        return self._text(note, size=_SMALL, width=WIDTH - _MARGIN) + 2

    def _titled(self, title: Text, note: Text) -> float:
        """A title with a note at the end of its line, or under it."""
        inked = width_of(self._plain(title)) * _TEXT + width_of(self._plain(note)) * _SMALL + _GAP
        if inked * _RAGGED[self._language] <= WIDTH:
            return _TEXT * _LINE
        return self._text(title) + self._text(note, size=_SMALL)

    def _column(self, group: BriefQuestions) -> float:
        asked = sum(self._text(each, width=_COLUMN) + _TO_WRITE for each in group.questions)
        return self._text(group.need, width=_COLUMN) + asked

    def _text(self, text: Text | str, *, width: float = WIDTH, size: float = _TEXT) -> float:
        return self._lines(text, size=size, width=width) * size * _LINE

    def _lines(self, text: Text | str, *, size: float, width: float = WIDTH) -> int:
        inked = width_of(self._plain(text)) * size * _RAGGED[self._language]
        return max(1, math.ceil(inked / width))

    def _plain(self, text: Text | str) -> str:
        return text if isinstance(text, str) else text.in_language(self._language)


class Sheet:
    """One page: takes what still fits."""

    def __init__(self) -> None:
        self.left = HEIGHT * FILLED

    def takes(self, points: float) -> bool:
        if points > self.left:
            return False
        self.left -= points
        return True
