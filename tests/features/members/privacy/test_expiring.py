"""What is of people and whose time is over goes by itself, and nothing else does."""

from datetime import timedelta
from typing import Any

import httpx
import time_machine
from fastapi import FastAPI
from sqlalchemy import func, insert, select

from app.db.engine import WriteSession
from app.db.tenancy import SYSTEM, acting_as
from app.db.writing import run_write
from app.features.members.companies.models import Invitation, Registration
from app.features.members.limits import spend
from app.features.members.privacy.expiring import INVITATION_SHOWN, drop_expired
from app.features.members.signing_in.links import issue_link
from app.features.members.signing_in.models import Counter, SignInSession, SingleUseLink
from app.kit import clock
from tests.features.members.visiting import is_signed_in
from tests.people import Known, signed_in

GOING = (Registration, SingleUseLink, SignInSession, Counter)


async def numbers(app: FastAPI) -> list[int]:
    async with app.state.database.reading() as session:
        return [await session.scalar(select(func.count()).select_from(one)) or 0 for one in GOING]


async def swept(app: FastAPI) -> list[int]:
    with acting_as(SYSTEM):
        await drop_expired(app.state.database)
        return await numbers(app)


async def addresses(app: FastAPI) -> list[tuple[str, str]]:
    with acting_as(SYSTEM):
        async with app.state.database.reading() as session:
            found = await session.execute(select(Invitation.state, Invitation.mail))
            return [(row.state, row.mail) for row in found]


async def fill(session: WriteSession, ana: Known) -> None:
    now = clock.now()
    typed: dict[str, Any] = {"mail": "x@b.example", "company_name": "乙", "person_name": "博", "browser": ""}
    typed |= {"password_hash": "x", "language": "zh", "created_at": now}
    await session.execute(insert(Registration).values(typed))
    await issue_link(session, "reset_password", person_id=ana.person_id)
    await spend(session, "key", 5, timedelta(minutes=5))
    asked: dict[str, Any] = {"public_id": "i", "company_id": ana.company_id, "mail": "kara@a.example"}
    asked |= {"role": "sales", "state": "open", "invited_by": ana.person_id}
    await session.execute(insert(Invitation).values(asked | {"created_at": now, "expires_at": now}))


async def test_what_is_over_goes(app: FastAPI, client: httpx.AsyncClient, ana: Known) -> None:
    with time_machine.travel(clock.now(), tick=False) as travel:
        with acting_as(SYSTEM):
            await run_write(app.state.database, lambda session: fill(session, ana))
        assert await swept(app) == [1, 1, 1, 1]
        signed_in(client, ana)
        assert await is_signed_in(client)
        for later, left in (
            (timedelta(minutes=6), [1, 1, 1, 0]),
            (timedelta(minutes=31), [1, 0, 1, 0]),
            (timedelta(hours=73), [0, 0, 1, 0]),
            (timedelta(days=15), [0, 0, 0, 0]),
        ):
            travel.shift(later)
            assert await swept(app) == left
        assert await addresses(app) == [("open", "kara@a.example")]
        travel.shift(INVITATION_SHOWN)
        await swept(app)
        assert await addresses(app) == [("withdrawn", "")]
