"""The rules as values: which words of a notice speak of which need."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.features.knowledge.notices.phrases import Phrase, PhraseIndex


@dataclass(frozen=True, slots=True)
class Rule:
    """Gives its needs where a phrase of `any` is in the text, or one of `title` in the title."""

    id: str
    gives: Mapping[str, float]  # need slug -> weight
    any: tuple[Phrase, ...]
    title: tuple[Phrase, ...]
    also: tuple[Phrase, ...]  # one of these must be there too, if any are named
    none: tuple[Phrase, ...]
    within: frozenset[str]  # settings, one of which must hold, if any are named
    outside: frozenset[str]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A title that says the purchase is nothing of ours, whatever else it mentions."""

    id: str
    any: tuple[Phrase, ...]
    unless: tuple[Phrase, ...]
    within: frozenset[str]


@dataclass(frozen=True, slots=True)
class NoticeRules:
    settings: Mapping[str, tuple[Phrase, ...]]  # kinds of parties, told by words of title and buyer
    exclusions: tuple[Exclusion, ...]
    rules: tuple[Rule, ...]
    content_discount: float  # words of the content speak less plainly than those of the title
    in_text: PhraseIndex = field(repr=False)
    in_title: PhraseIndex = field(repr=False)
    excluded: PhraseIndex = field(repr=False)
