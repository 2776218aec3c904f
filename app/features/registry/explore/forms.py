"""What readers narrow the lists by, as they send it: still to be checked against the catalogue."""

from typing import Annotated

from fastapi import Depends, Query

from app.features.registry.explore.filters import MAX_YEARS, Filters
from app.kit.errors import Invalid
from app.kit.text import Text

NeedParam = Annotated[str, Query(max_length=60, description="slug of the need catalogue")]
IndustryParam = Annotated[str, Query(max_length=40, description="industry code")]
SubIndustryParam = Annotated[str, Query(max_length=40, description="code of the given industry")]
LevelParam = Annotated[str, Query(max_length=40, description="code of the given industry")]
ProvinceParam = Annotated[str, Query(max_length=40, description="full Chinese name", examples=["浙江省"])]
YearsParam = Annotated[str, Query(max_length=10, description=f"the last so many years, 1 to {MAX_YEARS}")]


async def _facts(
    need: NeedParam = "",
    industry: IndustryParam = "",
    sub_industry: SubIndustryParam = "",
    level: LevelParam = "",
    province: ProvinceParam = "",
    years: YearsParam = "",
) -> Filters:
    return Filters(
        need or None,
        industry or None,
        sub_industry or None,
        level or None,
        province or None,
        _years(years),
    )


async def _organisations(
    need: NeedParam = "",
    industry: IndustryParam = "",
    level: LevelParam = "",
    province: ProvinceParam = "",
) -> Filters:
    return Filters(need or None, industry or None, None, level or None, province or None)


async def _needs(industry: IndustryParam = "", province: ProvinceParam = "") -> Filters:
    return Filters(industry=industry or None, province=province or None)


def _years(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MAX_YEARS):
        raise Invalid(
            Text(
                zh=f"“years”须为 1 到 {MAX_YEARS} 的整数。",
                en=f"“years” must be a number from 1 to {MAX_YEARS}.",
            ),
            field="years",
        )
    return int(text)


# An empty value is what a form sends for a choice left open.
FactsAsked = Annotated[Filters, Depends(_facts)]
OrganisationsAsked = Annotated[Filters, Depends(_organisations)]
NeedsAsked = Annotated[Filters, Depends(_needs)]
