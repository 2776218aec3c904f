"""Accepting an invitation: the address is the one that was invited, the role the one that was offered."""

from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import insert, select, update

from app.db.engine import WriteSession
from app.features.members.audit.recording import record_audit
from app.features.members.companies.membership.queries import invited_to
from app.features.members.companies.models import Invitation
from app.features.members.models import Person
from app.features.members.signing_in.links import link_gone, redeem_link
from app.features.members.signing_in.sessions import start_session
from app.kit import clock
from app.kit.errors import Conflict
from app.kit.ids import random_id
from app.kit.text import Text
from app.kit.viewer import Viewer
from app.web.identity import Asked


@dataclass(frozen=True, slots=True)
class NewMember:
    name: str
    password_hash: str = field(repr=False)
    language: str
    device: str


@dataclass(frozen=True, slots=True)
class Joined:
    """`session`: the token for the cookie."""

    person_public_id: str
    company_public_id: str
    session: str


async def join(session: WriteSession, token: str, member: NewMember, asked: Asked) -> Joined:
    """Raises NotFound for a link that does nothing, Conflict for an address that has an account."""
    invited = await invited_to(session, token)
    await redeem_link(session, "invitation", token)
    if await session.scalar(select(Person.id).where(Person.mail == invited.mail)) is not None:
        raise Conflict(
            Text(
                zh="这个邮箱已经有账号了。一个账号只属于一家公司：先在原公司离开，再接受邀请；"
                "或请管理员邀请另一个邮箱。",
                en="This address has an account. An account belongs to one company: leave the former one "
                "first, then accept; or ask the admin to invite another address.",
            )
        )
    public_id = random_id()
    made = insert(Person).values(
        public_id=public_id,
        kind="member",
        company_id=invited.company_id,
        role=invited.role,
        mail=invited.mail,
        name=member.name,
        password_hash=member.password_hash,
        language=member.language,
        state="active",
        created_at=clock.now(),
    )
    person_id = (await session.execute(made.returning(Person.id))).scalar_one()
    accepted = update(Invitation).where(Invitation.id == invited.invitation_id, Invitation.state == "open")
    done = await session.execute(accepted.values(state="accepted", mail=""))
    if cast(Any, done).rowcount != 1:  # withdrawn a moment ago
        raise link_gone()
    started = await start_session(
        session,
        person_id,
        "member",
        awaits_second_factor=False,
        device=member.device,
        ip_prefix=asked.ip_prefix,
    )
    known = Viewer(
        person_id=person_id,
        company_id=invited.company_id,
        request_id=asked.request_id,
        ip_prefix=asked.ip_prefix,
    )
    await record_audit(session, known, "member.join", object_kind="person", object_id=public_id)
    return Joined(public_id, invited.company_public_id, started)
