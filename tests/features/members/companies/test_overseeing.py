"""Staff find, suspend and merge companies, and see nothing that is confidential to them."""

from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import insert, select, update

from app.db.writing import run_write
from app.features.follows.handlers import handlers as follows_handlers
from app.features.follows.models import Follow
from app.features.members.audit.models import AuditEntry
from app.features.members.companies.models import CompanyChange
from app.features.members.models import Company, Person
from app.features.members.signing_in.models import SignInSession
from app.kit import clock
from app.outbox.claimer import Claimer
from tests.features.members.companies.conftest import Mails
from tests.features.members.visiting import sign_in
from tests.people import Known, add_company, add_person, signed_in


@pytest.fixture
async def operator(app: FastAPI, client: httpx.AsyncClient) -> Known:
    found = await add_person(app.state.database, "欧", staff_roles=("platform_admin",), second_factor=True)
    signed_in(client, found)
    return found


async def company_and_admin(app: FastAPI, name: str, mail: str) -> tuple[str, Known]:
    company = await add_company(app.state.database, name, verified=False)
    who = await add_person(
        app.state.database, "某", company_id=company, role="admin", second_factor=True, mail=mail
    )
    return who.company_public_id, who


async def change(client: httpx.AsyncClient, public_id: str, face: str, **body: str) -> httpx.Response:
    path = f"/staff/companies/{public_id}/change"
    if face == "api":
        return await client.post(f"/api/v1{path}", json=body)
    return await client.post(path, data=body)


@pytest.mark.statement(14)
@pytest.mark.parametrize("face", ["page", "api"])
async def test_a_suspended_company_is_out_until_reinstated(
    app: FastAPI,
    client: httpx.AsyncClient,
    other: httpx.AsyncClient,
    operator: Known,
    mails: Mails,
    face: str,
) -> None:
    public_id, ana = await company_and_admin(app, "甲公司", "ana@a.example")
    signed_in(other, ana)
    assert (await other.get("/company")).status_code == 200
    assert (await change(client, public_id, face, change="suspend", reason=" ")).status_code == 422
    done = await change(client, public_id, face, change="suspend", reason="冒用他人执照")
    assert done.status_code in (204, 303)
    assert (await other.get("/company")).headers["location"].startswith("/sign-in")
    assert (await other.get("/api/v1/company")).status_code == 401
    other.cookies.clear()
    other.headers.pop("x-csrf-token", None)
    assert (await sign_in(other, "ana@a.example")).status_code == 401
    [mail] = await mails()
    assert (mail.to, "冒用他人执照" in mail.body) == ("ana@a.example", True)
    again = await change(client, public_id, face, change="suspend", reason="x")
    assert again.status_code == 409
    assert "冒用他人执照" in (await client.get(f"/staff/companies/{public_id}")).text
    assert (await change(client, public_id, face, change="reinstate", reason="已澄清")).status_code in (
        204,
        303,
    )
    assert (await sign_in(other, "ana@a.example")).status_code == 303


@pytest.mark.parametrize("face", ["page", "api"])
async def test_merging_doubles_lets_nobody_in_unseen(
    app: FastAPI,
    client: httpx.AsyncClient,
    other: httpx.AsyncClient,
    operator: Known,
    mails: Mails,
    face: str,
) -> None:
    kept, ana = await company_and_admin(app, "甲公司", "ana@a.example")
    gone, eve = await company_and_admin(app, "甲 公司", "eve@a.example")
    follow = insert(Follow).values(
        public_id="f", company_id=eve.company_id, person_id=eve.person_id, kind="need", subject="mlps-l3",
        created_at=clock.now(),
    )  # fmt: skip
    await run_write(app.state.database, lambda session: session.execute(follow))
    assert "同名 1 家" in (await client.get("/staff/companies")).text
    itself = await change(client, gone, face, change="merge", into=gone, reason="x")
    assert itself.status_code == 422
    missing = await change(client, gone, face, change="merge", into="x" * 22, reason="x")
    assert missing.status_code == 404
    done = await change(client, gone, face, change="merge", into=kept, reason="同一家公司")
    assert done.status_code in (204, 303), done.text
    signed_in(other, eve)
    assert (await other.get("/company")).headers["location"].startswith("/sign-in")
    async with app.state.database.reading() as session:
        person = (await session.execute(select(*Person.__table__.c).where(Person.id == eve.person_id))).one()
        states = dict((await session.execute(select(Company.public_id, Company.state))).all())
        entry = (
            await session.execute(select(AuditEntry.company_id).where(AuditEntry.action == "company.merged"))
        ).one()
    assert (person.company_id, person.role, person.state) == (ana.company_id, "sales", "suspended")
    assert (states[gone], states[kept]) == ("closed", "active")
    assert entry.company_id == eve.company_id
    assert {(one.kind, one.to) for one in await mails()} == {
        ("company_merged", "eve@a.example"), ("company_arrivals", "ana@a.example"),
    }  # fmt: skip
    await Claimer(app.state.database, follows_handlers(app.state.database)).run_due()
    async with app.state.database.reading() as session:
        assert await session.scalar(select(Follow.company_id)) == ana.company_id
        assert await session.scalar(select(CompanyChange.into_id)) == ana.company_id
    signed_in(other, ana)
    reinstated = await other.delete(f"/api/v1/company/members/{eve.public_id}/suspension")
    assert reinstated.status_code == 204
    assert "name@" not in (await client.get("/staff/companies")).text


async def test_support_finds_and_changes_nothing(app: FastAPI, client: httpx.AsyncClient) -> None:
    public_id, _ = await company_and_admin(app, "甲（北京）科技", "ana@a.example")
    sue = await add_person(app.state.database, "苏", staff_roles=("support",), second_factor=True)
    signed_in(client, sue)
    page = await client.get("/staff/companies", params={"name": "甲(北京) "})
    assert public_id in page.text
    shown = await client.get(f"/staff/companies/{public_id}")
    for told in (page.text, shown.text):
        assert "ana@a.example" not in told
        assert "某" not in told
    assert (await client.get(f"/staff/companies/{public_id}/change")).status_code == 404
    for face in ("page", "api"):
        answer = await change(client, public_id, face, change="suspend", reason="x")
        assert answer.status_code == 404
    assert (await client.get("/staff/companies", params={"name": "%_\\"})).status_code == 200
    assert (await client.get("/staff/companies", params={"name": "x" * 101})).status_code == 422


async def test_changing_a_company_wants_a_fresh_second_factor(
    app: FastAPI, client: httpx.AsyncClient, operator: Known
) -> None:
    public_id, _ = await company_and_admin(app, "甲公司", "ana@a.example")
    old = update(SignInSession).values(second_factor_at=clock.now() - timedelta(minutes=11))
    await run_write(app.state.database, lambda session: session.execute(old))
    assert (await client.get(f"/staff/companies/{public_id}")).status_code == 200
    answer = await client.get(f"/staff/companies/{public_id}/change")
    assert answer.headers["location"].startswith("/second-factor")
    assert (await change(client, public_id, "api", change="suspend", reason="x")).status_code == 403
