"""Companies and people for tests: Ana sells at A, Bo is a rival at B, Mo moderates, a stranger looks on."""

from dataclasses import dataclass

import httpx
from fastapi import Request
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import insert

from app.db.engine import Database, WriteSession
from app.db.tenancy import SYSTEM, acting_as
from app.db.writing import run_write
from app.features.members.companies.names import name_key
from app.features.members.models import Company, Person, StaffRole
from app.features.members.signing_in.hashing import LANES, MEMORY_KB, PASSES
from app.features.members.signing_in.sessions import start_session
from app.kit import clock
from app.kit.ids import random_id
from app.kit.viewer import Viewer
from app.web.csrf import HEADER, token_for

PASSWORD = "vier Pferde ziehen Nebel"
PASSWORD_HASH = Argon2Hasher(time_cost=PASSES, memory_cost=MEMORY_KB, parallelism=LANES).hash(PASSWORD)


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody with an account, and a session of theirs."""

    person_id: int
    public_id: str
    company_id: int | None
    company_public_id: str
    token: str
    mail: str = ""

    def viewer(self, **more: object) -> Viewer:
        return Viewer(person_id=self.person_id, public_id=self.public_id, company_id=self.company_id, **more)  # type: ignore[arg-type]


async def add_company(database: Database, name: str, *, verified: bool = True) -> int:
    async def work(session: WriteSession) -> int:
        made = insert(Company).values(
            public_id=random_id(), name=name, name_key=name_key(name), profile={}, created_at=clock.now(),
            verification="verified" if verified else "unverified", state="active",
        )  # fmt: skip
        return int((await session.execute(made.returning(Company.id))).scalar_one())

    with acting_as(SYSTEM):  # whoever the tests before acted for
        return await run_write(database, work)


async def add_person(
    database: Database,
    name: str,
    *,
    company_id: int | None = None,
    role: str = "sales",
    staff_roles: tuple[str, ...] = (),
    second_factor: bool = False,
    mail: str = "",
) -> Known:
    """A member of `company_id`, or one of staff without it; signed in, if asked with a second factor.

    The password is PASSWORD.
    """

    async def work(session: WriteSession) -> Known:
        kind, public_id = ("staff" if company_id is None else "member"), random_id()
        address = mail or f"{public_id.lower()}@example.com"
        made = insert(Person).values(
            public_id=public_id, kind=kind, company_id=company_id, role="" if company_id is None else role,
            mail=address, name=name, password_hash=PASSWORD_HASH, state="active", language="zh",
            created_at=clock.now(),
        )  # fmt: skip
        person_id = int((await session.execute(made.returning(Person.id))).scalar_one())
        for one in staff_roles:
            await session.execute(insert(StaffRole).values(person_id=person_id, role=one, since=clock.now()))
        token = await start_session(
            session, person_id, kind, awaits_second_factor=False, device="test", ip_prefix="",
            second_factor_at=clock.now() if second_factor else None,
        )  # fmt: skip
        company = await session.get(Company, company_id) if company_id is not None else None
        return Known(person_id, public_id, company_id, company.public_id if company else "", token, address)

    with acting_as(SYSTEM):  # whoever the tests before acted for
        return await run_write(database, work)


def signed_in(client: httpx.AsyncClient, who: Known) -> None:
    """Let this client carry the session of `who`, and its form token as a header."""
    carry(client, who.token)
    client.headers[HEADER] = form_token(client, who.token)


def carry(client: httpx.AsyncClient, token: str) -> None:
    """A session's cookie, in the place of the one that the client has."""
    client.cookies.set("top_session", token, domain="testserver.local")


def form_token(client: httpx.AsyncClient, cookie: str) -> str:
    """What a page shown to this browser would hold."""
    app = client._transport.app  # type: ignore[attr-defined]
    return token_for(Request({"type": "http", "app": app, "headers": []}), cookie)
