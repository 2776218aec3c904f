"""What a new password must be: long, and more than well-known pieces put together. No composition rules.

A password is read as pieces that guessing programs try first: the words of `common_words.tsv`, runs and
rows of the keyboard, years, and what everybody knows of its owner (name, company, mail). What is left when
they are taken out is what an attacker would really have to guess.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from app.features.members.signing_in.hashing import MAX_LENGTH
from app.kit.errors import Invalid
from app.kit.text import Text

MIN_LENGTH = 12
_LEFT = 5  # characters that belong to no well-known piece
_SHORTEST_PIECE = 3
_LOOKALIKES = str.maketrans("0134578@$!+", "oieastbasit")
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "!@#$%^&*()_+",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp", "147258369", "159357",
)  # fmt: skip
_YEAR = re.compile(r"(?:19|20)\d\d")
_WORD_PARTS = re.compile(r"[^\W_]+")


def check_new_password(password: str, known: Iterable[str], *, field: str = "password") -> str:
    """The password, as it was typed. `known`: name, company and mail of its owner. Raises Invalid."""
    length = len(unicodedata.normalize("NFKC", password))
    if length < MIN_LENGTH or len(password) > MAX_LENGTH:
        raise Invalid(
            Text(
                zh=f"密码须有 {MIN_LENGTH} 到 {MAX_LENGTH} 个字符，现在有 {length} 个。"
                "不限字符种类，几个不相干的词连在一起就很好。",
                en=f"A password needs {MIN_LENGTH} to {MAX_LENGTH} characters; this has {length}. "
                "Any characters will do: a few unrelated words make a good one.",
            ),
            field=field,
        )
    if unguessable(password, known) < _LEFT:
        raise Invalid(
            Text(
                zh="这个密码太容易猜到：它主要由常见词、键盘顺序、年份，或你的姓名、公司、邮箱组成。"
                "请换几个不相干的词。",
                en="This password is easy to guess: it is mostly common words, keyboard rows, years, or your "
                "name, company or mail address. Please use a few unrelated words.",
            ),
            field=field,
        )
    return password


def unguessable(password: str, known: Iterable[str] = ()) -> int:
    """How many different characters are left when every well-known piece is taken out."""
    folded = unicodedata.normalize("NFKC", password).casefold()
    words = _common_words() | _parts_of(known)
    covered = [False] * len(folded)
    for reading in {folded, folded.translate(_LOOKALIKES)}:
        for start, end in _pieces(reading, words):
            covered[start:end] = [True] * (end - start)
    return len({one for one, is_known in zip(folded, covered, strict=True) if not is_known and one.strip()})


def _pieces(text: str, words: frozenset[str]) -> Iterable[tuple[int, int]]:
    longest = max(map(len, words))
    for start in range(len(text)):
        for end in range(start + _SHORTEST_PIECE, min(len(text), start + longest) + 1):
            if text[start:end] in words:
                yield start, end
        end = start + _SHORTEST_PIECE
        while end <= len(text) and _is_run(text[start:end]):
            yield start, end
            end += 1
    for year in _YEAR.finditer(text):
        yield year.span()


def _is_run(piece: str) -> bool:
    """The same character again and again, or neighbours on a keyboard or in the alphabet."""
    return len(set(piece)) == 1 or any(piece in row or piece[::-1] in row for row in _ROWS)


def _parts_of(known: Iterable[str]) -> frozenset[str]:
    parts = {part for text in known for part in _WORD_PARTS.findall(text.casefold())}
    whole = {"".join(_WORD_PARTS.findall(text.casefold())) for text in known}
    return frozenset(part for part in parts | whole if len(part) >= 2)


@cache
def _common_words() -> frozenset[str]:
    listed = Path(__file__).with_name("common_words.tsv").read_text("utf-8").split()
    return frozenset(listed)
