"""Public facts in the JSON API. Texts come in the reader's language (Accept-Language)."""

import datetime
from typing import Any

from pydantic import BaseModel, Field

from app.features.registry.facts.histories import FactHistory, NoticeRecord
from app.features.registry.facts.records import FactRecord
from app.kit.text import Language


class FactItem(BaseModel):
    """One public fact in a list; `GET /api/v1/facts/{id}` tells the rest."""

    id: str = Field(examples=["Q4ZoWU941whp7Az3fqirHo"])
    need: str = Field(description="slug of the need catalogue", examples=["mlps-l3"])
    organisation: str = Field(description="id of the organisation")
    organisation_name: str = Field(examples=["北京大学第三医院"])
    role: str = Field(description="buyer, or end_user named in the title")
    kind: str = Field(description="intention, tender, award, policy_list or news")
    date: datetime.date = Field(description="of the event")
    first_date: datetime.date = Field(description="of the first notice of the same project")
    seen: datetime.date = Field(description="when it was recorded here")
    title: str
    amount: int | None = Field(description="whole yuan, of the whole project")
    amount_kind: str | None = Field(description="budget or award")
    industry: str
    province: str | None
    site: str | None
    url: str | None
    source: str
    is_disputed: bool = Field(description="somebody objected and nobody has decided yet")


class NoticeOut(BaseModel):
    """One notice of a project."""

    kind: str = Field(description="intention, tender, change, award, contract or other")
    has_failed: bool = Field(description="it says that the purchase failed or was called off")
    title: str
    date: datetime.date
    amount: int | None = Field(description="whole yuan")
    amount_kind: str | None
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
    """The newest public facts of an organisation."""

    items: list[FactItem]
    total: int = Field(description="at most 1,000")


def fact_item(fact: FactRecord, language: Language) -> FactItem:
    return FactItem(**_common(fact, language))


def fact_out(history: FactHistory, language: Language) -> FactOut:
    fact = history.fact
    return FactOut(
        **_common(fact, language),
        licence=history.licence,
        rule=fact.rule,
        weight=fact.weight,
        share_left=round(history.share_left, 4),
        notices=[_notice_out(one) for one in history.notices],
        report=fact.report_href,
    )


def _common(fact: FactRecord, language: Language) -> dict[str, Any]:
    return {
        "id": fact.public_id,
        "need": fact.need,
        "organisation": fact.organisation_id,
        "organisation_name": fact.organisation,
        "role": fact.role,
        "kind": fact.kind,
        "date": fact.event_on,
        "first_date": fact.first_on,
        "seen": fact.seen_at.date(),
        "title": fact.title,
        "amount": fact.amount,
        "amount_kind": fact.amount_kind,
        "industry": fact.industry,
        "province": fact.province or None,
        "site": fact.site,
        "url": fact.url,
        "source": fact.source.in_language(language),
        "is_disputed": fact.is_disputed,
    }


def _notice_out(notice: NoticeRecord) -> NoticeOut:
    return NoticeOut(
        kind=notice.kind,
        has_failed=notice.has_failed,
        title=notice.title,
        date=notice.published_on,
        amount=notice.amount,
        amount_kind=notice.amount_kind,
        site=notice.site,
        url=notice.url,
    )
