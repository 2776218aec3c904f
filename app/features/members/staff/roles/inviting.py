"""Inviting somebody to staff: an account without a role, and a mail that lets them choose a password."""

from datetime import timedelta

from sqlalchemy import insert, select

from app.db.engine import WriteSession
from app.features.members.audit.recording import record_audit
from app.features.members.mail.postbox import Postbox
from app.features.members.models import Person
from app.features.members.signing_in.links import issue_link
from app.features.members.staff.roles.actions import propose
from app.features.members.staff.roles.letters import invitation_letter
from app.kit import clock
from app.kit.errors import Conflict
from app.kit.ids import random_id
from app.kit.text import Text
from app.kit.viewer import Viewer

VALID_FOR = timedelta(hours=72)


async def invite(
    session: WriteSession, viewer: Viewer, postbox: Postbox, *, name: str, mail: str, role: str, language: str
) -> str:
    """The public id of the new person; `role` ('' for none yet) is proposed, for a second admin to confirm.

    Raises Conflict for an address that has an account.
    """
    if await session.scalar(select(Person.id).where(Person.mail == mail)) is not None:
        raise Conflict(
            Text(
                zh="这个邮箱不能用于工作账号，请换一个专用的邮箱。",
                en="This address cannot be used for an account of staff; please take one of its own.",
            ),
            field="mail",
        )
    public_id = random_id()
    made = insert(Person).values(
        public_id=public_id, kind="staff", company_id=None, role="", mail=mail, name=name, state="active",
        language=language, created_at=clock.now(),
    )  # fmt: skip
    person_id = (await session.execute(made.returning(Person.id))).scalar_one()
    token = await issue_link(session, "reset_password", person_id=person_id, lifetime=VALID_FOR)
    link, forgotten = (postbox.address_of(path) for path in (f"/password/new/{token}", "/password/forgotten"))
    await postbox.post(session, invitation_letter(link, forgotten), to=mail, language=language)
    if role:
        await propose(session, viewer, public_id, role, "give")
    await record_audit(session, viewer, "staff.invite", object_kind="person", object_id=public_id)
    return public_id
