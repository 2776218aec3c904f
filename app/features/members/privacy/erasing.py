"""Erasing a person: what is theirs goes, and their row keeps ids alone, which ledger and trail refer to.

A company goes with its last member: its name, its profile and what is confidential to it.
"""

from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import WriteSession
from app.db.locking import lock_table
from app.features.members.companies.models import Invitation, Registration
from app.features.members.mail.postbox import Postbox
from app.features.members.models import Company, Person, StaffRole
from app.features.members.privacy.events import Erased
from app.features.members.privacy.holdings import Holdings
from app.features.members.privacy.models import Tombstone
from app.kit import clock
from app.kit.errors import Conflict
from app.kit.text import Text
from app.outbox.recorder import record

_AT_WORK = ("unconfirmed", "active", "suspended")
_NOTHING = {"mail": None, "name": "", "password_hash": None, "vendor": None, "state": "erased"}


@dataclass(frozen=True, slots=True)
class Eraser:
    """What erasing needs to know of the rest of the product."""

    holdings: Holdings
    postbox: Postbox

    async def erase(self, session: WriteSession, person_id: int) -> None:
        """Acting for the system. Twice is once."""
        await _lock_company_of(session, person_id)
        found = (
            await session.execute(
                select(Person.public_id, Person.mail, Person.company_id)
                .where(Person.id == person_id, Person.state != "erased")
                .with_for_update()
            )
        ).one_or_none()
        if found is None:
            return
        await self.holdings.erase(session, person_id)
        if found.mail is not None:
            await self.postbox.forget(session, found.mail)
            await session.execute(delete(Registration).where(Registration.mail == found.mail))
            await session.execute(delete(Invitation).where(Invitation.mail == found.mail))
        await session.execute(update(Person).where(Person.id == person_id).values(_NOTHING))
        await _bury(session, "person", found.public_id)
        if found.company_id is not None and not await _others_at_work(session, found.company_id, person_id):
            await self.close_company(session, found.company_id)
        record(session, Erased())

    async def close_company(self, session: WriteSession, company_id: int) -> None:
        """With all who ever worked there: nobody is left who could ask for them."""
        closed = {"state": "closed", "name": "", "name_key": "", "profile": {}}
        changed = update(Company).where(Company.id == company_id, Company.name != "")
        public_id = await session.scalar(changed.values(closed).returning(Company.public_id))
        if public_id is None:
            return
        await _bury(session, "company", public_id)
        await self.holdings.close_company(session, company_id)
        rest = select(Person.id).where(Person.company_id == company_id, Person.state != "erased")
        for person_id in list(await session.scalars(rest)):
            await self.erase(session, person_id)


async def _lock_company_of(session: WriteSession, person_id: int) -> None:
    """Of two who go at the same moment one is the last: the other, or whoever takes a role from them, waits.
    Before any lock of a person, as the actions of membership take it."""
    company = select(Person.company_id).where(Person.id == person_id).scalar_subquery()
    await session.execute(select(Company.id).where(Company.id == company).with_for_update())


async def closing_with(session: AsyncSession, person_id: int) -> int | None:
    """The company that would close with this person; none where somebody stays."""
    company_id = await session.scalar(select(Person.company_id).where(Person.id == person_id))
    if company_id is None or await _others_at_work(session, company_id, person_id):
        return None
    return int(company_id)


async def refuse_last_admin(session: WriteSession, person_id: int) -> None:
    """Whoever others depend on hands over first. Raises Conflict."""
    await lock_table(session, StaffRole)
    await _lock_company_of(session, person_id)
    me = (
        await session.execute(
            select(Person.kind, Person.role, Person.company_id)
            .where(Person.id == person_id)
            .with_for_update()
        )
    ).one()
    if me.kind == "staff":
        admins = select(StaffRole.person_id).where(StaffRole.role == "platform_admin")
        held = set(await session.scalars(admins.join(Person).where(Person.state == "active")))
        if held == {person_id}:
            raise _last(Text(zh="平台", en="the platform"))
        return
    is_only_admin = me.role == "admin" and not await _others_at_work(
        session, me.company_id, person_id, role="admin"
    )
    if is_only_admin and await _others_at_work(session, me.company_id, person_id):
        raise _last(Text(zh="公司", en="your company"))


def _last(of: Text) -> Conflict:
    return Conflict(
        Text(
            zh=f"你是{of.zh}唯一的管理员，还有同事在用。请先让一位同事当管理员，再注销账号。",
            en=f"You are the only admin of {of.en}, and colleagues still work with it. "
            "Make one of them an admin first, then erase your account.",
        )
    )


async def _others_at_work(
    session: AsyncSession, company_id: int, person_id: int, *, role: str | None = None
) -> int:
    counted = select(func.count()).where(
        Person.company_id == company_id, Person.id != person_id, Person.state.in_(_AT_WORK)
    )
    return await session.scalar(counted if role is None else counted.where(Person.role == role)) or 0


async def _bury(session: WriteSession, kind: str, public_id: str) -> None:
    known = select(Tombstone.id).where(Tombstone.kind == kind, Tombstone.public_id == public_id)
    if await session.scalar(known) is None:
        await session.execute(insert(Tombstone).values(kind=kind, public_id=public_id, at=clock.now()))
