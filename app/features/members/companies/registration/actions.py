"""Asking for an account of a new company, and confirming it."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, insert, select

from app.db.engine import WriteSession
from app.features.members.audit.recording import record_audit
from app.features.members.companies.models import Registration
from app.features.members.companies.names import name_key
from app.features.members.companies.registration.letters import confirm_letter, known_letter
from app.features.members.companies.registration.queries import WaitingRegistration, registration_of
from app.features.members.mail.postbox import Postbox
from app.features.members.models import Company, Person
from app.features.members.signing_in.links import LIFETIME, issue_link, redeem_link
from app.kit import clock
from app.kit.errors import Conflict
from app.kit.ids import random_id
from app.kit.text import Text
from app.kit.viewer import Viewer

# More mails to one address within a day would be somebody's weapon against its owner.
MAILS_A_DAY = 3
_DAY = timedelta(days=1)
_NOTHING = "0"  # the id of no registration


@dataclass(frozen=True, slots=True)
class Asked:
    """`browser`: hash of its cookie, so that whoever asked need not type the password again; or ''."""

    company_name: str
    name: str
    mail: str
    password_hash: str
    language: str
    browser: str


async def ask_to_register(session: WriteSession, postbox: Postbox, asked: Asked) -> None:
    """Writes a mail in any case, and nothing that tells a known address from a new one but its words."""
    now = clock.now()
    await session.execute(
        delete(Registration).where(Registration.created_at < now - LIFETIME["confirm_mail"])
    )
    recent = select(func.count()).where(Registration.mail == asked.mail, Registration.created_at > now - _DAY)
    if (await session.scalar(recent) or 0) >= MAILS_A_DAY:
        return
    is_known = await session.scalar(select(Person.id).where(Person.mail == asked.mail)) is not None
    kept = insert(Registration).values(
        mail=asked.mail,
        company_name="" if is_known else asked.company_name,
        person_name="" if is_known else asked.name,
        password_hash="" if is_known else asked.password_hash,
        language=asked.language,
        browser=asked.browser,
        created_at=now,
    )
    registration_id = (await session.execute(kept.returning(Registration.id))).scalar_one()
    if is_known:
        await issue_link(session, "confirm_mail", subject=_NOTHING)  # opens nothing; takes as long
        letter = known_letter(postbox.address_of("/sign-in"), postbox.address_of("/password/forgotten"))
    else:
        token = await issue_link(session, "confirm_mail", subject=str(registration_id))
        letter = confirm_letter(postbox.address_of(f"/confirm-mail/{token}"))
    await postbox.post(session, letter, to=asked.mail, language=asked.language)


@dataclass(frozen=True, slots=True)
class Founded:
    """The new company and its first member, its admin."""

    company_id: int
    company_public_id: str
    person_id: int
    person_public_id: str


async def found_company(session: WriteSession, token: str) -> Founded:
    """Uses up the link of a registration; the caller has made sure who holds it. Raises NotFound, Conflict.

    A company of that name may exist: this one is as good as any, and staff see both beside each other.
    """
    registration = await registration_of(session, token)
    await redeem_link(session, "confirm_mail", token)
    if await session.scalar(select(Person.id).where(Person.mail == registration.mail)) is not None:
        raise Conflict(
            Text(
                zh="这个邮箱已经有账号了，请直接登录。",
                en="This address has an account by now. Please sign in with it.",
            )
        )
    founded = await _add(session, registration)
    await session.execute(delete(Registration).where(Registration.mail == registration.mail))
    return founded


async def record_founding(session: WriteSession, viewer: Viewer, founded: Founded) -> None:
    """Once all else is done."""
    known = Viewer(
        person_id=founded.person_id,
        company_id=founded.company_id,
        request_id=viewer.request_id,
        ip_prefix=viewer.ip_prefix,
    )
    await record_audit(
        session, known, "company.register", object_kind="company", object_id=founded.company_public_id
    )


async def _add(session: WriteSession, registration: WaitingRegistration) -> Founded:
    now, company_public_id, person_public_id = clock.now(), random_id(), random_id()
    company = insert(Company).values(
        public_id=company_public_id,
        name=registration.company_name,
        name_key=name_key(registration.company_name),
        state="active",
        verification="unverified",
        profile={},
        created_at=now,
    )
    company_id = (await session.execute(company.returning(Company.id))).scalar_one()
    person = insert(Person).values(
        public_id=person_public_id,
        kind="member",
        company_id=company_id,
        role="admin",
        mail=registration.mail,
        name=registration.person_name,
        password_hash=registration.password_hash,
        language=registration.language,
        state="active",
        created_at=now,
    )
    person_id = (await session.execute(person.returning(Person.id))).scalar_one()
    return Founded(company_id, company_public_id, person_id, person_public_id)
