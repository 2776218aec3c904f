"""From a session cookie to a viewer, read with every request: whoever is removed is out on the next one."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from app.db.engine import Database, ReadSession, WriteSession
from app.db.tenancy import SYSTEM, acting_as
from app.db.writing import run_write
from app.features.members.models import Company, Person, StaffRole
from app.features.members.permissions import permissions_of
from app.features.members.signing_in.api_tokens.using import viewer_of_token
from app.features.members.signing_in.models import SignInSession
from app.features.members.signing_in.sessions import lifetime_of
from app.features.members.signing_in.tokens import hashed
from app.kit import clock
from app.kit.viewer import ANONYMOUS, Viewer
from app.web.identity import Asked

_SEEN_EVERY = timedelta(minutes=5)  # a write per request would be a high price for a list of sessions

_OF_SESSION = (
    select(
        SignInSession.id.label("session_id"),
        SignInSession.awaits_second_factor,
        SignInSession.second_factor_at,
        SignInSession.seen_at,
        SignInSession.ends_at,
        Person.id.label("person_id"),
        Person.public_id,
        Person.name,
        Person.kind,
        Person.role,
        Person.company_id,
        Company.public_id.label("company_public_id"),
        Company.name.label("company_name"),
        Company.verification,
    )
    .join(Person, Person.id == SignInSession.person_id)
    .outerjoin(Company, Company.id == Person.company_id)
    .where(Person.state == "active", (Company.id.is_(None)) | (Company.state == "active"))
)


class MemberIdentities:
    """What `app.web.identity` asks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_session(self, token: str, asked: Asked) -> Viewer:
        with acting_as(SYSTEM):
            async with self._database.reading() as session:
                found = (
                    await session.execute(_OF_SESSION.where(SignInSession.token_hash == hashed(token)))
                ).one_or_none()
                now = clock.now()
                if found is None or now >= min(found.ends_at, found.seen_at + lifetime_of(found.kind).idle):
                    return ANONYMOUS
                roles = await _staff_roles(session, found)
            if now - found.seen_at > _SEEN_EVERY:
                await self._see(found.session_id)
        return Viewer(
            person_id=found.person_id,
            public_id=found.public_id,
            name=found.name,
            company_id=found.company_id,
            company_public_id=found.company_public_id or "",
            company_name=found.company_name or "",
            is_verified=found.verification == "verified",
            role=found.role,
            staff_roles=roles,
            permissions=permissions_of(found.role, roles),
            session_id=found.session_id,
            awaits_second_factor=found.awaits_second_factor,
            second_factor_at=found.second_factor_at,
            now=now,
            request_id=asked.request_id,
            ip_prefix=asked.ip_prefix,
        )

    async def of_api_token(self, token: str, asked: Asked) -> Viewer:
        with acting_as(SYSTEM):
            return await viewer_of_token(self._database, token, asked)

    async def _see(self, session_id: int) -> None:
        async def see(session: WriteSession) -> None:
            seen = update(SignInSession).where(SignInSession.id == session_id)
            await session.execute(seen.values(seen_at=clock.now()))

        await run_write(self._database, see)


async def _staff_roles(session: ReadSession, found: Any) -> frozenset[str]:
    if found.kind != "staff":
        return frozenset()
    held = select(StaffRole.role).where(StaffRole.person_id == found.person_id)
    return frozenset(await session.scalars(held))
