"""An account for one of staff, from the command line: the first gets its roles at once, for there is nobody
else to ask; once a platform admin exists, roles are given by two of them in the console."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.engine import WriteSession
from app.features.members.addresses import clean_mail
from app.features.members.audit.recording import record_audit
from app.features.members.models import PERSON_NAME_LENGTH, Person, StaffRole
from app.features.members.permissions import STAFF_ROLES
from app.features.members.signing_in.links import issue_link
from app.kit import clock
from app.kit.errors import Conflict, Invalid
from app.kit.ids import random_id
from app.kit.text import Text
from app.kit.viewer import Viewer
from app.web.inputs import clean_text

FIRST_ROLE = "platform_admin"


@dataclass(frozen=True, slots=True)
class NewStaff:
    path: str  # of the page where they choose their password: to be handed over in person
    roles: tuple[str, ...]  # given at once


async def create_staff(session: WriteSession, name: str, mail: str, roles: Sequence[str]) -> NewStaff:
    """Raises Invalid, and Conflict for a mail address that has an account."""
    name = clean_text(
        name, field="name", label=Text(zh="姓名", en="Name"), max_length=PERSON_NAME_LENGTH, required=True
    )
    mail = clean_mail(mail)
    unknown = next((role for role in roles if role not in STAFF_ROLES), None)
    if unknown is not None:
        listed = ", ".join(STAFF_ROLES)
        raise Invalid(Text(zh=f"角色只能是：{listed}", en=f"roles are: {listed}"), field="role")
    if await session.scalar(select(Person.id).where(Person.mail == mail)):
        raise Conflict(
            Text(zh="这个邮箱已有账号。", en="This mail address has an account already."), field="mail"
        )
    given = () if await has_admin(session) else tuple(dict.fromkeys(roles or (FIRST_ROLE,)))
    now, public_id = clock.now(), random_id()
    made = insert(Person).values(
        public_id=public_id, kind="staff", company_id=None, role="", mail=mail, name=name, state="active",
        language="zh", created_at=now,
    )  # fmt: skip
    person_id = (await session.execute(made.returning(Person.id))).scalar_one()
    for role in given:
        await session.execute(insert(StaffRole).values(person_id=person_id, role=role, since=now))
    token = await issue_link(session, "reset_password", person_id=person_id)
    system = Viewer(request_id="topctl")
    await record_audit(session, system, "staff.create", object_kind="person", object_id=public_id)
    return NewStaff(f"/password/new/{token}", given)


async def has_admin(session: AsyncSession) -> bool:
    """Whether somebody can give roles in the console."""
    held = select(StaffRole.person_id).join(Person, Person.id == StaffRole.person_id)
    active = held.where(StaffRole.role == FIRST_ROLE, Person.state == "active")
    return await session.scalar(active.limit(1)) is not None
