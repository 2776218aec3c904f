"""Who is of staff, with which roles; and which changes wait."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.db.engine import ReadSession
from app.features.members.models import Person, StaffRole
from app.features.members.staff.desk import Waiting
from app.features.members.staff.roles.models import StaffRoleChange
from app.kit.viewer import Viewer


@dataclass(frozen=True, slots=True)
class StaffMember:
    public_id: str
    name: str
    mail: str
    vendor: str | None
    has_password: bool  # not yet: the invitation was not followed
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WaitingChange:
    public_id: str
    person: str  # public id
    name: str
    role: str
    change: str
    proposer: str  # name
    proposed_at: datetime
    may_confirm: bool  # this viewer
    may_withdraw: bool


async def staff_members(session: ReadSession) -> Sequence[StaffMember]:
    roles: dict[int, list[str]] = defaultdict(list)
    for person_id, role in await session.execute(select(StaffRole.person_id, StaffRole.role)):
        roles[person_id].append(role)
    columns = (Person.id, Person.public_id, Person.name, Person.mail, Person.vendor)
    people = select(*columns, Person.password_hash.is_not(None).label("has_password")).where(
        Person.kind == "staff", Person.state == "active"
    )
    return [
        StaffMember(
            public_id=row.public_id,
            name=row.name,
            mail=row.mail or "",
            vendor=row.vendor,
            has_password=row.has_password,
            roles=tuple(sorted(roles[row.id])),
        )
        for row in await session.execute(people.order_by(Person.name, Person.id))
    ]


async def waiting_changes(session: ReadSession, viewer: Viewer) -> Sequence[WaitingChange]:
    """The oldest first."""
    subject, proposer = aliased(Person), aliased(Person)
    statement = (
        select(StaffRoleChange, subject.public_id, subject.name, proposer.name)
        .join(subject, subject.id == StaffRoleChange.person_id)
        .join(proposer, proposer.id == StaffRoleChange.proposed_by)
        .where(StaffRoleChange.state == "open")
        .order_by(StaffRoleChange.id)
    )
    return [
        WaitingChange(
            public_id=change.public_id,
            person=person,
            name=name,
            role=change.role,
            change=change.change,
            proposer=by,
            proposed_at=change.proposed_at,
            may_confirm=viewer.person_id not in (change.proposed_by, change.person_id),
            may_withdraw=viewer.person_id == change.proposed_by,
        )
        for change, person, name, by in await session.execute(statement)
    ]


async def waiting_for(session: ReadSession, viewer: Viewer) -> Waiting:
    """Those that this viewer could confirm."""
    waiting = select(func.count(), func.min(StaffRoleChange.proposed_at)).where(
        StaffRoleChange.state == "open",
        StaffRoleChange.proposed_by != viewer.person_id,
        StaffRoleChange.person_id != viewer.person_id,
    )
    return Waiting(*(await session.execute(waiting)).one())
