"""Asking to break glass, deciding about it, ending it."""

from datetime import timedelta

from sqlalchemy import insert, or_, select

from app.db.engine import WriteSession
from app.db.locking import lock_table
from app.features.members.audit.recording import record_audit
from app.features.members.mail.postbox import Postbox
from app.features.members.models import Person
from app.features.members.staff.break_glass import errors
from app.features.members.staff.break_glass.letters import glass_broken_letter
from app.features.members.staff.break_glass.models import BreakGlassRequest
from app.features.members.staff.break_glass.types import BreakGlassTypes
from app.kit import clock
from app.kit.ids import random_id
from app.kit.viewer import Viewer

OPEN_FOR = timedelta(minutes=60)
WAITS_FOR = timedelta(hours=24)  # a request that nobody has decided by then is over


async def ask(
    session: WriteSession,
    viewer: Viewer,
    types: BreakGlassTypes,
    *,
    kind: str,
    object_id: str,
    reason: str,
    ticket: str,
) -> str:
    """The public id of the request. Raises Invalid for no such object, Conflict for a repetition."""
    await lock_table(session, BreakGlassRequest)
    known = types.get(kind)
    owner = await known.owner_of(session, object_id) if known else None
    if owner is None:
        raise errors.no_such_object()
    now, public_id = clock.now(), random_id()
    same = select(BreakGlassRequest.id).where(
        BreakGlassRequest.kind == kind,
        BreakGlassRequest.object_id == object_id,
        BreakGlassRequest.requested_by == viewer.person_id,
        or_(
            (BreakGlassRequest.state == "open") & (BreakGlassRequest.requested_at > now - WAITS_FOR),
            (BreakGlassRequest.state == "approved") & (BreakGlassRequest.opens_until > now),
        ),
    )
    if await session.scalar(same.limit(1)) is not None:
        raise errors.waits_already()
    made = insert(BreakGlassRequest).values(
        public_id=public_id, kind=kind, object_id=object_id, company_id=owner, reason=reason, ticket=ticket,
        state="open", requested_by=viewer.person_id, requested_at=now,
    )  # fmt: skip
    await session.execute(made)
    await record_audit(session, viewer, "glass.ask", object_kind=kind, object_id=object_id, company_id=owner)
    return public_id


async def decide(
    session: WriteSession, viewer: Viewer, postbox: Postbox, public_id: str, *, approve: bool
) -> BreakGlassRequest:
    """Approved, it is open for OPEN_FOR to whoever asked, and the owner's admins hear of it at once.

    Raises NotFound, Conflict, and NotAllowed for who asked for it himself.
    """
    found = await _locked(session, public_id)
    now = clock.now()
    if found.state != "open" or found.requested_at <= now - WAITS_FOR:
        raise errors.decided_already()
    own = found.requested_by == viewer.person_id
    if own and approve:
        raise errors.second_person_needed()
    found.state = "approved" if approve else "withdrawn" if own else "refused"
    found.decided_by, found.decided_at = viewer.person_id, now
    if approve:
        found.opens_until = now + OPEN_FOR
        await _tell_owner(session, postbox, found.company_id)
    await session.flush()
    await record_audit(
        session,
        viewer,
        "glass.approve" if approve else f"glass.{found.state}",
        object_kind=found.kind,
        object_id=found.object_id,
        company_id=found.company_id,
    )
    return found


async def end(session: WriteSession, viewer: Viewer, public_id: str) -> None:
    """Close it before its time: whoever broke it. Raises NotFound; once it is over it changes nothing."""
    found = await _locked(session, public_id)
    if found.requested_by != viewer.person_id:
        raise errors.no_such_request()
    now = clock.now()
    if found.opens_until is None or found.opens_until <= now:
        return
    found.opens_until = now
    await session.flush()
    await record_audit(
        session,
        viewer,
        "glass.end",
        object_kind=found.kind,
        object_id=found.object_id,
        company_id=found.company_id,
    )


async def _locked(session: WriteSession, public_id: str) -> BreakGlassRequest:
    asked = select(BreakGlassRequest).where(BreakGlassRequest.public_id == public_id).with_for_update()
    found = await session.scalar(asked)
    if found is None:
        raise errors.no_such_request()
    return found


async def _tell_owner(session: WriteSession, postbox: Postbox, company_id: int) -> None:
    admins = select(Person.mail, Person.language).where(
        Person.company_id == company_id, Person.role == "admin", Person.state == "active"
    )
    letter = glass_broken_letter(postbox.address_of("/company/access-log"))
    for row in await session.execute(admins):
        if row.mail:
            await postbox.post(session, letter, to=row.mail, language=row.language)
