"""My customers in the JSON API."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from app.features.discovery.my.adding import Added
from app.features.discovery.my.listing import Customers
from app.features.discovery.my.naming import MAX_NAMES
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.facts.schemas import FactItem, fact_item
from app.features.registry.forms import MAX_NAME
from app.features.registry.overview import Overview
from app.features.registry.presenting import line_out, needs_out
from app.features.registry.schemas import NeedOut, OrganisationItem
from app.kit.text import Language
from app.web.inputs import StorableText, StrictModel


class CustomerOut(BaseModel):
    """`needs`: the likeliest three, predictions. `newest_fact`: public evidence, or null."""

    organisation: OrganisationItem
    since: datetime
    needs: list[NeedOut]
    newest_fact: FactItem | None


class CustomerListing(BaseModel):
    items: list[CustomerOut]
    next: str | None = Field(default=None, description="cursor of the next page; null at the end")
    total: int = Field(description="organisations you follow, closed ones included", examples=[42])


class CustomerNames(StrictModel):
    names: list[Annotated[StorableText, StringConstraints(min_length=1, max_length=MAX_NAME)]] = Field(
        min_length=1, max_length=MAX_NAMES, examples=[["北京大学第三医院", "红河州第五人民医院"]]
    )


class FollowedName(BaseModel):
    """`is_new`: it was not followed before."""

    name: str
    organisation: OrganisationItem
    is_new: bool


class AmbiguousName(BaseModel):
    name: str
    choices: list[OrganisationItem]


class AddedOut(BaseModel):
    """What became of each name. Follow one of `choices` by its id; `unknown` are in no data."""

    followed: list[FollowedName]
    ambiguous: list[AmbiguousName]
    unknown: list[str]


def customer_out(one: Overview, catalogue: Catalogue, language: Language) -> CustomerOut:
    return CustomerOut(
        organisation=line_out(one.line, language),
        since=one.since,
        needs=needs_out(tuple(prediction for _, prediction in one.top), catalogue, language),
        newest_fact=fact_item(one.newest, language) if one.newest else None,
    )


def listing_out(
    found: Customers, catalogue: Catalogue, language: Language, *, limit: int, following: str | None
) -> CustomerListing:
    return CustomerListing(
        items=[customer_out(one, catalogue, language) for one in found.rows[:limit]],
        next=following,
        total=found.followed,
    )


def added_out(done: Added, language: Language) -> AddedOut:
    return AddedOut(
        followed=[
            FollowedName(
                name=one.name,
                organisation=line_out(one.lines[0], language),
                is_new=one.lines[0].public_id in done.new,
            )
            for one in done.certain
        ],
        ambiguous=[
            AmbiguousName(name=one.name, choices=[line_out(line, language) for line in one.lines])
            for one in done.ambiguous
        ],
        unknown=[one.name for one in done.unknown],
    )
