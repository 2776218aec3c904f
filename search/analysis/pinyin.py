"""Pinyin of names, without tones, from a compact table over pypinyin's data.

Importing pypinyin keeps its whole phrase dictionary (some 55 MB) in memory; only phrases that read
differently from their single characters matter here, so its data files are read once and the rest is dropped.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from sys import intern

_PHRASE = re.compile(r'"([^"]+)": \[((?:\s*\[\s*"[^"]*"(?:,\s*"[^"]*")*\s*\],?)+)\s*\]')
_READING = re.compile(r'\[\s*"([^"]*)"')
# In names these characters read differently from running text; phrases (重庆, 银行) still come first.
_IN_NAMES = {"长": "chang", "都": "du", "藏": "zang", "曾": "zeng", "解": "xie"}
_PHRASES_IN_NAMES = {
    "商行": "shang hang", "分行": "fen hang", "支行": "zhi hang", "总行": "zong hang", "工行": "gong hang",
    "农行": "nong hang", "建行": "jian hang", "中行": "zhong hang", "交行": "jiao hang", "招行": "zhao hang",
    "央行": "yang hang", "单县": "shan xian", "厦大": "xia da", "朝阳": "chao yang", "解放": "jie fang",
    "解决": "jie jue", "收藏": "shou cang", "冷藏": "leng cang", "长老": "zhang lao", "成长": "cheng zhang",
}  # fmt: skip
_GROWING = frozenset(("成长", "增长", "生长", "助长"))


@dataclass(frozen=True, slots=True)
class _Table:
    characters: dict[str, str]
    phrases: dict[str, tuple[str, ...]]
    lengths: dict[str, tuple[int, ...]]  # first character of a phrase -> lengths, the longest first

    @property
    def syllables(self) -> frozenset[str]:
        return frozenset(self.characters.values())


@lru_cache(4096)
def plain_syllable(toned: str) -> str:
    """lǜ -> lv, cháng -> chang: what people type."""
    decomposed = unicodedata.normalize("NFD", toned.replace("ü", "v"))
    spelled = decomposed.replace("u\u0308", "v")
    return "".join(part for part in spelled if part.isascii() and part.isalpha()).lower()


@lru_cache
def _table() -> _Table:
    spec = find_spec("pypinyin")  # finding does not import
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("pypinyin is not installed: pinyin search needs its data files")
    folder = Path(spec.submodule_search_locations[0])
    characters = _characters(folder / "pinyin_dict.json")
    phrases = _phrases(folder / "phrases_dict.json", characters)
    for title in [phrase for phrase in phrases if len(phrase) == 2 and phrase[1] == "长"]:
        if title not in _GROWING:  # 福建省长乐市 is not about a 省长, nor 东华理工大学长江学院 about a 学长
            del phrases[title]
    for phrase, readings in _PHRASES_IN_NAMES.items():
        phrases[phrase] = tuple(map(intern, readings.split()))
    lengths: dict[str, set[int]] = {}
    for phrase in phrases:
        lengths.setdefault(phrase[0], set()).add(len(phrase))
    return _Table(
        characters, phrases, {start: tuple(sorted(of, reverse=True)) for start, of in lengths.items()}
    )


def _characters(path: Path) -> dict[str, str]:
    first: dict[str, str] = {}
    for code, readings in json.loads(path.read_text("utf-8")).items():
        syllable = plain_syllable(readings.split(",")[0])
        if syllable and int(code) < 0x20000:  # rarer planes never occur in names
            first[chr(int(code))] = intern(syllable)
    return first | _IN_NAMES


def _phrases(path: Path, characters: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Phrases that read differently from their characters, and longer ones that keep such a phrase off."""
    different: dict[str, tuple[str, ...]] = {}
    plain: dict[str, tuple[str, ...]] = {}
    for match in _PHRASE.finditer(path.read_text("utf-8")):
        phrase = match.group(1)
        if len(phrase) > 5:  # proverbs
            continue
        readings = tuple(intern(plain_syllable(toned)) for toned in _READING.findall(match.group(2)))
        if len(readings) == len(phrase):
            as_characters = readings == tuple(characters.get(part) for part in phrase)
            (plain if as_characters else different)[phrase] = readings
    return different | {phrase: readings for phrase, readings in plain.items() if _holds(phrase, different)}


def _holds(phrase: str, phrases: Mapping[str, object]) -> bool:
    ends = range(2, len(phrase))
    return any(phrase[start:end] in phrases for end in ends for start in range(end - 1))


def syllables_of(folded: str) -> tuple[str, ...]:
    """One entry a character of the folded text: its syllable, or the character itself (letters, digits)."""
    table = _table()
    result: list[str] = []
    position = 0
    while position < len(folded):
        for length in table.lengths.get(folded[position], ()):
            readings = table.phrases.get(folded[position : position + length])
            if readings:
                result.extend(readings)
                position += length
                break
        else:
            result.append(table.characters.get(folded[position], folded[position]))
            position += 1
    return tuple(result)


@lru_cache
def _known() -> tuple[frozenset[str], frozenset[str], int]:
    whole = frozenset(
        syllable for syllable in _table().syllables if syllable.isascii() and len(syllable) <= 6
    )
    begun = frozenset(syllable[:length] for syllable in whole for length in range(1, len(syllable) + 1))
    return whole, begun, max(map(len, whole))


def split_pinyin(letters: str) -> tuple[tuple[str, ...], str] | None:
    """Typed letters as syllables and an unfinished rest: beijingdax -> (bei, jing, da), x; else None.

    Fewest syllables win; a rest is only allowed to be the beginning of one syllable.
    """
    whole, begun, longest = _known()
    best: list[tuple[int, int] | None] = [(0, 0)]  # up to each place: how many syllables, length of the last
    for end in range(1, len(letters) + 1):
        options = [
            (before[0] + 1, length)
            for length in range(1, min(longest, end) + 1)
            if (before := best[end - length]) and letters[end - length : end] in whole
        ]
        best.append(min(options, default=None))
    for rest in range(min(longest, len(letters))):
        end = len(letters) - rest
        if best[end] and (not rest or letters[end:] in begun):
            return _walk_back(letters, best, end), letters[end:]
    return None


def _walk_back(letters: str, best: list[tuple[int, int] | None], end: int) -> tuple[str, ...]:
    parts: list[str] = []
    while end:
        step = best[end]
        assert step is not None
        parts.append(letters[end - step[1] : end])
        end -= step[1]
    return tuple(reversed(parts))
