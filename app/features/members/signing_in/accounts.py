"""Looking accounts up before anybody is known. Call it while acting for the system."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.features.members.models import Company, Person
from app.kit.viewer import Viewer
from app.web.identity import Asked


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in, with what signing in needs to know of them."""

    person_id: int
    public_id: str
    kind: str
    name: str
    mail: str
    language: str
    password_hash: str | None
    company_id: int | None
    company_name: str | None

    @property
    def is_staff(self) -> bool:
        return self.kind == "staff"

    @property
    def known_words(self) -> tuple[str, ...]:
        """What everybody knows of its owner: no password may be made of it."""
        return (self.name, self.mail, self.company_name or "")

    def acting(self, asked: Asked) -> Viewer:
        """For the audit trail, while nobody is signed in."""
        return Viewer(
            person_id=self.person_id,
            public_id=self.public_id,
            company_id=self.company_id,
            request_id=asked.request_id,
            ip_prefix=asked.ip_prefix,
        )


async def account_by_mail(session: AsyncSession, mail: str) -> Account | None:
    """`mail` as accounts keep it; None for whoever may not sign in, for whichever reason."""
    return await _account(session, _ACTIVE.where(Person.mail == mail))


async def account_by_id(session: AsyncSession, person_id: int) -> Account | None:
    return await _account(session, _ACTIVE.where(Person.id == person_id))


_ACTIVE = (
    select(
        Person.id,
        Person.public_id,
        Person.kind,
        Person.name,
        Person.mail,
        Person.language,
        Person.password_hash,
        Person.company_id,
        Company.name.label("company_name"),
    )
    .outerjoin(Company, Company.id == Person.company_id)
    .where(Person.state == "active", (Company.id.is_(None)) | (Company.state == "active"))
)


async def _account(session: AsyncSession, statement: Select[*tuple[Any, ...]]) -> Account | None:
    found = (await session.execute(statement)).one_or_none()
    return None if found is None else Account(*found)
