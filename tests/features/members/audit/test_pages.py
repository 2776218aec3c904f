"""The trail for those who audit, and the access log of a company."""

from datetime import datetime

import httpx
import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy import select

from app.db.engine import WriteSession
from app.db.writing import run_write
from app.features.members.audit.models import AuditEntry
from app.features.members.audit.recording import record_audit
from app.kit.viewer import Viewer
from tests.people import Known, add_company, add_person, signed_in

OBJECT = "3yQ8mVbR5nTzKcW1pLxD7e"


@pytest.fixture
async def pia(app: FastAPI, client: httpx.AsyncClient) -> Known:
    pia = await add_person(app.state.database, "皮娅", staff_roles=("platform_admin",), second_factor=True)
    signed_in(client, pia)
    return pia


async def append(app: FastAPI, viewer: Viewer, action: str, object_id: str = OBJECT, times: int = 1) -> None:
    async def work(session: WriteSession) -> None:
        for _ in range(times):
            await record_audit(session, viewer, action, object_kind="thing", object_id=object_id)

    await run_write(app.state.database, work)


async def found(client: httpx.AsyncClient, **asked: str) -> list[str]:
    answer = await client.get("/api/v1/staff/audit", params=asked)
    assert answer.status_code == 200
    return [one["action"] for one in answer.json()["items"] if one["action"] != "audit.search"]


async def test_entries_are_found_by_object_person_and_day(
    app: FastAPI, client: httpx.AsyncClient, pia: Known
) -> None:
    company = await add_company(app.state.database, "甲公司")
    ana = await add_person(app.state.database, "安娜", company_id=company)
    with time_machine.travel(datetime.fromisoformat("2026-03-02T17:00:00+00:00"), tick=False):
        await append(app, ana.viewer(), "test.early")  # the third of March in China
    await append(app, ana.viewer(), "test.late", object_id="other")
    await append(app, pia.viewer(), "test.staff")
    assert await found(client, object=OBJECT) == ["test.staff", "test.early"]
    assert await found(client, actor=ana.public_id) == ["test.late", "test.early"]
    assert await found(client, day="2026-03-03") == ["test.early"]
    assert await found(client, day="2026-03-02") == []
    assert await found(client, actor="1" * 22) == []
    page = (await client.get("/staff/audit", params={"actor": ana.public_id})).text
    assert "test.late" in page
    assert "test.staff" not in page
    assert "安娜" not in page
    assert "甲公司" not in page


async def test_looking_is_an_entry_that_names_no_word(
    app: FastAPI, client: httpx.AsyncClient, pia: Known
) -> None:
    await client.get("/staff/audit", params={"object": OBJECT})
    await client.get("/staff/audit", params={"object": "wang-xiaoming"})
    async with app.state.database.reading() as session:
        entries = await session.execute(
            select(AuditEntry.action, AuditEntry.object_id).order_by(AuditEntry.id)
        )
        assert [tuple(row) for row in entries] == [("audit.search", OBJECT), ("audit.search", "")]


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"object": "甲公司"}, "object"), ({"actor": "<b>"}, "actor"), ({"day": "gestern"}, "day")],
)
@pytest.mark.usefixtures("pia")
async def test_a_name_is_refused_and_stays_in_its_field(
    client: httpx.AsyncClient, asked: dict[str, str], field: str
) -> None:
    page = await client.get("/staff/audit", params=asked)
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    api = await client.get("/api/v1/staff/audit", params=asked)
    assert (api.status_code, api.json()["errors"][0]["field"]) == (422, field)


async def test_a_long_trail_is_leafed_through(app: FastAPI, client: httpx.AsyncClient, pia: Known) -> None:
    await append(app, pia.viewer(), "test.many", times=60)
    seen, cursor = 0, None
    while True:
        asked = {"object": OBJECT, "limit": "25"} | ({"cursor": cursor} if cursor else {})
        listed = (await client.get("/api/v1/staff/audit", params=asked)).json()
        seen, cursor = seen + len(listed["items"]), listed["next"]
        if cursor is None:
            break
    assert seen >= 60
    first = (await client.get("/staff/audit", params={"object": OBJECT})).text
    assert first.count("test.many") <= 50
    assert "更早的记录" in first


async def test_a_moderator_finds_no_trail(app: FastAPI, client: httpx.AsyncClient) -> None:
    signed_in(
        client, await add_person(app.state.database, "莫", staff_roles=("moderator",), second_factor=True)
    )
    for path in ("/staff/audit", "/api/v1/staff/audit"):
        assert (await client.get(path)).status_code == 404


async def test_the_access_log_is_for_admins_with_a_second_factor(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    company = await add_company(app.state.database, "甲公司")
    for role, factor, status in (("sales", True, 403), ("admin", False, 303), ("admin", True, 200)):
        who = await add_person(app.state.database, role, company_id=company, role=role, second_factor=factor)
        signed_in(client, who)
        assert (await client.get("/company/access-log")).status_code == status


async def test_what_colleagues_do_and_what_has_no_words_is_not_in_the_access_log(
    app: FastAPI, client: httpx.AsyncClient, pia: Known
) -> None:
    company = await add_company(app.state.database, "甲公司")
    ana = await add_person(app.state.database, "安娜", company_id=company, role="admin", second_factor=True)

    async def work(session: WriteSession) -> None:
        for viewer, action in (
            (ana.viewer(), "glass.read"),
            (pia.viewer(), "glass.ask"),
            (pia.viewer(), "glass.read"),
        ):
            await record_audit(
                session, viewer, action, object_kind="company_members", object_id="x", company_id=company
            )

    await run_write(app.state.database, work)
    signed_in(client, ana)
    listed = (await client.get("/api/v1/company/access-log")).json()["items"]
    assert [one["who"] for one in listed] == [f"平台工作人员，编号 {pia.public_id}"]


@pytest.mark.parametrize("asked", [{"since": "gestern"}, {"until": "2026-13-01"}, {"reader": "me"}])
async def test_a_filter_that_says_nothing_is_named(
    app: FastAPI, client: httpx.AsyncClient, asked: dict[str, str]
) -> None:
    company = await add_company(app.state.database, "甲公司")
    signed_in(
        client,
        await add_person(app.state.database, "安娜", company_id=company, role="admin", second_factor=True),
    )
    assert (await client.get("/company/access-log", params=asked)).status_code == 422
    assert (await client.get("/api/v1/company/access-log", params=asked)).status_code == 422
