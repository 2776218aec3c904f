"""Inviting, changing roles, suspending, removing, leaving. Whoever is let go is out with the next request."""

from datetime import timedelta

from sqlalchemy import func, insert, select, update

from app.db.engine import WriteSession
from app.features.members.audit.recording import record_audit
from app.features.members.companies.access import access_colleague, access_invitation
from app.features.members.companies.membership.letters import (
    invitation_letter,
    removed_letter,
    role_letter,
)
from app.features.members.companies.models import Invitation
from app.features.members.mail.postbox import Postbox
from app.features.members.models import Company, Person
from app.features.members.signing_in.ending import end_access_of
from app.features.members.signing_in.links import LIFETIME, issue_link
from app.features.members.signing_in.sessions import end_sessions_of
from app.kit import clock
from app.kit.errors import Conflict, Invalid, LimitReached
from app.kit.ids import random_id
from app.kit.text import Text
from app.kit.viewer import Viewer

INVITATIONS_A_DAY = 30  # of one company: each is a mail to somebody who did not ask for it
WITHDRAWN = {"state": "withdrawn", "mail": ""}
_DAY = timedelta(days=1)


async def invite(
    session: WriteSession, viewer: Viewer, postbox: Postbox, *, mail: str, role: str, language: str
) -> str:
    """The id of the invitation. A former one to the same address ends. Raises Invalid, LimitReached.

    Whether the address has an account elsewhere shows only to whoever opens the mail.
    """
    now = clock.now()
    own = Invitation.company_id == viewer.company_id
    known = select(Person.id).where(Person.company_id == viewer.company_id, Person.mail == mail)
    if await session.scalar(known) is not None:
        raise Invalid(
            Text(zh="这位同事已经在公司里了。", en="This colleague is a member already."), field="mail"
        )
    today = await session.scalar(select(func.count()).where(own, Invitation.created_at > now - _DAY)) or 0
    if today >= INVITATIONS_A_DAY:
        raise LimitReached(
            Text(
                zh=f"一天最多发 {INVITATIONS_A_DAY} 个邀请，请明天再发。",
                en=f"A company may send {INVITATIONS_A_DAY} invitations a day. Please go on tomorrow.",
            ),
            retry_after=3600,
        )
    former = update(Invitation).where(own, Invitation.mail == mail, Invitation.state == "open")
    await session.execute(former.values(WITHDRAWN))
    public_id = random_id()
    made = insert(Invitation).values(
        public_id=public_id,
        company_id=viewer.company_id,
        mail=mail,
        role=role,
        state="open",
        invited_by=viewer.person_id,
        created_at=now,
        expires_at=now + LIFETIME["invitation"],
    )
    invitation_id = (await session.execute(made.returning(Invitation.id))).scalar_one()
    token = await issue_link(session, "invitation", subject=str(invitation_id))
    link = postbox.address_of(f"/invitations/{token}")
    letter = invitation_letter(link, viewer.company_name if viewer.is_verified else None)
    await postbox.post(session, letter, to=mail, language=language)
    await record_audit(session, viewer, "member.invite", object_kind="invitation", object_id=public_id)
    return public_id


async def withdraw(session: WriteSession, viewer: Viewer, public_id: str) -> None:
    """The link of the mail does nothing any more. Raises NotFound."""
    found = await access_invitation(session, viewer, public_id)
    await session.execute(update(Invitation).where(Invitation.id == found.id).values(WITHDRAWN))
    await record_audit(session, viewer, "invitation.withdraw", object_kind="invitation", object_id=public_id)


async def change_role(
    session: WriteSession, viewer: Viewer, postbox: Postbox, public_id: str, role: str
) -> None:
    """The sessions of the member end: what they may do has changed. Raises NotFound, Conflict."""
    found = await _locked(session, viewer, public_id)
    if found.role == role:
        return
    if found.role == "admin":
        await _refuse_last_admin(session, viewer, found.id)
    await session.execute(update(Person).where(Person.id == found.id).values(role=role))
    if found.id == viewer.person_id:
        await end_sessions_of(session, [found.id])
    else:
        await end_access_of(session, [found.id])
    if found.mail:
        await postbox.post(session, role_letter(role), to=found.mail, language=found.language)
    await record_audit(session, viewer, f"member.become_{role}", object_kind="person", object_id=public_id)


async def suspend(session: WriteSession, viewer: Viewer, public_id: str) -> None:
    """Raises NotFound, Conflict."""
    found = await _locked(session, viewer, public_id)
    _refuse_oneself(viewer, found.id)
    await session.execute(update(Person).where(Person.id == found.id).values(state="suspended"))
    await end_access_of(session, [found.id])
    await record_audit(session, viewer, "member.suspend", object_kind="person", object_id=public_id)


async def reinstate(session: WriteSession, viewer: Viewer, public_id: str) -> None:
    """Raises NotFound."""
    found = await _locked(session, viewer, public_id)
    await session.execute(update(Person).where(Person.id == found.id).values(state="active"))
    await record_audit(session, viewer, "member.reinstate", object_kind="person", object_id=public_id)


async def remove(session: WriteSession, viewer: Viewer, postbox: Postbox, public_id: str) -> None:
    """For good. Raises NotFound, Conflict."""
    found = await _locked(session, viewer, public_id)
    _refuse_oneself(viewer, found.id)
    await _let_go(session, postbox, found)
    await record_audit(session, viewer, "member.remove", object_kind="person", object_id=public_id)


async def leave(session: WriteSession, viewer: Viewer, postbox: Postbox) -> None:
    """Raises Conflict for the last admin."""
    found = await _locked(session, viewer, viewer.public_id)
    if found.role == "admin":
        await _refuse_last_admin(session, viewer, found.id)
    await _let_go(session, postbox, found)
    await record_audit(session, viewer, "member.leave", object_kind="person", object_id=viewer.public_id)


async def _let_go(session: WriteSession, postbox: Postbox, found: Person) -> None:
    """The account ends and its address is free; the name stays beside what they wrote."""
    gone = update(Person).where(Person.id == found.id)
    await session.execute(gone.values(state="left", mail=None, password_hash=None))
    await end_access_of(session, [found.id])
    if found.mail:
        await postbox.post(session, removed_letter(), to=found.mail, language=found.language)


async def _locked(session: WriteSession, viewer: Viewer, public_id: str) -> Person:
    """A colleague, while no other change of members of this company is under way: two admins who leave at
    the same moment must not both find the other. Raises NotFound."""
    await session.execute(select(Company.id).where(Company.id == viewer.company_id).with_for_update())
    return await access_colleague(session, viewer, public_id)


async def _refuse_last_admin(session: WriteSession, viewer: Viewer, person_id: int) -> None:
    others = select(func.count()).where(
        Person.company_id == viewer.company_id,
        Person.role == "admin",
        Person.state == "active",
        Person.id != person_id,
    )
    if not await session.scalar(others):
        raise Conflict(
            Text(
                zh="公司至少要有一位管理员。请先把另一位同事设为管理员；"
                "如果公司里只有你一个人，可以在“账号与安全”里注销账号。",
                en="A company needs an admin. Please make another colleague an admin first; if you are the "
                "only one, you can erase your account on the page of your account.",
            )
        )


def _refuse_oneself(viewer: Viewer, person_id: int) -> None:
    if person_id == viewer.person_id:
        raise Conflict(
            Text(
                zh="不能停用或移除自己。要离开公司，请用“离开公司”。",
                en="You cannot suspend or remove yourself. To go, use “Leave the company”.",
            )
        )
