"""Asking to be verified, deciding with a reason, one appeal to a second person; documents are guarded."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import insert, text, update

from app.db.writing import run_write
from app.features.members.companies.models import VerificationRequest
from app.features.members.companies.verification.clocks import due_at
from app.features.members.models import Company, Person
from app.kit import clock
from tests.features.members.companies.conftest import Mails
from tests.features.members.companies.verifying import FORM, decide, rows, send, stored
from tests.people import Known, add_company, add_person, signed_in


async def state_of(app: FastAPI) -> str:
    [company] = [one for one in await rows(app, Company) if one.name == "甲公司"]
    return str(company.verification)


@pytest.mark.parametrize("face", ["page", "api"])
async def test_from_licence_to_verified(
    app: FastAPI, client: httpx.AsyncClient, other: httpx.AsyncClient, ana: Known, mo: Known, mails: Mails,
    face: str,
) -> None:  # fmt: skip
    signed_in(client, ana)
    signed_in(other, mo)
    page = await client.get("/company/verification")
    assert "申请认证" in page.text
    assert "看其他伙伴的匿名线索" in page.text, "said before it hits a wall"
    answer = await send(client, face=face)
    assert answer.status_code == (303 if face == "page" else 201), answer.text
    assert await state_of(app) == "pending"
    assert "正在核实" in (await client.get("/company/verification")).text
    queue = await other.get("/staff/verifications")
    assert "甲公司" in queue.text
    assert (await other.get("/api/v1/staff")).json()["items"][0]["waiting"] == 1
    [request] = await rows(app, VerificationRequest)
    shown = await other.get(f"/staff/verifications/{request.public_id}")
    assert "licence.pdf" in shown.text
    answer = await decide(other, request.public_id, "accept", face=face, reason="执照有效")
    assert answer.status_code == (303 if face == "page" else 204)
    assert await state_of(app) == "verified"
    page = await client.get("/company/verification")
    assert "公司已认证" in page.text
    assert "执照有效" in page.text
    [mail] = await mails()
    assert (mail.kind, mail.to) == ("verification", "ana@jia.example")
    assert "执照有效" not in mail.body
    again = await decide(other, request.public_id, "refuse", face=face)
    assert again.status_code == 409
    assert await state_of(app) == "verified"


@pytest.mark.parametrize("face", ["page", "api"])
async def test_one_appeal_to_a_second_person(
    app: FastAPI, client: httpx.AsyncClient, other: httpx.AsyncClient, ana: Known, mo: Known, face: str
) -> None:
    signed_in(client, ana)
    signed_in(other, mo)
    await send(client)
    [first] = await rows(app, VerificationRequest)
    assert (await decide(other, first.public_id, "refuse", face=face, reason=" ")).status_code == 422
    await decide(other, first.public_id, "refuse", face=face, reason="照片看不清")
    assert "照片看不清" in (await client.get("/company/verification")).text
    path, note = f"/company/verification/{first.public_id}/appeal", {"note": "原件就是这样"}
    if face == "page":
        assert (await client.post(path, data=note)).status_code == 303
    else:
        assert (await client.post(f"/api/v1{path}", json=note)).status_code == 201
    _, appeal = await rows(app, VerificationRequest)
    assert appeal.appeal_of == first.id
    assert (await client.post(f"/api/v1{path}", json=note)).status_code == 409
    own = await decide(other, appeal.public_id, "refuse", face=face)
    assert own.status_code == 403
    assert "另一位" in (await other.get(f"/staff/verifications/{appeal.public_id}")).text
    second = await add_person(app.state.database, "妮", staff_roles=("moderator",), second_factor=True)
    signed_in(other, second)
    assert (await decide(other, appeal.public_id, "refuse", face=face)).status_code in (204, 303)
    refused = await client.post(f"/api/v1/company/verification/{appeal.public_id}/appeal", json=note)
    assert refused.status_code == 409, "an appeal is not appealed"
    assert (await send(client)).status_code == 303, "with new evidence one may ask again"


@pytest.mark.parametrize("face", ["page", "api"])
async def test_the_name_that_staff_look_at_is_the_one_that_is_verified(
    app: FastAPI, client: httpx.AsyncClient, other: httpx.AsyncClient, ana: Known, mo: Known, face: str
) -> None:
    async def rename(name: str) -> int:
        if face == "page":
            return (await client.post("/company/edit", data={"name": name})).status_code
        return (await client.put("/api/v1/company", json={"name": name})).status_code

    done = 303 if face == "page" else 200
    signed_in(client, ana)
    signed_in(other, mo)
    assert await rename("甲科技") == done
    await client.post(FORM, data={"method": "domain"})
    assert await rename("华山医院") == 409
    assert await rename("甲科技") == done, "the rest of the profile may change"
    [request] = await rows(app, VerificationRequest)
    await decide(other, request.public_id, "refuse")
    assert await rename("甲公司") == done
    await client.post(FORM, data={"method": "domain"})
    await decide(other, (await rows(app, VerificationRequest))[-1].public_id, "accept")
    assert await rename("华山医院") == 409
    assert await state_of(app) == "verified"


async def test_a_mail_domain_of_ones_own(app: FastAPI, client: httpx.AsyncClient, ana: Known) -> None:
    signed_in(client, ana)
    answer = await client.post(FORM, data={"method": "domain"})
    assert answer.status_code == 303
    [request] = await rows(app, VerificationRequest)
    assert (request.method, request.domain) == ("domain", "jia.example")


async def test_a_shared_mail_domain_proves_nothing(
    app: FastAPI, client: httpx.AsyncClient, ana: Known
) -> None:
    shared = update(Person).where(Person.id == ana.person_id).values(mail="ana@163.com")
    await run_write(app.state.database, lambda session: session.execute(shared))
    signed_in(client, ana)
    answer = await client.post(FORM, data={"method": "domain"})
    assert answer.status_code == 422
    assert "公共邮箱" in answer.text


async def test_a_verified_company_vouches_once(
    app: FastAPI, client: httpx.AsyncClient, other: httpx.AsyncClient, ana: Known, mo: Known
) -> None:
    sponsor = await add_company(app.state.database, "作保公司")
    sue = await add_person(app.state.database, "苏", company_id=sponsor, role="admin", second_factor=True)
    signed_in(client, sue)
    page = await client.post("/company/verification/codes")
    found = re.search(r'class="code"[^>]*>([^<]+)<', page.text)
    assert found
    code = found.group(1)
    async with app.state.database.reading() as session:
        stored_codes = (await session.execute(text("SELECT * FROM sponsor_codes"))).all()
    assert code not in repr(stored_codes)
    signed_in(client, ana)
    assert (await client.post("/company/verification/codes")).status_code == 403, "not verified itself"
    wrong = await client.post(FORM, data={"method": "sponsor", "code": "x" * 20})
    assert wrong.status_code == 422
    assert "邀请码不对" in wrong.text
    assert (await client.post(FORM, data={"method": "sponsor", "code": code})).status_code == 303
    signed_in(other, mo)
    [request] = await rows(app, VerificationRequest)
    assert "作保公司" in (await other.get(f"/staff/verifications/{request.public_id}")).text
    third = await add_company(app.state.database, "丙公司", verified=False)
    cy = await add_person(app.state.database, "丙", company_id=third, role="admin", second_factor=True)
    signed_in(client, cy)
    assert (await client.post(FORM, data={"method": "sponsor", "code": code})).status_code == 422


async def test_one_request_at_a_time_and_few_a_month(
    app: FastAPI, client: httpx.AsyncClient, other: httpx.AsyncClient, ana: Known, mo: Known, tmp_path: Path
) -> None:
    signed_in(client, ana)
    signed_in(other, mo)
    for _ in range(5):
        assert (await client.post(FORM, data={"method": "domain"})).status_code == 303
        again = await send(client)
        assert again.status_code == 409
        assert "等待处理" in again.text
        newest = (await rows(app, VerificationRequest))[-1]
        await decide(other, newest.public_id, "refuse")
    assert (await client.post(FORM, data={"method": "domain"})).status_code == 429
    assert stored(tmp_path) == [], "a refused request leaves no file"


@pytest.mark.statement(5)
async def test_nobody_verifies_himself(app: FastAPI, client: httpx.AsyncClient, ana: Known) -> None:
    signed_in(client, ana)
    for extra in ("state", "company_id", "decided_by", "verification"):
        answer = await client.post(f"/api/v1{FORM}", data={"method": "domain", extra: "verified"})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == extra
    body = {"name": "甲公司", "verification": "verified"}
    assert (await client.put("/api/v1/company", json=body)).status_code == 422
    assert await state_of(app) == "unverified"


async def test_the_queue_shows_the_oldest_first_and_what_is_late(
    app: FastAPI, other: httpx.AsyncClient, ana: Known, mo: Known
) -> None:
    now = clock.now()

    async def fill(session: Any) -> None:
        for number, days in enumerate((1, 9)):
            company = insert(Company).values(
                public_id=f"c{number}", name=f"{days} 天前", name_key="x", profile={}, created_at=now,
                state="active", verification="pending",
            )  # fmt: skip
            company_id = (await session.execute(company.returning(Company.id))).scalar_one()
            await session.execute(
                insert(VerificationRequest).values(
                    public_id=f"r{number}", company_id=company_id, method="domain", domain="x.example",
                    note="", submitted_by=ana.person_id, submitted_at=now - timedelta(days=days),
                    state="waiting",
                )
            )  # fmt: skip

    await run_write(app.state.database, fill)
    signed_in(other, mo)
    page = (await other.get("/staff/verifications")).text
    assert page.index("9 天前") < page.index("1 天前")
    assert page.count("queue--late") >= 1
    console = (await other.get("/api/v1/staff")).json()["items"][0]
    assert (console["waiting"], console["late"]) == (2, True)


@pytest.mark.parametrize(
    ("submitted", "due"),
    [
        ("2026-11-23T02:00", "2026-11-25T02:00"),  # Monday
        ("2026-11-26T02:00", "2026-11-30T02:00"),  # Thursday: over the weekend
        ("2026-11-28T02:00", "2026-12-01T16:00"),  # Saturday: counts from Monday, in China
    ],
)
def test_two_working_days(submitted: str, due: str) -> None:
    assert due_at(datetime.fromisoformat(submitted).replace(tzinfo=UTC)) == datetime.fromisoformat(
        due
    ).replace(tzinfo=UTC)
