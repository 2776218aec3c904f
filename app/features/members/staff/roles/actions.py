"""Proposing and deciding changes of roles. What is confirmed is in force with the next request."""

from typing import Literal

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import WriteSession
from app.db.locking import lock_table
from app.features.members.audit.recording import record_audit
from app.features.members.mail.postbox import Postbox
from app.features.members.models import Person, StaffRole
from app.features.members.signing_in.sessions import end_sessions_of
from app.features.members.staff.roles import errors
from app.features.members.staff.roles.letters import roles_changed_letter
from app.features.members.staff.roles.models import StaffRoleChange
from app.kit import clock
from app.kit.ids import random_id
from app.kit.viewer import Viewer

Change = Literal["give", "take"]
ADMIN = "platform_admin"
KIND = "staff_role"  # of the object in audit rows; its id is that of the person, and the role


async def propose(
    session: WriteSession, viewer: Viewer, person_public_id: str, role: str, change: Change
) -> str:
    """The public id of the proposal. Raises NotFound and Conflict; giving oneself a role is one."""
    await lock_table(session, StaffRoleChange)
    person = await _active_staff(session, person_public_id)
    if change == "give" and person.id == viewer.person_id:
        raise errors.not_for_oneself()
    if await _holds(session, person.id, role) == (change == "give"):
        raise errors.nothing_to_change(change)
    waiting = select(StaffRoleChange.id).where(
        StaffRoleChange.person_id == person.id, StaffRoleChange.role == role, StaffRoleChange.state == "open"
    )
    if await session.scalar(waiting) is not None:
        raise errors.waits_already()
    if change == "take":
        await _refuse_last_admin(session, role)
    public_id = random_id()
    made = insert(StaffRoleChange).values(
        public_id=public_id, person_id=person.id, role=role, change=change, state="open",
        proposed_by=viewer.person_id, proposed_at=clock.now(),
    )  # fmt: skip
    await session.execute(made)
    await _record(session, viewer, "role.propose", person.public_id, role)
    return public_id


async def decide(
    session: WriteSession, viewer: Viewer, postbox: Postbox, public_id: str, *, confirm: bool
) -> StaffRoleChange:
    """Confirm or refuse; whoever proposed it can only withdraw it. Raises NotFound and Conflict."""
    await lock_table(session, StaffRoleChange)
    found = await session.scalar(select(StaffRoleChange).where(StaffRoleChange.public_id == public_id))
    if found is None:
        raise errors.no_such_change()
    if found.state != "open":
        raise errors.decided_already()
    withdraws = found.proposed_by == viewer.person_id and not confirm
    if viewer.person_id in (found.proposed_by, found.person_id) and not withdraws:
        raise errors.second_admin_needed()
    person = (await session.execute(select(Person).where(Person.id == found.person_id))).scalar_one()
    found.state = "confirmed" if confirm else "withdrawn" if withdraws else "refused"
    found.decided_by, found.decided_at = viewer.person_id, clock.now()
    if confirm:
        await _carry_out(session, found)
        if person.mail:
            letter = roles_changed_letter(found.role, found.change, postbox.address_of("/staff"))
            await postbox.post(session, letter, to=person.mail, language=person.language)
    await session.flush()
    action = f"role.{found.change}" if confirm else f"role.{found.state}"
    await _record(session, viewer, action, person.public_id, found.role)
    return found


async def _carry_out(session: WriteSession, change: StaffRoleChange) -> None:
    """Every session of the person ends: what it may do has changed."""
    if change.change == "give":
        if not await _holds(session, change.person_id, change.role):
            given = {"person_id": change.person_id, "role": change.role, "since": clock.now()}
            await session.execute(insert(StaffRole).values(given))
    else:
        await _refuse_last_admin(session, change.role)
        held = delete(StaffRole).where(StaffRole.person_id == change.person_id, StaffRole.role == change.role)
        await session.execute(held)
    await end_sessions_of(session, [change.person_id])


async def _active_staff(session: AsyncSession, public_id: str) -> Person:
    found = await session.scalar(
        select(Person).where(Person.public_id == public_id, Person.kind == "staff", Person.state == "active")
    )
    if found is None:
        raise errors.no_such_person()
    return found


async def _holds(session: AsyncSession, person_id: int, role: str) -> bool:
    held = select(StaffRole.role).where(StaffRole.person_id == person_id, StaffRole.role == role)
    return await session.scalar(held) is not None


async def _refuse_last_admin(session: AsyncSession, role: str) -> None:
    if role == ADMIN and await admins(session) <= 1:
        raise errors.last_admin()


async def admins(session: AsyncSession) -> int:
    """How many could decide about roles."""
    held = select(func.count()).select_from(StaffRole).join(Person, Person.id == StaffRole.person_id)
    return await session.scalar(held.where(StaffRole.role == ADMIN, Person.state == "active")) or 0


async def _record(session: WriteSession, viewer: Viewer, action: str, person: str, role: str) -> None:
    await record_audit(session, viewer, action, object_kind=KIND, object_id=f"{person}:{role}")
