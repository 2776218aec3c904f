"""Corrections and objections of readers, into a queue. Nobody signs in, and nothing is kept of who wrote.

An objection marks a fact as disputed: it stays visible and does not count until it is decided. So that
nobody can silence facts that way, few facts are marked at once, and none again whose objection was refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2s
from typing import Literal

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import WriteSession
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.events import FactsChanged
from app.features.registry.facts.models import Fact
from app.features.registry.life.models import TEXT_LENGTH, Report
from app.features.registry.life.naming import valid_name
from app.features.registry.life.whereabouts import moved
from app.features.registry.models import ALIAS_LENGTH, REGION_LENGTH, Organisation
from app.kit import clock
from app.kit.errors import Conflict, Invalid, NotFound
from app.kit.ids import random_id
from app.kit.text import Text
from app.outbox.recorder import record
from search.analysis.regions import provinces

Kind = Literal["correction", "objection"]
About = Literal["organisation", "fact"]
PROPOSABLE = ("name", "alias", "industry", "level", "province", "city")
MARKED_OF_ONE = 3  # disputed facts of one organisation at a time
MARKED_IN_ALL = 100
OPEN_OF_ONE = 20  # reports about one subject that wait for a decision
OPEN_IN_ALL = 5_000
ANSWERED_IN_DAYS = 7


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reader sends: cleaned text, and for a correction the fields as they should be."""

    kind: Kind
    about: About
    subject: str
    text: str
    proposed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReportSubject:
    """What a report is about, as the form shows it."""

    about: About
    public_id: str
    title: str
    href: str
    current: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ReportState:
    """What its sender may see of a report: never the words, only what became of it."""

    public_id: str
    kind: str
    about: str
    subject: str
    state: str
    reason: str | None
    created_at: datetime
    decided_at: datetime | None
    vendor: str | None  # of the moderator who decided; '' for none, None where the operator decided

    @property
    def href(self) -> str:
        return f"/reports/{self.public_id}"


async def subject_of(session: AsyncSession, about: About, public_id: str) -> ReportSubject:
    """Raises NotFound, and OrganisationMoved for one that went elsewhere."""
    if about == "organisation":
        statement = select(Organisation).where(
            Organisation.public_id == public_id, Organisation.status == "active"
        )
        found = await session.scalar(statement)
        if found is not None:
            current = {one: getattr(found, one) or "" for one in PROPOSABLE if one != "alias"}
            return ReportSubject(about, public_id, found.name, f"/organisations/{public_id}", current)
        elsewhere = await moved(session, public_id)
        if elsewhere is not None:
            raise elsewhere
    else:
        title = await session.scalar(
            select(Fact.title).where(Fact.public_id == public_id, Fact.status.in_(("active", "objected")))
        )
        if title is not None:
            return ReportSubject(about, public_id, title, f"/facts/{public_id}", {})
    raise NotFound(
        Text(
            zh="没有找到要反馈的对象；它可能已被撤下。请从单位或事实的页面重新打开反馈。",
            en="What you report about was not found; it may be gone. Open the form from its page again.",
        ),
        field="id",
    )


async def submit(session: WriteSession, draft: Draft, catalogue: Catalogue) -> str:
    """Queue it and return its public id; the same report sent again is the same report.

    Raises NotFound, Invalid and Conflict.
    """
    subject = await subject_of(session, draft.about, draft.subject)
    proposed = check_proposed(draft, subject, catalogue)
    digest = _digest(draft, proposed)
    known = await session.scalar(
        select(Report.public_id).where(Report.digest == digest, Report.state == "open")
    )
    if known is not None:
        return str(known)
    await _refuse_flood(session, draft)
    made = Report(
        public_id=random_id(),
        kind=draft.kind,
        about=draft.about,
        subject=draft.subject,
        proposed=proposed,
        text=draft.text,
        state="open",
        reason=None,
        digest=digest,
        created_at=clock.now(),
        decided_at=None,
    )
    session.add(made)
    if draft.kind == "objection" and draft.about == "fact":
        await _mark_disputed(session, draft.subject)
    await session.flush()
    return made.public_id


