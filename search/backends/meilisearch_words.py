"""The words that Meilisearch sees: opaque letters, so that none of its language rules applies to them.

It cuts Chinese into dictionary words, folds variants and looks words up by their beginnings; our terms are
made already. Only letters a to p follow the letter of the field, whatever the term.
"""

from collections.abc import Iterable
from enum import StrEnum
from hashlib import blake2b

_BYTES = 4  # two terms in one word cost a useless candidate, which the ranker drops
_SURE_BYTES = 12  # but two documents or two viewers must never be one
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


class Field(StrEnum):
    """First letter of a word: what it stands for."""

    KEYS = "k"
    PREFIXES = "p"
    PINYIN_PREFIXES = "y"
    INITIALS_PREFIXES = "i"
    BIGRAMS = "b"
    CHARACTERS = "c"
    PINYIN_BIGRAMS = "s"
    SCHEMA = "a"  # carried by every document of this schema
    CARD = "z"
    DOCUMENT = "d"
    DELETED = "g"
    VISIBILITY = "v"
    FILTER = "f"
    PLACE = "l"


_SURE = frozenset((Field.DOCUMENT, Field.VISIBILITY, Field.FILTER))


def word(field: Field, text: str) -> str:
    size = _SURE_BYTES if field in _SURE else _BYTES
    return field.value + blake2b(text.encode(), digest_size=size).hexdigest().translate(_LETTERS)


def words(field: Field, texts: Iterable[str]) -> list[str]:
    return [word(field, text) for text in dict.fromkeys(texts) if text]
