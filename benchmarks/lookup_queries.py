"""Evaluation queries for the lookup, drawn by hash: the same documents give the same queries.

A query is answered when any organisation of its expected set comes back: those that share the very form that
was typed (name, short name or letters), for then nothing typed could tell them apart.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import opencc
from pypinyin import lazy_pinyin
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import extract

from search.analysis.names import analyse, without_legal_form
from search.analysis.normalise import normalise
from search.contract import Document

_TO_TRADITIONAL = opencc.OpenCC("s2t")
_COMPANY = re.compile(r"(?:股份|集团)?(?:有限责任|有限)?公司$")


@dataclass(frozen=True, slots=True)
class Case:
    kind: str
    text: str
    expected: frozenset[str]


def hashed(*parts: str) -> int:
    return int.from_bytes(hashlib.sha256("|".join(parts).encode()).digest()[:8], "big")


@dataclass
class Corpus:
    """Documents with look-ups from each form to the documents that share it."""

    documents: Sequence[Document]
    draw: str
    by_name: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_short: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_core: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_sound: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_initials: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        for document in self.documents:
            forms = analyse(document.name)
            sound = lazy_pinyin(forms.nosuf)
            self.by_sound["".join(sound)].add(document.id)
            self.by_initials["".join(part[0] for part in sound)].add(document.id)
            for form in {forms.norm, forms.nosuf}:
                self.by_name[form].add(document.id)
            for form in {*forms.cores, forms.nosuf}:
                self.by_core[form].add(document.id)
            for alias in (*document.aliases, *document.former_names):
                self.by_short[normalise(alias)].add(document.id)

    def drawn(self, kind: str, suitable: Callable[[Document], bool], count: int) -> Iterator[Document]:
        """The first `count` suitable documents in the order of their hash."""
        chosen = 0
        for document in sorted(self.documents, key=lambda document: hashed(self.draw, kind, document.id)):
            if suitable(document):
                yield document
                chosen += 1
                if chosen == count:
                    return

    def named(self, text: str) -> frozenset[str]:
        return frozenset(self.by_name[normalise(text)])


def all_cases(documents: Sequence[Document], count: int, *, draw: str) -> list[Case]:
    """`count` cases of each generated kind (fewer where the documents do not give as many).

    Another `draw` gives other cases: develop on one, report another.
    """
    corpus = Corpus(documents, draw)
    return [case for make in _KINDS for case in make(corpus, count)]


def _full(corpus: Corpus, count: int) -> Iterable[Case]:
    for document in corpus.drawn("full", lambda _: True, count):
        yield Case("full name", document.name, corpus.named(document.name))


def _short(corpus: Corpus, count: int) -> Iterable[Case]:
    for document in corpus.drawn("short", lambda document: bool(document.aliases), count):
        alias = document.aliases[hashed(document.id) % len(document.aliases)]
        same = corpus.by_short[normalise(alias)] | corpus.by_name[normalise(alias)]
        yield Case("short name", alias, frozenset(same))


def _suffix(corpus: Corpus, count: int) -> Iterable[Case]:
    for document in corpus.drawn("suffix", lambda document: bool(_COMPANY.search(document.name)), count):
        bare = _COMPANY.sub("", document.name)
        if len(bare) < 3:
            continue
        text = bare + ("", "公司", "有限公司", "集团", "股份有限公司")[hashed(document.name) % 5]
        same = corpus.by_name[without_legal_form(normalise(text))] | corpus.by_name[normalise(text)]
        yield Case("legal suffix", text, frozenset({document.id} | same))


def _region(corpus: Corpus, count: int) -> Iterable[Case]:
    for document in corpus.drawn("region", lambda document: _region_text(document) is not None, count):
        text = _region_text(document) or ""
        same = corpus.by_core[without_legal_form(normalise(text))] | corpus.by_name[normalise(text)]
        yield Case("region", text, frozenset({document.id} | same))


def _region_text(document: Document) -> str | None:
    """Without its region when it starts with one, else with its city or province in front."""
    regions = analyse(document.name).regions
    if regions and regions[0].start == 0:
        rest = document.name[regions[0].end :]
        return rest if len(rest) >= 6 else None
    place = document.filters.get("city") or document.filters.get("province")
    return place.removesuffix("市") + document.name if place and not regions else None


def _typo(corpus: Corpus, count: int) -> Iterable[Case]:
    drawn = list(corpus.drawn("typo", lambda document: len(document.name) >= 5, count))
    names = {document.id: normalise(document.name) for document in corpus.documents}
    for place, document in enumerate(drawn):
        text = _with_typo(document.name, drawn[place - 1].name)
        near = extract(normalise(text), names, scorer=Levenshtein.distance, score_cutoff=1, limit=None)
        yield Case(
            "one wrong character", text, frozenset({document.id, *(identity for _, _, identity in near)})
        )


def _with_typo(name: str, other: str) -> str:
    place = hashed(name) % len(name)
    return name[:place] + next(part for part in other if part != name[place]) + name[place + 1 :]


def _traditional(corpus: Corpus, count: int) -> Iterable[Case]:
    for document in corpus.drawn(
        "traditional", lambda document: _as_traditional(document) != document.name, count
    ):
        yield Case("Traditional", _as_traditional(document), corpus.named(document.name))


def _as_traditional(document: Document) -> str:
    return str(_TO_TRADITIONAL.convert(document.name))


def _pinyin(corpus: Corpus, count: int) -> Iterable[Case]:
    for document in corpus.drawn("pinyin", _is_chinese, count):
        whole = "".join(lazy_pinyin(normalise(document.name)))
        bare = "".join(lazy_pinyin(without_legal_form(normalise(document.name))))
        text = whole if hashed(document.name) % 2 else bare
        yield Case("full pinyin", text, frozenset({document.id} | corpus.by_sound[bare]))


def _initials(corpus: Corpus, count: int) -> Iterable[Case]:
    for document in corpus.drawn("initials", _is_chinese, count):
        bare = _letters(without_legal_form(normalise(document.name)))
        text = _letters(normalise(document.name)) if hashed(document.name) % 2 else bare
        yield Case(
            "initials", text, frozenset({document.id} | corpus.by_initials[bare] | corpus.by_initials[text])
        )


def _letters(text: str) -> str:
    return "".join(part[0] for part in lazy_pinyin(text))


def _is_chinese(document: Document) -> bool:
    return not any(part.isascii() for part in normalise(document.name)) and len(document.name) <= 30


def _inner_words(corpus: Corpus, count: int) -> Iterable[Case]:
    names = [(normalise(document.name), document.id) for document in corpus.documents]
    for document in corpus.drawn("words", lambda document: len(analyse(document.name).core) >= 6, count):
        core = analyse(document.name).core
        first = 2 + hashed(document.name) % 2
        start = first + hashed(document.id) % (len(core) - first - 1)
        one, two = core[:first], core[start : start + 2]
        held = {identity for name, identity in names if -1 < name.find(one) < name.rfind(two)}
        yield Case("two inner words", f"{one} {two}", frozenset(held | {document.id}))


def _former(corpus: Corpus, count: int) -> Iterable[Case]:
    for document in corpus.drawn("former", lambda document: bool(document.former_names), count):
        former = document.former_names[hashed(document.id) % len(document.former_names)]
        text = former.removesuffix("股份") + ("", "股份有限公司", "公司")[hashed(document.name) % 3]
        same = (
            corpus.by_short[normalise(former)]
            | corpus.by_name[normalise(former)]
            | corpus.by_name[normalise(text)]
        )
        yield Case("former name", text, frozenset(same))


def _typed_prefix(corpus: Corpus, count: int) -> Iterable[Case]:
    names = [(normalise(document.name), document.id) for document in corpus.documents]
    for document in corpus.drawn("prefix", lambda document: len(document.name) >= 6, count):
        text = normalise(document.name)
        text = text[: round(len(text) * 0.7)]
        same = {identity for name, identity in names if name.startswith(text)}
        yield Case("70 % typed", text, frozenset(same))


_KINDS: tuple[Callable[[Corpus, int], Iterable[Case]], ...] = (
    _full, _short, _suffix, _region, _typo, _traditional, _pinyin, _initials, _inner_words, _former,
    _typed_prefix,
)  # fmt: skip
