"""Looking something up in the trail: by object, by person, by day. Ids in, ids out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.db.engine import AuditedSession, Database
from app.features.members.audit.models import AuditEntry
from app.features.members.audit.reading import read_audited
from app.features.members.models import Company, Person
from app.kit import clock
from app.kit.errors import Invalid
from app.kit.text import Text
from app.kit.viewer import Viewer

PAGE = 50
_ID = re.compile(r"[A-Za-z0-9:_. /{}-]{1,60}")
_PUBLIC_ID = re.compile(r"[1-9A-HJ-NP-Za-km-z]{20,22}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """`before`: entries older than this one; each empty filter lets all pass."""

    object_id: str = ""
    actor: str = ""  # public id of a person
    day: date | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class FoundEntry:
    id: int
    at: datetime
    action: str
    result: str
    actor: str | None  # public id; None: nobody known, the system, or a person who is gone
    staff_roles: str
    object_kind: str
    object_id: str
    company: str | None  # public id
    request_id: str
    ip_prefix: str


def wanted_from(given: Mapping[str, str]) -> Wanted:
    """Raises Invalid naming the field. Only ids pass: what is typed here must not be a name."""
    return Wanted(
        object_id=_id(given, "object", Text(zh="对象编号", en="Id of an object")),
        actor=_id(given, "actor", Text(zh="人员编号", en="Id of a person")),
        day=day_from(given.get("day", ""), "day"),
        before=entry_from(given.get("before", "")),
    )


def entry_from(value: str) -> int | None:
    """The number of an entry, in links of ours; anything else lets all pass."""
    return int(value) if re.fullmatch(r"[0-9]{1,18}", value) else None


def day_from(value: str, field: str) -> date | None:
    """Raises Invalid for what is no day of the calendar."""
    try:
        return date.fromisoformat(value.strip()) if value.strip() else None
    except ValueError:
        raise Invalid(
            Text(zh="日期请写成 2026-11-29 的样子。", en="Write a day like this: 2026-11-29."), field=field
        ) from None


def day_bounds(day: date) -> tuple[datetime, datetime]:
    start = datetime.combine(day, time(), clock.CHINA)
    return start, start + timedelta(days=1)


async def search_audited(
    database: Database, viewer: Viewer, wanted: Wanted, *, limit: int
) -> Sequence[FoundEntry]:
    """The newest first. The entry that this leaves names what was looked for if it is surely an id."""

    async def read(session: AuditedSession) -> tuple[Sequence[FoundEntry], None]:
        return await _search(session, wanted, limit), None

    known = wanted.object_id or wanted.actor
    object_id = known if _PUBLIC_ID.fullmatch(known) else ""
    return await read_audited(
        database, viewer, "audit.search", read, object_kind="audit", object_id=object_id
    )


async def _search(session: AuditedSession, wanted: Wanted, limit: int) -> Sequence[FoundEntry]:
    actor, company = aliased(Person), aliased(Company)
    columns = (AuditEntry.id, AuditEntry.at, AuditEntry.action, AuditEntry.result, actor.public_id)
    more = (AuditEntry.staff_roles, AuditEntry.object_kind, AuditEntry.object_id, company.public_id)
    statement = (
        select(*columns, *more, AuditEntry.request_id, AuditEntry.ip_prefix)
        .outerjoin(actor, actor.id == AuditEntry.actor_id)
        .outerjoin(company, company.id == AuditEntry.company_id)
        .where(*_conditions(wanted))
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    rows: Any = await session.execute(statement)
    return [FoundEntry(*row) for row in rows]


def _conditions(wanted: Wanted) -> list[Any]:
    conditions: list[Any] = []
    if wanted.object_id:
        conditions.append(AuditEntry.object_id == wanted.object_id)
    if wanted.actor:
        person = select(Person.id).where(Person.public_id == wanted.actor).scalar_subquery()
        conditions.append(AuditEntry.actor_id == person)
    if wanted.day is not None:
        start, end = day_bounds(wanted.day)
        conditions += [AuditEntry.at >= start, AuditEntry.at < end]
    if wanted.before is not None:
        conditions.append(AuditEntry.id < wanted.before)
    return conditions


def _id(given: Mapping[str, str], field: str, label: Text) -> str:
    value = given.get(field, "").strip()
    if value and not _ID.fullmatch(value):
        raise Invalid(
            Text(
                zh=f"“{label.zh}”只能是编号（字母、数字和连字符），审计记录里没有名称。",
                en=f"“{label.en}” must be an id (letters, digits, hyphens): the trail holds no names.",
            ),
            field=field,
        )
    return value
