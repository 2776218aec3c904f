"""The knowledge pack as typed, immutable values with its links resolved.

Built by `loading.load_pack` and kept in memory; everything that explains a need reads it.
Text that readers see is bilingual (`Text`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from app.kit.text import Text

Category = Literal["it", "network_security", "data_security", "business"]
CATEGORY_NAMES: Mapping[Category, Text] = {
    "network_security": Text(zh="网络安全", en="Network security"),
    "data_security": Text(zh="数据安全", en="Data security"),
    "it": Text(zh="信息化", en="IT"),
    "business": Text(zh="业务增长", en="Business growth"),
}
CATEGORIES: tuple[Category, ...] = tuple(CATEGORY_NAMES)
RegulationKind = Literal["law", "regulation", "standard", "evaluation", "policy"]
REGULATION_KIND_NAMES: Mapping[RegulationKind, Text] = {
    "law": Text(zh="法律", en="Law"),
    "regulation": Text(zh="法规规章", en="Regulation"),
    "standard": Text(zh="标准", en="Standard"),
    "evaluation": Text(zh="评价考核", en="Evaluation scheme"),
    "policy": Text(zh="政策文件", en="Policy"),
}


@dataclass(frozen=True, slots=True)
class NamePattern:
    pattern: re.Pattern[str]
    weight: float


@dataclass(frozen=True, slots=True)
class SubIndustry:
    code: str
    name: Text
    patterns: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Level:
    code: str
    name: Text
    patterns: tuple[re.Pattern[str], ...]
    note: Text | None


@dataclass(frozen=True, slots=True)
class Industry:
    code: str
    name: Text
    sub_industries: tuple[SubIndustry, ...]
    levels: tuple[Level, ...]
    name_patterns: tuple[NamePattern, ...]


@dataclass(frozen=True, slots=True)
class ConflictRule:
    """Where `pattern` matches a name, drop the industries `over` and raise `prefer`, if any."""

    pattern: re.Pattern[str]
    prefer: str | None
    over: frozenset[str]


@dataclass(frozen=True, slots=True)
class Regulation:
    slug: str
    title: Text
    number: Text | None
    issuer: Text
    kind: RegulationKind
    effective_date: date | None
    date_kind: Literal["effective", "issued"]
    date_approximate: bool
    industries: frozenset[str]  # industry codes, or {"all"}
    applies_to: Text
    obligation: Text
    confidence: Literal["high", "medium"]
    verified_by: Literal["search", "knowledge"]
    note: Text | None
    source_url: str | None
    sub_industries: frozenset[str] = frozenset()  # that it binds alone, where it does not bind all

    @property
    def kind_name(self) -> Text:
        return REGULATION_KIND_NAMES[self.kind]

    def binds(self, industry: str, sub_industry: str | None = None) -> bool:
        """Whether this regulation may be given as a reason to an organisation of `industry`; one whose
        sub-industry is not known is given the benefit of the doubt."""
        if sub_industry and self.sub_industries and sub_industry not in self.sub_industries:
            return False
        return "all" in self.industries or industry in self.industries


@dataclass(frozen=True, slots=True)
class Need:
    slug: str
    title: Text
    category: Category
    description: Text
    drivers: tuple[str, ...]  # regulation slugs, all industries: filter with Catalogue.drivers_of
    budget_low: int  # CNY, author's estimate
    budget_high: int
    buying_triggers: tuple[Text, ...]
    owner_role: Text
    discovery_questions: tuple[Text, ...]
    keywords: tuple[str, ...]  # Chinese and English together

    @property
    def category_name(self) -> Text:
        return CATEGORY_NAMES[self.category]


@dataclass(frozen=True, slots=True)
class TypicalCase:
    """An illustrative scene invented by the authors: never evidence."""

    industry: str
    region_type: Text
    what_was_done: Text
    result: Text


@dataclass(frozen=True, slots=True)
class Outline:
    slug: str
    title: Text
    needs: tuple[str, ...]
    steps: tuple[Text, ...]
    delivery_checklist: tuple[Text, ...]
    common_pitfalls: tuple[Text, ...]
    comparison_criteria: tuple[Text, ...]
    when_not_to: tuple[Text, ...]
    rough_effort: Text  # author's estimate
    typical_case: TypicalCase


@dataclass(frozen=True, slots=True)
class Prior:
    """How strongly a kind of organisation tends to have a need: the author's judgement in 0..1."""

    industry: str
    need: str
    weight: float
    reason: Text
    sub_industry: str | None = None
    level: str | None = None


@dataclass(frozen=True, slots=True)
class RegionHint:
    """A small correction where the region or name matches; only for needs that already have a prior
    there, or for the `industries` named."""

    pattern: re.Pattern[str]
    need: str
    weight_delta: float
    reason: Text
    industries: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PackNotes:
    """What the authors say about their own estimates; shown wherever those are shown."""

    as_of: date
    budget: Text
    case: Text
    weight: Text
    region: Text
    regulations: Text
    evaluation_method: tuple[Text, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """The whole pack. Mappings keep the order of the files.

    One version is one content, and its two copies (two requests may have met a new pack at once) are equal by
    it: part by part, each look into a memo would take milliseconds.
    """

    version: str  # digest of the content
    industries: Mapping[str, Industry]
    conflict_rules: tuple[ConflictRule, ...]
    regulations: Mapping[str, Regulation]
    needs: Mapping[str, Need]
    outlines: Mapping[str, Outline]
    priors: tuple[Prior, ...]
    region_hints: tuple[RegionHint, ...]
    notes: PackNotes
    outlines_of_need: Mapping[str, tuple[Outline, ...]] = field(default_factory=dict)
    needs_of_regulation: Mapping[str, tuple[Need, ...]] = field(default_factory=dict)
    priors_of_industry: Mapping[str, tuple[Prior, ...]] = field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Catalogue) and self.version == other.version

    def __hash__(self) -> int:
        return hash(self.version)

    def drivers_of(
        self, need: Need, industry: str, sub_industry: str | None = None
    ) -> tuple[Regulation, ...]:
        """The regulations behind `need` that bind an organisation of this kind, in pack order."""
        return tuple(
            r for slug in need.drivers if (r := self.regulations[slug]).binds(industry, sub_industry)
        )
