"""Staff decide in the console what readers reported: with a reason, their vendor, and a row in the trail."""

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.knowledge.actions import load_into
from app.features.knowledge.loading import load_pack
from app.features.members.audit.models import AuditEntry
from app.features.registry.life.models import Report
from tests.application import REPORT, report_something
from tests.people import Known, add_company, add_person, signed_in

DECISION = f"/staff/reports/{REPORT}/decision"


@pytest.fixture
async def database(app: FastAPI) -> Database:
    """One correction waits in it."""
    database: Database = app.state.database

    async def fill(session: WriteSession) -> None:
        await load_into(session, load_pack())

    await run_write(database, fill)
    await run_write(database, report_something)
    return database


@pytest.fixture
async def mo(database: Database, client: httpx.AsyncClient) -> Known:
    mo = await add_person(database, "莫", staff_roles=("moderator",), second_factor=True)
    signed_in(client, mo)
    return mo


async def declare(client: httpx.AsyncClient, vendor: str | None = "甲厂商") -> None:
    assert (await client.put("/api/v1/staff/vendor", json={"vendor": vendor})).status_code == 204


async def report(database: Database) -> Report:
    async with database.reading() as session:
        found = await session.scalar(select(Report).where(Report.public_id == REPORT))
        assert found is not None
        session.expunge(found)
        return found


async def actions(database: Database) -> list[tuple[str, str]]:
    async with database.reading() as session:
        rows = await session.execute(select(AuditEntry.action, AuditEntry.object_id).order_by(AuditEntry.id))
        return [(row.action, row.object_id) for row in rows]


async def test_the_vendor_is_asked_once_and_then_shown_with_the_decision(
    database: Database, mo: Known, client: httpx.AsyncClient
) -> None:
    asked = await client.get("/staff/reports")
    assert (asked.status_code, asked.headers["location"]) == (303, "/staff/vendor?next=/staff/reports")
    assert (await client.get("/api/v1/staff/reports")).status_code == 409
    assert (await client.post(DECISION, data={"decision": "refuse", "reason": "x"})).status_code == 303
    assert (await report(database)).state == "open"
    form = {"works_for": "vendor", "vendor": "甲厂商", "next": "/staff/reports"}
    declared = await client.post("/staff/vendor", data=form)
    assert (declared.status_code, declared.headers["location"]) == (303, "/staff/reports")
    assert "词句" in (await client.get("/staff/reports")).text
    refused = await client.post(DECISION, data={"decision": "refuse", "reason": "官网不是这样"})
    assert refused.headers["location"] == "/staff/reports?done=refused"
    client.cookies.clear()
    shown = (await client.get(f"/reports/{REPORT}")).text
    assert "官网不是这样" in shown
    assert "甲厂商" in shown
    assert await actions(database) == [("vendor.declare", mo.public_id), ("report.refuse", REPORT)]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "请选择一项"),
        ({"works_for": "vendor", "vendor": " "}, "请填写"),
        ({"works_for": "vendor", "vendor": "长" * 61}, "60"),
    ],
)
@pytest.mark.usefixtures("mo")
async def test_a_declaration_that_says_nothing_is_refused_and_kept(
    client: httpx.AsyncClient, given: dict[str, str], field: str
) -> None:
    answer = await client.post("/staff/vendor", data=given)
    assert answer.status_code == 422
    assert field in answer.text
    assert given.get("vendor", "").strip() in answer.text


@pytest.mark.usefixtures("mo")
async def test_a_decision_without_a_reason_changes_nothing(
    database: Database, client: httpx.AsyncClient
) -> None:
    await declare(client, None)
    answer = await client.post(DECISION, data={"decision": "accept", "reason": " "})
    assert answer.status_code == 422
    assert "请填写“理由”" in answer.text
    long = "长" * 501
    answer = await client.post(DECISION, data={"decision": "accept", "reason": long})
    assert answer.status_code == 422
    assert long in answer.text
    assert (await report(database)).state == "open"
    assert (await client.post(f"/api/v1{DECISION}", json={"accept": True, "reason": ""})).status_code == 422


@pytest.mark.usefixtures("mo")
async def test_the_opposite_of_a_decision_is_refused_and_the_same_changes_nothing(
    database: Database, client: httpx.AsyncClient
) -> None:
    await declare(client, None)
    listed = (await client.get("/api/v1/staff/reports")).json()
    assert [one["id"] for one in listed["items"]] == [REPORT]
    done = await client.post(f"/api/v1{DECISION}", json={"accept": False, "reason": "不属实"})
    assert done.json() == {"id": REPORT, "state": "refused", "already": False}
    assert (await client.get("/api/v1/staff/reports")).json() == {"items": [], "next": None}
    again = await client.post(DECISION, data={"decision": "refuse", "reason": "不属实"})
    assert again.headers["location"] == "/staff/reports?done=already"
    opposite = await client.post(DECISION, data={"decision": "accept", "reason": "属实"})
    assert opposite.status_code == 409
    assert (await report(database)).state == "refused"
    assert [action for action, _ in await actions(database)] == ["vendor.declare", "report.refuse"]
    client.cookies.clear()
    assert (await client.get(f"/api/v1/reports/{REPORT}")).json()["vendor"] == ""


@pytest.mark.parametrize("path", ["/staff/reports", "/api/v1/staff/reports"])
async def test_other_staff_and_members_find_nothing(
    database: Database, client: httpx.AsyncClient, path: str
) -> None:
    company = await add_company(database, "甲公司")
    for who in (
        await add_person(database, "费", staff_roles=("finance",), second_factor=True),
        await add_person(database, "安娜", company_id=company, role="admin", second_factor=True),
    ):
        signed_in(client, who)
        assert (await client.get(path)).status_code == 404
        posted = await client.post(DECISION, data={"decision": "accept", "reason": "x"})
        assert posted.status_code == 404
    assert (await report(database)).state == "open"
