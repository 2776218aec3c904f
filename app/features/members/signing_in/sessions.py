"""Sessions: started, renewed, ended. A new token at every change of what the session may do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from app.db.engine import ReadSession, WriteSession
from app.features.members.models import Person
from app.features.members.signing_in.models import SignInSession
from app.features.members.signing_in.tokens import hashed, new_token
from app.kit import clock
from app.kit.ids import random_id
from app.kit.viewer import STEP_UP


@dataclass(frozen=True, slots=True)
class Lifetime:
    idle: timedelta
    absolute: timedelta


MEMBER = Lifetime(idle=timedelta(hours=12), absolute=timedelta(days=14))
STAFF = Lifetime(idle=timedelta(minutes=30), absolute=timedelta(hours=12))


def lifetime_of(kind: str) -> Lifetime:
    return STAFF if kind == "staff" else MEMBER


async def start_session(
    session: WriteSession,
    person_id: int,
    kind: str,
    *,
    awaits_second_factor: bool,
    device: str,
    ip_prefix: str,
    second_factor_at: datetime | None = None,
) -> str:
    """The token for the cookie."""
    token, now = new_token(), clock.now()
    await session.execute(
        insert(SignInSession).values(
            public_id=random_id(),
            token_hash=hashed(token),
            person_id=person_id,
            awaits_second_factor=awaits_second_factor,
            second_factor_at=second_factor_at,
            password_at=now,
            device=device,
            ip_prefix=ip_prefix,
            created_at=now,
            seen_at=now,
            ends_at=now + lifetime_of(kind).absolute,
        )
    )
    return token


async def confirm_second_factor(session: WriteSession, session_id: int) -> str:
    """The session is whole from now on, under a new token: the old one is over."""
    token, now = new_token(), clock.now()
    await session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id)
        .values(token_hash=hashed(token), awaits_second_factor=False, second_factor_at=now, seen_at=now)
    )
    return token


async def confirm_password(session: WriteSession, session_id: int) -> str:
    """The session goes on under a new token: whoever copied the old one does not profit."""
    token, now = new_token(), clock.now()
    given = update(SignInSession).where(SignInSession.id == session_id)
    await session.execute(given.values(token_hash=hashed(token), password_at=now, seen_at=now))
    return token


async def gave_password(session: ReadSession | WriteSession, session_id: int) -> bool:
    """Within the last ten minutes: as fresh as a second factor has to be for a step up."""
    given = await session.scalar(select(SignInSession.password_at).where(SignInSession.id == session_id))
    return given is not None and clock.now() - given <= STEP_UP


async def end_session(session: WriteSession, session_id: int) -> None:
    await session.execute(delete(SignInSession).where(SignInSession.id == session_id))


async def end_sessions_of(
    session: WriteSession, person_ids: Sequence[int], *, but: int | None = None
) -> None:
    """Every session of these people, except the one that asked for it."""
    ended = delete(SignInSession).where(SignInSession.person_id.in_(person_ids))
    await session.execute(ended if but is None else ended.where(SignInSession.id != but))


async def end_sessions_of_company(session: WriteSession, company_id: int) -> None:
    members = select(Person.id).where(Person.company_id == company_id)
    await session.execute(delete(SignInSession).where(SignInSession.person_id.in_(members)))
