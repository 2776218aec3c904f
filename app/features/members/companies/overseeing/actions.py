"""Merging doubles, suspending, reinstating: by staff, with a reason, told to whom it concerns."""

from typing import Any

from sqlalchemy import insert, select, update

from app.db.engine import WriteSession
from app.features.members.audit.recording import record_audit
from app.features.members.companies.access import access_company
from app.features.members.companies.membership.actions import WITHDRAWN
from app.features.members.companies.models import CompanyChange, Invitation, VerificationRequest
from app.features.members.companies.overseeing.events import CompaniesMerged
from app.features.members.companies.overseeing.letters import (
    arrivals_letter,
    moved_letter,
    reinstated_letter,
    suspended_letter,
)
from app.features.members.mail.postbox import Letter, Postbox
from app.features.members.models import Company, Person
from app.features.members.signing_in.ending import end_access_of
from app.kit import clock
from app.kit.errors import Conflict, Invalid
from app.kit.text import Text
from app.kit.viewer import Viewer
from app.outbox.recorder import record

_STAYING = ("active", "suspended")


async def suspend_company(
    session: WriteSession, viewer: Viewer, postbox: Postbox, public_id: str, reason: str
) -> None:
    """Everybody of it is out with the next request. Raises NotFound, Conflict."""
    found = await _locked(session, viewer, public_id, "active")
    admins = await _people(session, found.id, admins=True)
    await session.execute(update(Company).where(Company.id == found.id).values(state="suspended"))
    await end_access_of(session, [one.id for one in await _people(session, found.id)])
    await _tell(session, postbox, admins, suspended_letter(reason))
    await _note(session, viewer, found, "suspended", reason)


async def reinstate_company(
    session: WriteSession, viewer: Viewer, postbox: Postbox, public_id: str, reason: str
) -> None:
    """Raises NotFound, Conflict."""
    found = await _locked(session, viewer, public_id, "suspended")
    await session.execute(update(Company).where(Company.id == found.id).values(state="active"))
    await _tell(session, postbox, await _people(session, found.id, admins=True), reinstated_letter())
    await _note(session, viewer, found, "reinstated", reason)


async def merge_companies(
    session: WriteSession, viewer: Viewer, postbox: Postbox, from_id: str, into_id: str, reason: str
) -> None:
    """The members of one move to the other, and it closes. Raises NotFound, Conflict, Invalid.

    They arrive suspended and without rights of an admin: only an admin there knows whether they are
    colleagues, and a namesake must not become the way into another's customers.
    """
    if from_id == into_id:
        raise Invalid(Text(zh="不能并入自己。", en="A company cannot be merged into itself."), field="into")
    first, second = sorted((from_id, into_id))  # in one order, so that two merges do not wait for each other
    locked = {public_id: await _locked(session, viewer, public_id, "active") for public_id in (first, second)}
    gone, kept = locked[from_id], locked[into_id]
    moving = await _people(session, gone.id)
    ids = [one.id for one in moving]
    await end_access_of(session, ids)
    moved = update(Person).where(Person.id.in_(ids))
    await session.execute(moved.values(company_id=kept.id, role="sales", state="suspended"))
    await session.execute(
        update(Invitation)
        .where(Invitation.company_id == gone.id, Invitation.state == "open")
        .values(WITHDRAWN)
    )
    await session.execute(
        update(VerificationRequest)
        .where(VerificationRequest.company_id == gone.id, VerificationRequest.state == "waiting")
        .values(state="refused", decided_by=viewer.person_id, decided_at=clock.now(), reason=reason)
    )
    await session.execute(update(Company).where(Company.id == gone.id).values(state="closed"))
    link = postbox.address_of("/company/members")
    await _tell(session, postbox, moving, moved_letter())
    await _tell(session, postbox, await _people(session, kept.id, admins=True), arrivals_letter(link))
    record(session, CompaniesMerged(from_id=gone.id, into_id=kept.id, person_ids=tuple(ids)))
    await _note(session, viewer, gone, "merged", reason, into_id=kept.id)


async def _locked(session: WriteSession, viewer: Viewer, public_id: str, state: str) -> Company:
    """In that state, and nobody changes it meanwhile. Raises NotFound, Conflict."""
    await session.execute(select(Company.id).where(Company.public_id == public_id).with_for_update())
    found = await access_company(session, viewer, public_id)
    if found.state != state:
        raise Conflict(
            Text(
                zh="这家公司的状态已经变了，请刷新后再看。",
                en="The state of this company has changed. Please reload the page.",
            )
        )
    return found


async def _people(session: WriteSession, company_id: int, *, admins: bool = False) -> list[Any]:
    people = select(Person.id, Person.mail, Person.language).where(
        Person.company_id == company_id, Person.state.in_(("active",) if admins else _STAYING)
    )
    return list((await session.execute(people.where(Person.role == "admin") if admins else people)).all())


async def _tell(session: WriteSession, postbox: Postbox, people: list[Any], letter: Letter) -> None:
    for one in people:
        if one.mail:
            await postbox.post(session, letter, to=one.mail, language=one.language)


async def _note(
    session: WriteSession,
    viewer: Viewer,
    company: Company,
    kind: str,
    reason: str,
    *,
    into_id: int | None = None,
) -> None:
    change = {"company_id": company.id, "kind": kind, "into_id": into_id, "reason": reason}
    await session.execute(
        insert(CompanyChange).values(change | {"made_by": viewer.person_id, "made_at": clock.now()})
    )
    await record_audit(
        session,
        viewer,
        f"company.{kind}",
        object_kind="company",
        object_id=company.public_id,
        company_id=company.id,
    )
