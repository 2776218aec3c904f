"""Public facts in the JSON API. Texts come in the reader's language (Accept-Language)."""

import datetime
from typing import Any

from pydantic import BaseModel, Field

from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.schemas import Reference
from app.features.registry.facts.histories import FactHistory, NoticeRecord
from app.features.registry.facts.records import FactRecord
from app.kit.text import Language


class Named(BaseModel):
    id: str = Field(examples=["3mJr7AoUXx2W"])
    name: str = Field(examples=["北京大学第三医院"])


class Amount(BaseModel):
    value: int = Field(description="whole yuan, of the whole project", examples=[3160000])
    kind: str = Field(description="budget or award", examples=["award"])
    currency: str = "CNY"


class FactItem(BaseModel):
    """A public fact: that an organisation bought, or set out to buy, what answers a need."""

    id: str = Field(examples=["Q4ZoWU941whp7Az3fqirHo"])
    organisation: Named
    need: Reference
    role: str = Field(description="buyer, or end_user where another bought for it", examples=["buyer"])
    kind: str = Field(description="how far it got: intention, tender, award, policy_list, news")
    first_on: datetime.date = Field(description="day of its first notice")
    event_on: datetime.date = Field(description="day of its last notice")
    seen_on: datetime.date = Field(description="day on which it was read")
    title: str
    amount: Amount | None
    source: str
    site: str | None = Field(description="that published it")
    url: str | None


class NoticeOut(BaseModel):
    kind: str = Field(description="intention, tender, change, award, contract, other")
    title: str
    published_on: datetime.date
    amount: Amount | None
    site: str | None
    url: str | None


class FactOut(FactItem):
    """`licence` is null where the source states none: then only bare facts are kept, never its text."""

    licence: str | None
    rule: str = Field(description="of the mapping from words to needs")
    weight: float = Field(description="how plainly the text speaks of the need, in (0, 1]")
    share_left: float = Field(description="of its weight, as facts fade with age")
    notices: list[NoticeOut] = Field(description="of the project, newest first")
    report: str = Field(description="address of the form for objections")


class RelatedFacts(BaseModel):
    items: list[FactItem]
    total: int = Field(description="at most 1,000")


def fact_item(fact: FactRecord, catalogue: Catalogue, language: Language) -> FactItem:
    return FactItem(**_common(fact, catalogue, language))


def fact_out(history: FactHistory, catalogue: Catalogue, language: Language) -> FactOut:
    fact = history.fact
    return FactOut(
        **_common(fact, catalogue, language),
        licence=history.licence,
        rule=fact.rule,
        weight=fact.weight,
        share_left=round(history.share_left, 4),
        notices=[_notice_out(one) for one in history.notices],
        report=fact.report_href,
    )


def _common(fact: FactRecord, catalogue: Catalogue, language: Language) -> dict[str, Any]:
    need = catalogue.needs.get(fact.need)
    return {
        "id": fact.public_id,
        "organisation": Named(id=fact.organisation_id, name=fact.organisation),
        "need": Reference(slug=fact.need, title=need.title.in_language(language) if need else fact.need),
        "role": fact.role,
        "kind": fact.kind,
        "first_on": fact.first_on,
        "event_on": fact.event_on,
        "seen_on": fact.seen_at.date(),
        "title": fact.title,
        "amount": _amount(fact.amount, fact.amount_kind),
        "source": fact.source.in_language(language),
        "site": fact.site,
        "url": fact.url,
    }


def _amount(value: int | None, kind: str | None) -> Amount | None:
    return Amount(value=value, kind=kind) if value is not None and kind is not None else None


def _notice_out(notice: NoticeRecord) -> NoticeOut:
    return NoticeOut(
        kind=notice.kind,
        title=notice.title,
        published_on=notice.published_on,
        amount=_amount(notice.amount, notice.amount_kind),
        site=notice.site,
        url=notice.url,
    )
