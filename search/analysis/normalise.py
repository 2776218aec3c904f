"""One spelling for every way of typing a name, and the way back to what was displayed.

Folding works character by character, never by phrase: that keeps it idempotent and gives exact offsets for
highlights. It is for matching only; nothing folded is ever shown.
"""

import unicodedata
from dataclasses import dataclass

import opencc

_TO_SIMPLIFIED = opencc.OpenCC("t2s")

# Variant shapes that OpenCC's Traditional table does not know (checked against OpenCC 1.4.2): old printing
# forms, Japanese forms and common mis-typings found in pasted Chinese names.
_VARIANTS = str.maketrans(
    "靑衞淸鄕戸髙寳徳県広囯郷黒辺変単団図圏塩豊験駅発対帯関営鉄銭検権沢浄浅済渋焼氷歩毎聡静斉斎竜蔵滝満経総続縄繊酔釈頼顕龢",
    "青卫清乡户高宝德县广国乡黑边变单团图圈盐丰验驿发对带关营铁钱检权泽净浅济涩烧冰步每聪静齐斋龙藏泷满经总续绳纤醉释赖显和",
)
# Simplified text uses these as they are (乾县, 著名); OpenCC would make another word of the single character.
_KEPT = frozenset("乾著")
_CACHE_LIMIT = 40_000


class _FoldTable(dict[int, str]):
    """Translation table filled on demand; bounded, so that hostile input cannot grow it for ever."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if len(self) < _CACHE_LIMIT:
            self[code] = folded
        return folded


def _fold_character(character: str) -> str:
    folded = character
    for _ in range(4):  # until nothing changes: compatibility forms may lead to a Traditional character
        step = "".join(_simplify(part) for part in _plain(folded))
        if step == folded:
            break
        folded = step
    return folded


def _plain(text: str) -> str:
    """Compatibility form, lower case, without accents, and only letters and digits."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(part for part in decomposed if not unicodedata.combining(part))
    return "".join(part for part in unicodedata.normalize("NFKC", bare) if part.isalnum())


def _simplify(character: str) -> str:
    if character in _KEPT or character < "\u2e80":
        return character
    return str(_TO_SIMPLIFIED.convert(character.translate(_VARIANTS)))


_TABLE = _FoldTable()


@dataclass(frozen=True, slots=True)
class Folded:
    """`offsets[i]` is where the display text holds the character that became `text[i]`."""

    text: str
    offsets: tuple[int, ...]


def normalise(text: str) -> str:
    """The folded form: NFKC, lower case, Simplified, letters and digits only. Any string is safe."""
    return text.translate(_TABLE)


def fold(text: str) -> Folded:
    """As `normalise`, keeping the way back to display offsets."""
    parts: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text):
        folded = _TABLE[ord(character)]
        parts.append(folded)
        offsets.extend([offset] * len(folded))
    return Folded("".join(parts), tuple(offsets))


def display_spans(folded: Folded, spans: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Spans of the folded text as offset pairs into the display text."""
    return tuple(
        (folded.offsets[start], folded.offsets[end - 1] + 1) for start, end in spans if 0 <= start < end
    )
