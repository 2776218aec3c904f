"""Deciding what readers reported: what is accepted is done at once, in the same transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from app.db.engine import ReadSession, WriteSession
from app.features.members.audit.recording import record_audit
from app.features.registry.actions import announce, refresh_counts
from app.features.registry.events import FactsChanged
from app.features.registry.facts.actions import follow_organisations
from app.features.registry.facts.models import Fact
from app.features.registry.life.held import HELD_FIELDS
from app.features.registry.life.lifecycle import close
from app.features.registry.life.models import REASON_LENGTH, Report
from app.features.registry.life.naming import active_organisation, add_alias, rename
from app.features.registry.merging import corrected
from app.features.registry.models import Organisation
from app.kit import clock
from app.kit.errors import Conflict, Invalid, NotFound
from app.kit.text import Text
from app.kit.viewer import Viewer
from app.outbox.recorder import record

_SHOWN = ("name", "industry", "level", "province", "city")
_COLUMNS = ("industry", "sub_industry", "level", "province", "city", "district", "inferred")


@dataclass(frozen=True, slots=True)
class OpenReport:
    """One that waits for a decision."""

    public_id: str
    kind: str
    about: str
    subject: str
    title: str  # of the organisation or the fact
    proposed: dict[str, str]
    text: str
    created_at: datetime
    current: dict[str, str]  # how the organisation stands, for what can be proposed


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided, and whether it changed anything beyond the report."""

    public_id: str
    state: str
    already: bool = False


async def open_reports(session: ReadSession, *, limit: int, offset: int = 0) -> list[OpenReport]:
    """The oldest first."""
    title = func.coalesce(Organisation.name, Fact.title, "").label("title")
    statement = (
        select(
            Report.public_id,
            Report.kind,
            Report.about,
            Report.subject,
            title,
            Report.proposed,
            Report.text,
            Report.created_at,
            *(getattr(Organisation, column) for column in _SHOWN),
        )
        .outerjoin(
            Organisation, (Organisation.public_id == Report.subject) & (Report.about == "organisation")
        )
        .outerjoin(Fact, (Fact.public_id == Report.subject) & (Report.about == "fact"))
        .where(Report.state == "open")
        .order_by(Report.created_at, Report.id)
        .limit(limit)
        .offset(offset)
    )
    return [_open_report(row) for row in await session.execute(statement)]


def _open_report(row: Any) -> OpenReport:
    return OpenReport(
        public_id=row.public_id,
        kind=row.kind,
        about=row.about,
        subject=row.subject,
        title=row.title,
        proposed=row.proposed,
        text=row.text,
        created_at=row.created_at,
        current={name: value for name in _SHOWN if (value := getattr(row, name))},
    )


async def count_open(session: ReadSession) -> int:
    return await session.scalar(select(func.count()).select_from(Report).where(Report.state == "open")) or 0


async def decide(
    session: WriteSession,
    viewer: Viewer,
    public_id: str,
    *,
    accept: bool,
    reason: str,
    vendor: str | None = None,
) -> Decided:
    """Accept or refuse; the reason is shown to whoever sent it, with the vendor that a moderator declared
    (None: the operator decides, at the terminal). The same decision again changes nothing.

    Accepted, a correction changes the organisation, an objection takes the fact, or the organisation, down.
    Raises NotFound, Invalid and Conflict.
    """
    found = await session.scalar(select(Report).where(Report.public_id == public_id).with_for_update())
    if found is None:
        raise NotFound(
            Text(zh="没有这个编号的反馈。", en="There is no report of this id."),
            field="id",
        )
    state = "accepted" if accept else "refused"
    if found.state != "open":
        return _as_before(found, state)
    reason = " ".join(reason.split())
    if not reason or len(reason) > REASON_LENGTH:
        raise Invalid(
            Text(
                zh=f"请给出理由（最多 {REASON_LENGTH} 个字符），反馈者会看到。",
                en=f"Give a reason (at most {REASON_LENGTH} characters); whoever reported sees it.",
            ),
            field="reason",
        )
    found.state, found.reason, found.decided_at, found.vendor = state, reason, clock.now(), vendor
    await session.flush()
    if found.about == "fact":
        await _decide_fact(session, found, accept=accept)
    elif accept and found.kind == "objection":
        await close(session, found.subject, hide=True)
    elif accept:
        await _correct(session, found.subject, found.proposed)
    action = "report.accept" if accept else "report.refuse"
    await record_audit(session, viewer, action, object_kind="report", object_id=found.public_id)
    return Decided(found.public_id, state)


def _as_before(found: Report, state: str) -> Decided:
    if found.state == state:
        return Decided(found.public_id, state, already=True)
    raise Conflict(
        Text(
            zh="这条反馈已经有了相反的决定，不能再改。",
            en="The opposite was decided about this report already; that stands.",
        ),
        field="id",
    )


async def _decide_fact(session: WriteSession, found: Report, *, accept: bool) -> None:
    """Withdrawn, or counted again once no other objection to it is open."""
    others = select(Report.id).where(
        Report.subject == found.subject, Report.kind == "objection", Report.state == "open"
    )
    if accept:
        status, was = "withdrawn", ["active", "objected"]
    elif await session.scalar(others.limit(1)) is None:
        status, was = "active", ["objected"]
    else:
        return
    await session.execute(
        update(Fact).where(Fact.public_id == found.subject, Fact.status.in_(was)).values(status=status)
    )
    record(session, FactsChanged())


async def _correct(session: WriteSession, public_id: str, proposed: dict[str, str]) -> None:
    found = await active_organisation(session, public_id)
    if "name" in proposed:
        await rename(session, public_id, proposed["name"])
    held = {field: value for field, value in proposed.items() if field in HELD_FIELDS}
    if not held and "alias" not in proposed:
        return
    values: dict[str, Any] = corrected({column: getattr(found, column) for column in _COLUMNS}, held)
    for column, value in values.items():
        setattr(found, column, value)
    if "alias" in proposed:
        await add_alias(session, found.id, proposed["alias"], kind="short")
    found.rev, found.updated_at = found.rev + 1, clock.now()
    await session.flush()
    await follow_organisations(session, [found.id])
    await refresh_counts(session)
    announce(session, [found.id])
