"""A company's access log: who outside it read what is its own, and for what glass was broken."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Select, select, tuple_

from app.db.engine import Database, ReadSession
from app.db.tenancy import SYSTEM, acting_as
from app.features.members.audit.models import AuditEntry
from app.features.members.audit.searching import day_bounds, day_from, entry_from
from app.features.members.models import Company, Person
from app.features.members.staff.role_words import named
from app.kit.errors import Invalid
from app.kit.text import Text
from app.kit.viewer import Viewer

PAGE = 50
Reader = Literal["", "staff", "company"]


@dataclass(frozen=True, slots=True)
class AccessKind:
    """An entry that belongs into the access log of the company it concerns: which, and in which words."""

    action: str
    object_kind: str
    label: Text


@dataclass(frozen=True, slots=True)
class Access:
    """`who` and `what` in words; `item` is an id."""

    id: int
    at: datetime
    who: Text
    what: Text
    item: str


@dataclass(frozen=True, slots=True)
class AccessFilter:
    """Each empty one lets all pass."""

    reader: Reader = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None


def filter_from(given: Mapping[str, str]) -> AccessFilter:
    """Raises Invalid naming the field."""
    reader = given.get("reader", "")
    if reader not in ("", "staff", "company"):
        raise Invalid(
            Text(zh="请选择：全部、平台工作人员或其他公司。", en="Choose all, staff or other companies."),
            field="reader",
        )
    return AccessFilter(
        reader=reader,  # type: ignore[arg-type]
        since=day_from(given.get("since", ""), "since"),
        until=day_from(given.get("until", ""), "until"),
        before=entry_from(given.get("before", "")),
    )


class AccessLog:
    """The entries of the trail that a company may see about itself, as rooms have named them."""

    def __init__(self, database: Database, kinds: Iterable[AccessKind]) -> None:
        self._database = database
        self._labels = {(kind.action, kind.object_kind): kind.label for kind in kinds}

    async def of(
        self, session: ReadSession, viewer: Viewer, wanted: AccessFilter, *, limit: int
    ) -> Sequence[Access]:
        """Of the viewer's company, the newest first."""
        rows = (await session.execute(self._visible(viewer, wanted).limit(limit))).all()
        readers = await self._readers(rows)
        return [
            Access(
                row.id,
                row.at,
                _who(row, readers),
                self._labels[row.action, row.object_kind],
                row.object_id,
            )
            for row in rows
        ]

    def _visible(self, viewer: Viewer, wanted: AccessFilter) -> Select[Any]:
        conditions: list[Any] = [
            AuditEntry.company_id == viewer.company_id,
            AuditEntry.actor_id.is_not(None),
            AuditEntry.actor_company_id.is_distinct_from(viewer.company_id),
            AuditEntry.result == "done",
            tuple_(AuditEntry.action, AuditEntry.object_kind).in_(list(self._labels)),
        ]
        if wanted.reader:
            is_staff = AuditEntry.actor_company_id.is_(None)
            conditions.append(is_staff if wanted.reader == "staff" else ~is_staff)
        if wanted.since is not None:
            conditions.append(AuditEntry.at >= day_bounds(wanted.since)[0])
        if wanted.until is not None:
            conditions.append(AuditEntry.at < day_bounds(wanted.until)[1])
        if wanted.before is not None:
            conditions.append(AuditEntry.id < wanted.before)
        return select(*AuditEntry.__table__.c).where(*conditions).order_by(AuditEntry.id.desc())

    async def _readers(self, rows: Sequence[Any]) -> Mapping[int, Any]:
        """Vendor and company of those who read. They stand behind the wall of another company."""
        ids = {row.actor_id for row in rows}
        if not ids:
            return {}
        columns = (Person.id, Person.public_id, Person.vendor, Company.name.label("company"))
        statement = select(*columns).outerjoin(Company, Company.id == Person.company_id)
        with acting_as(SYSTEM):
            async with self._database.reading() as session:
                found = (await session.execute(statement.where(Person.id.in_(ids)))).all()
        return {row.id: row for row in found}


def _who(row: Any, readers: Mapping[int, Any]) -> Text:
    """Of staff the roles and the declared vendor, of a partner the company; a person only as an id."""
    reader = readers.get(row.actor_id)
    if row.actor_company_id is not None:
        name = reader.company if reader is not None and reader.company else ""
        return Text(name or "一家已注销的公司", name or "A company that is gone")
    roles = named(filter(None, row.staff_roles.split(",")))
    zh, en = "平台工作人员", "Staff of the platform"
    if roles.zh:
        zh, en = f"{zh}（{roles.zh}）", f"{en} ({roles.en})"
    if reader is None:
        return Text(zh, en)
    if reader.vendor:
        zh, en = f"{zh}，所属厂商：{reader.vendor}", f"{en}, works for {reader.vendor}"
    return Text(f"{zh}，编号 {reader.public_id}", f"{en}, id {reader.public_id}")