async def report_state(session: AsyncSession, public_id: str) -> ReportState:
    """Raises NotFound."""
    columns = (Report.public_id, Report.kind, Report.about, Report.subject, Report.state, Report.reason)
    row = (
        await session.execute(
            select(*columns, Report.created_at, Report.decided_at, Report.vendor).where(
                Report.public_id == public_id
            )
        )
    ).one_or_none()
    if row is None:
        raise NotFound(
            Text(zh="没有这条反馈；请检查链接。", en="There is no such report; please check the link."),
            field="id",
        )
    return ReportState(*row)


def check_proposed(draft: Draft, subject: ReportSubject, catalogue: Catalogue) -> dict[str, str]:
    """The fields that differ from what stands there. Raises Invalid naming the field."""
    if draft.about == "fact" and draft.kind == "correction":
        raise _refused(
            "kind", "公开事实只能提出异议（objection）", "to a fact there can only be an objection"
        )
    if draft.kind == "objection":
        if not draft.text:
            raise _empty("text")
        return {}
    proposed = {
        field: value
        for field, value in draft.proposed.items()
        if value and value != subject.current.get(field)
    }
    if not proposed and not draft.text:
        raise _empty("text")
    if "name" in proposed:
        proposed["name"] = valid_name(proposed["name"])
    if len(proposed.get("alias", "")) > ALIAS_LENGTH:
        raise _refused("alias", f"最多 {ALIAS_LENGTH} 个字符", f"at most {ALIAS_LENGTH} characters")
    if len(proposed.get("city", "")) > REGION_LENGTH:
        raise _refused("city", f"最多 {REGION_LENGTH} 个字符", f"at most {REGION_LENGTH} characters")
    _check_codes(proposed, subject, catalogue)
    return proposed


def _check_codes(proposed: Mapping[str, str], subject: ReportSubject, catalogue: Catalogue) -> None:
    if proposed.get("province", "") not in ("", *provinces()):
        raise _refused("province", "不是省级行政区的全称", "it is not the full name of a province")
    code = proposed.get("industry") or subject.current.get("industry", "")
    industry = catalogue.industries.get(code)
    if industry is None:
        raise _refused("industry", "不认识的行业", "unknown industry")
    if "level" in proposed and proposed["level"] not in {level.code for level in industry.levels}:
        raise _refused("level", "这个行业没有这个级别", "this industry has no such level")


def _refused(field: str, zh: str, en: str) -> Invalid:
    return Invalid(Text(zh=f"“{field}”：{zh}。", en=f"“{field}”: {en}."), field=field)


def _empty(field: str) -> Invalid:
    return Invalid(
        Text(
            zh=f"请写明哪里不对（最多 {TEXT_LENGTH:,} 个字符），或至少改正一项。",
            en=f"Say what is wrong (at most {TEXT_LENGTH:,} characters), or correct at least one field.",
        ),
        field=field,
    )


def _digest(draft: Draft, proposed: Mapping[str, str]) -> str:
    sent = repr((draft.kind, draft.about, draft.subject, draft.text, sorted(proposed.items())))
    return blake2s(sent.encode(), digest_size=16).hexdigest()


async def _refuse_flood(session: WriteSession, draft: Draft) -> None:
    waiting = select(func.count()).select_from(Report).where(Report.state == "open")
    of_one = await session.scalar(waiting.where(Report.subject == draft.subject)) or 0
    if of_one >= OPEN_OF_ONE or (await session.scalar(waiting) or 0) >= OPEN_IN_ALL:
        raise Conflict(
            Text(
                zh="等待处理的反馈已经很多，请在它们处理后再提交。",
                en="Many reports are waiting already; please send yours when they have been decided.",
            )
        )


async def _mark_disputed(session: WriteSession, fact_id: str) -> None:
    fact = (
        await session.execute(
            select(Fact.id, Fact.organisation_id, Fact.status).where(Fact.public_id == fact_id)
        )
    ).one()
    refused = select(Report.id).where(
        Report.subject == fact_id, Report.kind == "objection", Report.state == "refused"
    )
    if fact.status != "active" or await session.scalar(refused.limit(1)) is not None:
        return
    marked = select(func.count()).select_from(Fact).where(Fact.status == "objected")
    if (await session.scalar(marked) or 0) >= MARKED_IN_ALL:
        return
    if (
        await session.scalar(marked.where(Fact.organisation_id == fact.organisation_id)) or 0
    ) >= MARKED_OF_ONE:
        return
    await session.execute(update(Fact).where(Fact.id == fact.id).values(status="objected"))
    record(session, FactsChanged())
