"""The files of the pack as they must look: every key known, every value in range."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from app.features.knowledge.catalogue import Category, RegulationKind

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _compile(value: Any) -> Any:
    if not isinstance(value, str) or not value:
        raise PydanticCustomError("bad_regex", "not a regular expression: {detail}", {"detail": repr(value)})
    try:
        return re.compile(value)
    except (re.error, OverflowError, RecursionError) as error:
        raise PydanticCustomError(
            "bad_regex", "bad regular expression: {detail}", {"detail": str(error)}
        ) from error


def _parse_date(value: Any) -> Any:
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("bad_date", "not a date (YYYY-MM-DD): {detail}", {"detail": str(value)})


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=64)]
Sentence = Annotated[str, StringConstraints(pattern=r"^\S(?s:.*\S)?$", max_length=800)]
Sentences = Annotated[list[Sentence], Field(min_length=1)]
Pattern = Annotated[re.Pattern[str], BeforeValidator(_compile)]
Patterns = list[Pattern]  # may be empty: a choice the reader makes, not the name
Day = Annotated[date, BeforeValidator(_parse_date)]
Weight = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Yuan = Annotated[int, Field(gt=0, le=100_000_000_000)]
Version = Literal[1]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class NamePatternRow(Shape):
    pattern: Pattern
    weight: Weight
    note: Sentence | None = None


class SubIndustryRow(Shape):
    code: Slug
    name_zh: Sentence
    name_en: Sentence
    patterns: Patterns


class LevelRow(Shape):
    level: Slug
    name_zh: Sentence
    patterns: Patterns
    note: Sentence | Literal[""] | None = None


class IndustryRow(Shape):
    code: Slug
    name_zh: Sentence
    name_en: Sentence
    sub_industries: Annotated[list[SubIndustryRow], Field(min_length=1)]
    name_patterns: Annotated[list[NamePatternRow], Field(min_length=1)]
    level_markers: Annotated[list[LevelRow], Field(min_length=1)]
    note: Sentence | None = None


class ConflictRow(Shape):
    pattern: Pattern
    prefer: Slug | None
    over: Annotated[list[Slug], Field(min_length=1)]
    note: Sentence | None = None


class Matching(Shape):
    method: Sentence
    sub_industry_rule: Sentence
    level_rule: Sentence
    conflict_rules: list[ConflictRow]


class IndustriesFile(Shape):
    schema_version: Version
    generated_note: Sentence
    matching: Matching
    industries: list[Any]


class MappingRow(Shape):
    industry: Slug
    sub_industry: Slug | None = None
    level: Slug | None = None
    need: Slug
    weight: Weight
    reason: Sentence


class RegionHintRow(Shape):
    pattern: Pattern
    need: Slug
    weight_delta: Annotated[float, Field(gt=0, le=0.5, allow_inf_nan=False)]
    reason: Sentence
    industries: list[Slug] = []


class IndustryNeedsFile(Shape):
    schema_version: Version
    weight_note: Sentence
    region_note: Sentence
    region_hints: list[Any]
    mappings: list[Any]


class Budget(Shape):
    low: Yuan
    high: Yuan
    estimate: Literal[True]


class NeedRow(Shape):
    id: Slug
    title_zh: Sentence
    title_en: Sentence
    category: Category
    description: Sentence
    driver_regulations: list[Slug]
    budget_cny: Budget
    buying_trigger: Sentences
    owner_role: Sentence
    discovery_questions: Annotated[list[Sentence], Field(min_length=3, max_length=5)]
    keywords: Sentences


class NeedsFile(Shape):
    schema_version: Version
    budget_note: Sentence
    needs: list[Any]


class RegulationRow(Shape):
    id: Slug
    title_zh: Sentence
    title_en: Sentence
    number: Sentence | None
    issuer: Sentence
    effective_date: Day | None = None
    date_kind: Literal["effective", "issued"]
    date_approximate: bool = False
    kind: RegulationKind
    industries: Annotated[list[Slug], Field(min_length=1)]
    sub_industries: list[Slug] = Field(default_factory=list)
    applies_to: Sentence
    obligation: Sentence
    confidence: Literal["high", "medium"]
    verified_by: Literal["search", "knowledge"]
    note: Sentence | None = None
    source_url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$", max_length=500)] | None = (
        None
    )


class RegulationsFile(Shape):
    schema_version: Version
    as_of: Day
    disclaimer: Sentence
    regulations: list[Any]


class Effort(Shape):
    text: Sentence
    estimate: Literal[True]


class CaseRow(Shape):
    """Only invented scenes: a real case would need a source and a place of its own."""

    illustrative: Literal[True]
    industry: Slug
    region_type: Sentence
    what_was_done: Sentence
    result: Sentence
    source: None


class SolutionRow(Shape):
    id: Slug
    title_zh: Sentence
    title_en: Sentence
    need_ids: Annotated[list[Slug], Field(min_length=1)]
    outline: Annotated[list[Sentence], Field(min_length=5, max_length=10)]
    delivery_checklist: Sentences
    common_pitfalls: Sentences
    comparison_criteria: Sentences
    rough_effort: Effort
    typical_case: CaseRow


class SolutionsFile(Shape):
    schema_version: Version
    case_note: Sentence
    evaluation_method: Sentences
    solutions: list[Any]


class WhenNotToFile(Shape):
    schema_version: Version
    authored_note: Sentence
    when_not_to: dict[str, Sentences]


class NeedEnglish(Shape):
    description: Sentence
    buying_trigger: Sentences
    owner_role: Sentence
    discovery_questions: Sentences
    keywords: Sentences


class CaseEnglish(Shape):
    region_type: Sentence
    what_was_done: Sentence
    result: Sentence


class SolutionEnglish(Shape):
    outline: Sentences
    delivery_checklist: Sentences
    common_pitfalls: Sentences
    comparison_criteria: Sentences
    rough_effort: Sentence
    typical_case: CaseEnglish
    when_not_to: Sentences


class RegulationEnglish(Shape):
    number: Sentence | None = None
    issuer: Sentence
    applies_to: Sentence
    obligation: Sentence
    note: Sentence | None = None
