"""What a typed text may mean: every reading that the candidates are found and ranked by."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from search.analysis.famous import expand
from search.analysis.names import analyse, without_legal_form
from search.analysis.normalise import normalise
from search.analysis.pinyin import split_pinyin, syllables_of
from search.analysis.regions import Region
from search.analysis.shortening import squeezed

LONGEST = 64  # characters of a query that are looked at
_SPACES = re.compile(r"[\s,，、;；/|]+")
_SCRIPTS = re.compile(r"[a-z]+|[^a-z]+")
_LEGAL_INITIALS = re.compile(r"(?<=..)(?:jt)?(?:kg)?(?:jt)?(?:gf)?(?:yx|yxzr)?z?gs$")
_LEGAL_INITIALS_INSIDE = re.compile(r"(?<=..)(?:jt)?(?:gf)?(?:yx|yxzr)gs(?=.{1,12}(?:fgs|fh|zh)$)")
_LEGAL_PINYIN_INSIDE = re.compile(
    r"(?<=....)(?:gufen)?youxian(?:zeren)?gongsi(?=.{2,40}(?:fengongsi|fenhang|zhihang)$)"
)
_LEGAL_PINYIN = re.compile(r"(?<=....)(?:konggu)?(?:jituan)?(?:gufen)?(?:youxian(?:zeren)?)?(?:zong)?gongsi$")
_LEGAL_PARTS = frozenset(("有限公司", "公司", "集团", "股份有限公司", "有限责任公司", "股份", "集团公司"))


@dataclass(frozen=True, slots=True)
class Reading:
    """A Chinese (or literal) reading.

    `source`: as typed; a whole famous short form (工行); or one with more behind it (工行北京分行).
    """

    norm: str
    nosuf: str
    core: str
    squeezed: tuple[str, ...]
    source: Literal["typed", "famous", "guessed"] = "typed"


@dataclass(frozen=True, slots=True)
class Letters:
    """A Latin reading. `syllables` is empty when it cannot be pinyin; `unfinished` is a begun syllable.

    `pure` says that nothing but letters was typed: only then may they be initials.
    """

    typed: tuple[str, ...]
    syllables: tuple[str, ...]
    unfinished: str
    pure: bool


@dataclass(frozen=True, slots=True)
class Question:
    readings: tuple[Reading, ...]
    parts: tuple[str, ...]
    letters: Letters | None
    pinyin: str
    regions: tuple[Region, ...]

    @property
    def norm(self) -> str:
        return self.readings[-1].norm


@lru_cache(256)
def ask(text: str) -> Question | None:
    """None when nothing searchable is left of the text. Any string is safe."""
    text = text[:LONGEST]
    forms = analyse(text)
    if not forms.norm:
        return None
    own = Reading(forms.norm, forms.nosuf, forms.core, squeezed(forms.nosuf))
    curated = _curated(forms.norm, forms.nosuf)
    letters = _letters(forms.norm)
    regions = tuple(region for match in forms.regions for region in (match.region, *match.alternatives))
    parts = _parts(text)
    pinyin = "" if letters or parts else "".join(syllables_of(forms.nosuf))
    return Question((*curated, own), parts, letters, pinyin, regions)


def _curated(norm: str, nosuf: str) -> tuple[Reading, ...]:
    found = expand(norm)
    sure = found is not None and found.whole
    found = found if sure else expand(nosuf) or found
    if not found:
        return ()
    full = without_legal_form(found.full)
    return (Reading(found.full, full, full, squeezed(full), "famous" if sure else "guessed"),)


def _parts(text: str) -> tuple[str, ...]:
    parts = [part for part in (normalise(piece) for piece in _SPACES.split(text)) if part]
    while len(parts) > 1 and parts[-1] in _LEGAL_PARTS:
        parts.pop()
    return tuple(parts) if len(parts) > 1 else ()


def _letters(norm: str) -> Letters | None:
    if not any("a" <= character <= "z" for character in norm):
        return None
    pure = norm.isascii() and norm.isalpha()
    if pure:
        sound = _LEGAL_PINYIN_INSIDE.sub("", norm)
        sound = sound if sound != norm else _LEGAL_PINYIN.sub("", norm)
        inside = _LEGAL_INITIALS_INSIDE.sub("", norm)
        typed = tuple(
            dict.fromkeys((norm, sound, inside if inside != norm else _LEGAL_INITIALS.sub("", norm)))
        )
        split = split_pinyin(sound)
        syllables, unfinished = split or ((), "")
        return Letters(typed, syllables, unfinished, pure)
    read = _mixed(norm)
    return Letters(("".join(read),), read, "", pure) if read else None


def _mixed(norm: str) -> tuple[str, ...]:
    """huawei技术 as hua wei ji shu; empty when the letters are no pinyin."""
    found: list[str] = []
    for piece in _SCRIPTS.findall(norm):
        if piece[0].isascii() and piece.isalpha():
            split = split_pinyin(piece)
            if not split:
                return ()
            found += [*split[0], *([split[1]] if split[1] else [])]
        else:
            found += syllables_of(piece)
    return tuple(found)
