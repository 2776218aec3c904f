"""Exploring in the JSON API. Texts come in the reader's language (Accept-Language)."""

import datetime

from pydantic import BaseModel, Field

from app.features.knowledge.schemas import CodedName, Reference
from app.features.registry.facts.schemas import FactItem
from app.features.registry.schemas import OrganisationItem


class FactListing(BaseModel):
    items: list[FactItem]
    next: str | None = Field(default=None, description="cursor of the next page; null at the end")
    total: int = Field(description="at most 1,000")
    total_is_exact: bool


class Choice(CodedName):
    count: int


class ChoicesOut(BaseModel):
    """How many organisations there are behind each value of a filter, the other filters kept."""

    industry: list[Choice]
    level: list[Choice] = Field(description="only where an industry is given")
    province: list[Choice]
    need: list[Choice]


class SeenOrganisation(OrganisationItem):
    """With a need asked for: the newest public fact of it, by id."""

    fact: str | None
    fact_date: datetime.date | None


class SeenListing(BaseModel):
    items: list[SeenOrganisation]
    next: str | None = Field(default=None, description="cursor of the next page; null at the end")
    total: int
    total_is_exact: bool
    choices: ChoicesOut


class Amounts(BaseModel):
    """Of the facts whose amount is known, in whole yuan. Those of different needs must not be added up."""

    facts: int
    median: int | None
    sum: int | None


class NeedInGroup(Reference):
    """A need seen in public facts."""

    facts: int
    organisations: int
    amounts: Amounts
    by_year: dict[int, int] = Field(description="facts of each year", examples=[{"2025": 12}])


class NeedsInGroup(BaseModel):
    items: list[NeedInGroup]
    next: None = None
    facts: int


class PartTotal(BaseModel):
    """`organisations` is null for single years."""

    code: str = Field(examples=["浙江省"])
    name: str
    facts: int
    organisations: int | None
    amounts: Amounts


class Purchases(BaseModel):
    """Where, when and for how much a need was bought, as far as public facts tell."""

    facts: int
    organisations: int
    amounts: Amounts
    by_province: list[PartTotal]
    by_industry: list[PartTotal]
    by_year: list[PartTotal]
    newest: list[FactItem]


class IndustryPurchases(BaseModel):
    """What an industry bought, as far as public facts tell."""

    needs: list[NeedInGroup]
    newest: list[FactItem]


class GapOut(Reference):
    """`with_need` of `organisations` similar ones had it. No public record is no proof of absence."""

    with_need: int
    organisations: int
    years: int
    facts_url: str = Field(description="the public facts behind the count")


class WhiteSpaceOut(BaseModel):
    """Needs seen at similar organisations and not at this one; `group` is the group compared with."""

    group: dict[str, str]
    note: str
    items: list[GapOut]
