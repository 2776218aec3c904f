"""What readers type and choose, as clean values."""

from typing import Annotated

from fastapi import Depends, Query, Request

from app.features.registry.correction import Correction
from app.features.registry.lookup import MAX_QUERY, Lookup
from app.kit.text import Text
from app.web.inputs import clean_text

MAX_NAME = 120  # characters
_QUERY = Text(zh="查找内容", en="search text")
_NAME = Text(zh="单位名称", en="organisation name")
_MAX_CODE = 40

# The limits stand in the API's description; what breaks them gets our own sentences, in both languages.
SearchParam = Annotated[
    str,
    Query(
        description="name, abbreviation, pinyin or initials",
        json_schema_extra={"minLength": 1, "maxLength": MAX_QUERY},
    ),
]
NameParam = Annotated[
    str,
    Query(description="name of an organisation", json_schema_extra={"minLength": 1, "maxLength": MAX_NAME}),
]
Chosen = Annotated[str | None, Query(max_length=_MAX_CODE)]


def clean_query(value: str, *, required: bool = True) -> str:
    """Raises Invalid naming the field `q` and its limit."""
    return clean_text(value, field="q", label=_QUERY, max_length=MAX_QUERY, required=required)


def clean_name(value: str, *, field: str = "name") -> str:
    """Raises Invalid naming the field and its limit."""
    return clean_text(value, field=field, label=_NAME, max_length=MAX_NAME, required=True)


async def _correction(
    industry: Chosen = None, sub_industry: Chosen = None, level: Chosen = None, province: Chosen = None
) -> Correction:
    return Correction(industry, sub_industry, level, province)


async def _lookup(request: Request) -> Lookup:
    lookup: Lookup = request.app.state.lookup
    return lookup


CorrectionDep = Annotated[Correction, Depends(_correction)]
LookupDep = Annotated[Lookup, Depends(_lookup)]
