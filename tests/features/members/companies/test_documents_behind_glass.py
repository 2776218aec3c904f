"""A document is open to whoever verifies while its request waits; afterwards it takes breaking glass."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy import select

from app.features.members.audit.models import AuditEntry
from app.features.members.companies.models import CompanyDocument, VerificationRequest
from app.features.members.mail.models import Mail
from app.kit import clock
from tests.features.members.companies.files import PDF
from tests.features.members.companies.verifying import decide, rows, send
from tests.people import Known, add_person, signed_in

both_faces = pytest.mark.parametrize("face", ["", "/api/v1"])
GLASS = "/api/v1/staff/break-glass"


@pytest.fixture
async def pia(app: FastAPI) -> Known:
    return await add_person(app.state.database, "皮娅", staff_roles=("platform_admin",), second_factor=True)


@pytest.fixture
async def document(app: FastAPI, client: httpx.AsyncClient, ana: Known, mo: Known) -> str:
    """Sent by Ana, read and refused by Mo, who is signed in at the end."""
    signed_in(client, ana)
    await send(client)
    [row], [request] = await rows(app, CompanyDocument), await rows(app, VerificationRequest)
    signed_in(client, mo)
    for face in ("", "/api/v1"):
        read = await client.get(f"{face}/staff/verifications/documents/{row.public_id}")
        assert read.content == PDF
    assert (await decide(client, request.public_id, "refuse")).status_code == 303
    return str(row.public_id)


async def ask(client: httpx.AsyncClient, document: str) -> str:
    asked = {
        "kind": "company_document",
        "object_id": document,
        "ticket": "T-3",
        "reason": "需要复核一次被拒的认证",
    }
    answer = await client.post(GLASS, json=asked)
    assert answer.status_code == 201
    return str(answer.json()["id"])


async def break_glass(client: httpx.AsyncClient, document: str, pia: Known, mo: Known) -> None:
    """Asked by whoever is signed in, Mo, and approved by Pia."""
    request = await ask(client, document)
    signed_in(client, pia)
    assert (await client.post(f"{GLASS}/{request}/decision", json={"approve": True})).status_code == 200
    signed_in(client, mo)


async def entries(app: FastAPI) -> Sequence[Any]:
    async with app.state.database.reading() as session:
        found = select(*AuditEntry.__table__.c).where(AuditEntry.result == "done")
        return (await session.execute(found.where(AuditEntry.action == "glass.read"))).all()


@pytest.mark.statement(15)
@both_faces
async def test_once_decided_a_document_is_hidden_until_glass_is_broken(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, mo: Known, pia: Known, document: str, face: str
) -> None:
    opened = f"{face}/staff/break-glass/documents/{document}"
    for closed in (f"{face}/staff/verifications/documents/{document}", opened):
        hidden, missing = await client.get(closed), await client.get(closed[:-22] + "1" * 22)
        assert (hidden.status_code, missing.status_code) == (404, 404)
        assert PDF not in hidden.content
    await break_glass(client, document, pia, mo)
    assert (await client.get(opened)).content == PDF
    (read,) = await entries(app)
    assert (read.actor_id, read.company_id, read.object_id) == (mo.person_id, ana.company_id, document)
    signed_in(client, pia)
    assert (await client.get(opened)).status_code == 404, "the second person sees nothing"
    async with app.state.database.reading() as session:
        assert list(await session.scalars(select(Mail.kind).where(Mail.kind == "glass_broken")))


@pytest.mark.statement(16)
@both_faces
async def test_alone_and_after_an_hour_there_is_nothing(
    client: httpx.AsyncClient, mo: Known, pia: Known, document: str, face: str
) -> None:
    opened = f"{face}/staff/break-glass/documents/{document}"
    start = clock.now()
    with time_machine.travel(start, tick=False) as travel:
        request = await ask(client, document)
        alone = await client.post(f"{GLASS}/{request}/decision", json={"approve": True})
        assert alone.status_code == 403
        assert (await client.get(opened)).status_code == 404
        signed_in(client, pia)
        await client.post(f"{GLASS}/{request}/decision", json={"approve": True})
        signed_in(client, mo)
        travel.move_to(start + timedelta(minutes=29))
        assert (await client.get(opened)).status_code == 200
        travel.move_to(start + timedelta(minutes=58))
        assert "公司认证文件" in (await client.get("/staff")).text, "the banner says what is open"
        travel.move_to(start + timedelta(minutes=60))
        assert (await client.get(opened)).status_code == 404


async def test_an_appeal_opens_the_document_to_its_judge(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, document: str
) -> None:
    [request] = await rows(app, VerificationRequest)
    signed_in(client, ana)
    path = f"/api/v1/company/verification/{request.public_id}/appeal"
    assert (await client.post(path, json={"note": "照片更清楚了"})).status_code == 201
    mia = await add_person(app.state.database, "米娅", staff_roles=("moderator",), second_factor=True)
    signed_in(client, mia)
    assert (await client.get(f"/staff/verifications/documents/{document}")).content == PDF


@both_faces
async def test_the_company_sees_every_reading_of_its_document(
    client: httpx.AsyncClient, ana: Known, mo: Known, pia: Known, document: str, face: str
) -> None:
    await break_glass(client, document, pia, mo)
    await client.get(f"{face}/staff/break-glass/documents/{document}")
    signed_in(client, ana)
    shown = await client.get(f"{face}/company/access-log")
    assert shown.text.count("批准应急查看认证文件") == 1
    assert shown.text.count("应急查看了认证文件") == 1
    assert shown.text.count("查看了认证文件") == 3, "twice in the queue, once through broken glass"
    assert ("需要复核一次被拒的认证" in shown.text) == (face == "")


async def test_the_pages_lead_to_the_request(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, mo: Known, pia: Known, document: str
) -> None:
    asked_for = f"/staff/break-glass?kind=company_document&amp;object={document}"
    [request] = await rows(app, VerificationRequest)
    decided = (await client.get(f"/staff/verifications/{request.public_id}")).text
    assert asked_for in decided
    assert f"/staff/verifications/documents/{document}" not in decided
    signed_in(client, pia)
    company = (await client.get(f"/staff/companies/{ana.company_public_id}")).text
    assert asked_for in company
    assert "licence.pdf" not in company
    listed = await client.get(f"/api/v1/staff/companies/{ana.company_public_id}/documents")
    assert [one["id"] for one in listed.json()["items"]] == [document]
    filled = (await client.get(asked_for.replace("&amp;", "&"))).text
    assert f'value="{document}"' in filled
    assert '<option value="company_document" selected>' in filled
    support = await add_person(app.state.database, "苏", staff_roles=("support",), second_factor=True)
    signed_in(client, support)
    assert document not in (await client.get(f"/staff/companies/{ana.company_public_id}")).text
    assert (await client.get(listed.url.path)).status_code == 404
