"""The pack in the JSON API. Texts come in the reader's language (Accept-Language)."""

import datetime
from typing import Any

from pydantic import BaseModel, Field

from app.features.knowledge.catalogue import (
    Industry,
    Level,
    Need,
    Outline,
    PackNotes,
    Prior,
    Regulation,
    SubIndustry,
)
from app.kit.text import Language, Text

RELATED = Field(description="what else is known of it, by topic")


class Reference(BaseModel):
    """A link to another thing of the pack."""

    slug: str = Field(examples=["mlps-l3"])
    title: str = Field(examples=["等保三级建设与测评"])


class CodedName(BaseModel):
    code: str = Field(examples=["healthcare"])
    name: str = Field(examples=["医疗卫生"])


class Notes(BaseModel):
    """What the authors say of their own estimates: show it wherever those are shown."""

    as_of: datetime.date
    budget: str
    case: str
    weight: str
    region: str
    regulations: str
    evaluation_method: list[str] = Field(description="how to compare offers")


class Budget(BaseModel):
    """The author's estimate of one project, in yuan; not for quotation."""

    low: int = Field(examples=[400000])
    high: int = Field(examples=[3000000])
    currency: str = "CNY"
    is_estimate: bool = True


class NeedSummary(Reference):
    category: str = Field(examples=["network_security"])
    budget: Budget


class NeedDetail(NeedSummary):
    description: str
    buying_triggers: list[str]
    owner_role: str
    discovery_questions: list[str]
    regulations: list[Reference]
    outlines: list[Reference]
    industries: list["IndustryWeight"]
    notes: Notes
    related: dict[str, Any] = RELATED


class IndustryWeight(CodedName):
    """How strongly an industry tends to have a need: the author's judgement, no probability."""

    weight: float = Field(examples=[0.7])
    reason: str


class NeedWeight(Reference):
    """How strongly an industry tends to have this need: the author's judgement, no probability."""

    weight: float
    reason: str


class IndustryDetail(CodedName):
    sub_industries: list[CodedName]
    levels: list[CodedName]
    needs: list[NeedWeight]
    regulations: list[Reference]
    related: dict[str, Any] = RELATED


class RegulationSummary(Reference):
    kind: str = Field(examples=["law"])
    date: datetime.date | None = Field(examples=["2017-06-01"])
    date_kind: str = Field(examples=["effective"], description="effective: in force since; issued: published")
    date_is_approximate: bool


class RegulationDetail(RegulationSummary):
    number: str | None
    issuer: str
    applies_to: str
    obligation: str
    note: str | None
    confidence: str
    verified_by: str
    source_url: str | None
    industries: list[str] = Field(description="industry codes, or `all`")
    needs: list[Reference]
    related: dict[str, Any] = RELATED


class OutlineDetail(Reference):
    needs: list[Reference]
    steps: list[str]
    delivery_checklist: list[str]
    common_pitfalls: list[str]
    comparison_criteria: list[str]
    when_not_to: list[str]
    rough_effort: str
    typical_case: "Case"


class Case(BaseModel):
    """An invented scene that illustrates the outline; never evidence."""

    is_illustrative: bool = True
    industry: str
    region_type: str
    what_was_done: str
    result: str


def texts(values: tuple[Text, ...], language: Language) -> list[str]:
    return [value.in_language(language) for value in values]


def notes_out(notes: PackNotes, language: Language) -> Notes:
    return Notes(
        as_of=notes.as_of,
        budget=notes.budget.in_language(language),
        case=notes.case.in_language(language),
        weight=notes.weight.in_language(language),
        region=notes.region.in_language(language),
        regulations=notes.regulations.in_language(language),
        evaluation_method=texts(notes.evaluation_method, language),
    )


def reference(thing: Need | Regulation | Outline, language: Language) -> Reference:
    return Reference(slug=thing.slug, title=thing.title.in_language(language))


def coded(thing: Industry | SubIndustry | Level, language: Language) -> CodedName:
    return CodedName(code=thing.code, name=thing.name.in_language(language))


def need_summary(need: Need, language: Language) -> NeedSummary:
    return NeedSummary(
        slug=need.slug,
        title=need.title.in_language(language),
        category=need.category,
        budget=Budget(low=need.budget_low, high=need.budget_high),
    )


def regulation_summary(regulation: Regulation, language: Language) -> RegulationSummary:
    return RegulationSummary(
        slug=regulation.slug,
        title=regulation.title.in_language(language),
        kind=regulation.kind,
        date=regulation.effective_date,
        date_kind=regulation.date_kind,
        date_is_approximate=regulation.date_approximate,
    )


def weighted(need: Need, prior: Prior, language: Language) -> NeedWeight:
    return NeedWeight(
        slug=need.slug,
        title=need.title.in_language(language),
        weight=prior.weight,
        reason=prior.reason.in_language(language),
    )
