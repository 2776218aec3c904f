"""Who was refused stands in the trail, and nobody can flood it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy import select

from app.features.members.audit.denials import HOURLY
from app.features.members.audit.models import AuditEntry
from app.kit import clock
from tests.people import Known, add_company, add_person, signed_in

ITEM = "3yQ8mVbR5nTzKcW1pLxD7e"


async def denials(app: FastAPI) -> Sequence[Any]:
    async with app.state.database.reading() as session:
        denied = select(*AuditEntry.__table__.c).where(AuditEntry.result == "denied")
        return (await session.execute(denied.order_by(AuditEntry.id))).all()


@pytest.fixture
async def ana(app: FastAPI, client: httpx.AsyncClient) -> Known:
    company = await add_company(app.state.database, "甲公司")
    ana = await add_person(app.state.database, "安娜", company_id=company, role="admin", second_factor=True)
    signed_in(client, ana)
    return ana


async def test_a_member_at_the_door_of_staff_is_recorded(
    app: FastAPI, client: httpx.AsyncClient, ana: Known
) -> None:
    await client.get("/staff/reports?secret=word")
    await client.post("/api/v1/staff/reports/some-id/decision", json={"accept": True, "reason": "geheim"})
    found = await denials(app)
    assert [(one.action, one.object_kind, one.object_id) for one in found] == [
        ("route.use", "page", "GET /staff/reports"),
        ("route.use", "api", "POST /staff/reports/{public_id}/decision"),
    ]
    assert all((one.actor_id, one.company_id) == (ana.person_id, ana.company_id) for one in found)
    assert not any("some-id" in str(one) or "geheim" in str(one) or "word" in str(one) for one in found)


async def test_of_one_person_a_bounded_number_an_hour_is_kept(
    app: FastAPI, client: httpx.AsyncClient, ana: Known
) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as travel:
        for _ in range(HOURLY + 5):
            assert (await client.get("/api/v1/staff")).status_code == 404
        found = await denials(app)
        assert len(found) == HOURLY
        assert [one.action for one in found[-2:]] == ["route.use", "denied.often"]
        travel.move_to(start + timedelta(minutes=61))
        assert (await client.get("/api/v1/staff")).status_code == 404
        assert len(await denials(app)) == HOURLY + 1


async def test_outsiders_leave_no_entry(app: FastAPI, client: httpx.AsyncClient) -> None:
    for path in ("/staff", "/api/v1/staff", "/staff/reports"):
        await client.get(path)
    assert await denials(app) == []


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("3yQ8mVbR5nTzKcW1pLxD7e", "3yQ8mVbR5nTzKcW1pLxD7e"),
        ("wang-xiaoming", ""),
        ("王小明", ""),
        ("x" * 60, ""),
    ],
)
async def test_what_stands_in_an_address_is_kept_only_if_it_is_an_id(
    app: FastAPI, client: httpx.AsyncClient, asked: str, kept: str
) -> None:
    mo = await add_person(app.state.database, "莫", staff_roles=("moderator",), second_factor=True)
    signed_in(client, mo)
    answer = await client.post(f"/api/v1/staff/break-glass/{asked}/decision", json={"approve": True})
    assert answer.status_code == 404
    assert [(one.action, one.object_id) for one in await denials(app)] == [("glass.decide", kept)]
