"""Inviting, joining, roles, suspending, removing and leaving, on both faces and both databases."""

import asyncio
import re
from datetime import timedelta

import httpx
import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy import insert, select, update

from app.db.writing import run_write
from app.features.members.audit.models import AuditEntry
from app.features.members.companies.models import Invitation
from app.features.members.models import Company, Person
from app.features.members.signing_in.links import issue_link
from app.features.members.signing_in.models import ApiToken, SignInSession, SingleUseLink
from app.kit import clock
from tests.features.members.companies.conftest import Mails
from tests.features.members.visiting import is_signed_in, submit
from tests.people import PASSWORD, Known, add_company, add_person, signed_in

NEW = {"name": "卡拉", "password": PASSWORD, "consent": "yes"}


@pytest.fixture
async def company(app: FastAPI) -> int:
    return await add_company(app.state.database, "甲公司")


@pytest.fixture
async def ana(app: FastAPI, company: int) -> Known:
    """The only admin."""
    return await add_person(
        app.state.database, "安娜", company_id=company, role="admin", second_factor=True, mail="ana@a.example"
    )


@pytest.fixture
async def carl(app: FastAPI, company: int) -> Known:
    return await add_person(app.state.database, "卡尔", company_id=company, mail="carl@a.example")


async def person(app: FastAPI, known: Known) -> Person:
    async with app.state.database.reading() as session:
        found = await session.execute(select(*Person.__table__.c).where(Person.public_id == known.public_id))
        return found.one()  # type: ignore[return-value]


async def actions(app: FastAPI) -> list[str]:
    async with app.state.database.reading() as session:
        return list(await session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


async def test_an_invitation_is_accepted_once(
    app: FastAPI, client: httpx.AsyncClient, other: httpx.AsyncClient, ana: Known, mails: Mails
) -> None:
    signed_in(client, ana)
    answer = await submit(client, "/company/members/invite", {"mail": "Kara@a.example", "role": "presales"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/company/members")
    assert "kara@a.example" in (await client.get("/company/members")).text
    [mail] = await mails()
    assert (mail.to, "甲公司" in mail.subject) == ("kara@a.example", True)
    page = await other.get(mail.path)
    assert "甲公司" in page.text
    assert "售前" in page.text
    answer = await submit(other, mail.path, NEW)
    assert answer.status_code == 303
    assert await is_signed_in(other)
    async with app.state.database.reading() as session:
        kara = (await session.execute(select(*Person.__table__.c).where(Person.name == "卡拉"))).one()
        kept = list(await session.scalars(select(Invitation.mail)))
    assert (kara.company_id, kara.role, kara.mail) == (ana.company_id, "presales", "kara@a.example")
    assert kept == [""], "nothing needs the address any more"
    assert (await actions(app))[-2:] == ["member.invite", "member.join"]
    other.cookies.delete("top_session")
    assert (await other.get(mail.path)).status_code == 404


async def test_an_unverified_company_is_not_named_in_mails(
    app: FastAPI, client: httpx.AsyncClient, mails: Mails
) -> None:
    company = await add_company(app.state.database, "中奖请点 evil.example", verified=False)
    eve = await add_person(app.state.database, "伊芙", company_id=company, role="admin", second_factor=True)
    signed_in(client, eve)
    await submit(client, "/company/members/invite", {"mail": "x@b.example", "role": "sales"})
    [mail] = await mails()
    assert "evil" not in mail.subject + mail.body


@pytest.mark.parametrize("why", ["over", "withdrawn", "replaced", "company suspended"])
async def test_an_invitation_ends(
    app: FastAPI, client: httpx.AsyncClient, other: httpx.AsyncClient, ana: Known, mails: Mails, why: str
) -> None:
    signed_in(client, ana)
    with time_machine.travel(clock.now(), tick=False) as travel:
        await submit(client, "/company/members/invite", {"mail": "kara@a.example", "role": "sales"})
        [mail] = await mails()
        assert (await other.get(mail.path)).status_code == 200
        if why == "over":
            travel.shift(timedelta(hours=72, seconds=1))
        elif why == "withdrawn":
            found = re.search(
                r"/company/invitations/(\w+)/withdrawal", (await client.get("/company/members")).text
            )
            assert found
            answer = await client.post(f"/company/invitations/{found.group(1)}/withdrawal")
            assert answer.status_code == 303
            assert (await client.post(f"/company/invitations/{found.group(1)}/withdrawal")).status_code == 404
        elif why == "replaced":
            await submit(client, "/company/members/invite", {"mail": "kara@a.example", "role": "admin"})
        else:
            suspended = update(Company).where(Company.id == ana.company_id).values(state="suspended")
            await run_write(app.state.database, lambda session: session.execute(suspended))
        unknown = await other.get("/invitations/" + "x" * 43)
        answer = await other.get(mail.path)
        assert answer.status_code == unknown.status_code == 404
        refused = await other.post(
            "/api/v1/invitations",
            json={"token": mail.path.rpartition("/")[2], **NEW, "consent": True},
            headers={"x-csrf-token": (await other.get("/api/v1/session")).json()["form_token"]},
        )
        assert refused.status_code == 404


async def test_bad_invitations_are_named(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, carl: Known
) -> None:
    signed_in(client, ana)
    for data, said in (
        ({"mail": "nobody", "role": "sales"}, "邮箱"),
        ({"mail": "x@b.example", "role": "owner"}, "选一个角色"),
        ({"mail": "carl@a.example", "role": "sales"}, "已经在公司里"),
    ):
        answer = await submit(client, "/company/members/invite", data)
        assert answer.status_code == 422
        assert said in answer.text
        assert f'value="{data["mail"]}"' in answer.text


async def test_who_has_an_account_elsewhere_must_leave_there_first(
    app: FastAPI, client: httpx.AsyncClient, other: httpx.AsyncClient, ana: Known, mails: Mails
) -> None:
    """And the one who invites learns nothing of it."""
    rival = await add_company(app.state.database, "乙公司")
    await add_person(app.state.database, "博", company_id=rival, mail="bo@b.example")
    signed_in(client, ana)
    for mail in ("bo@b.example", "unknown@b.example"):
        answer = await submit(client, "/company/members/invite", {"mail": mail, "role": "sales"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/company/members")
    first, _ = await mails()
    answer = await submit(other, first.path, NEW)
    assert answer.status_code == 409
    assert "已经有账号" in answer.text
    assert (await other.get(first.path)).status_code == 200, "the link is not used up by that"


async def give_everything(app: FastAPI, known: Known) -> None:
    async def work(session) -> None:  # type: ignore[no-untyped-def]
        now = clock.now()
        await session.execute(
            insert(ApiToken).values(
                public_id="token", token_hash="x", person_id=known.person_id, company_id=known.company_id,
                name="t", scopes="company", state="active", created_at=now,
                expires_at=now + timedelta(days=9),
            )
        )  # fmt: skip
        await issue_link(session, "reset_password", person_id=known.person_id)

    await run_write(app.state.database, work)


@pytest.mark.statement(13)
@pytest.mark.parametrize("how", ["suspension", "removal", "role", "leaving"])
@pytest.mark.parametrize("face", ["page", "api"])
async def test_who_is_let_go_is_out_with_the_next_request(
    app: FastAPI,
    client: httpx.AsyncClient,
    other: httpx.AsyncClient,
    ana: Known,
    carl: Known,
    how: str,
    face: str,
) -> None:
    await give_everything(app, carl)
    signed_in(client, ana)
    signed_in(other, carl)
    assert (await other.get("/company/members")).status_code == 200
    here = f"/company/members/{carl.public_id}"
    if face == "page":
        if how == "leaving":
            answer = await submit(other, "/company/leaving", {})
        else:
            answer = await client.post(f"{here}/{how}", data={"role": "finance"})
        assert answer.status_code == 303, answer.text
    else:
        answer = await {
            "suspension": lambda: client.put(f"/api/v1{here}/suspension"),
            "removal": lambda: client.delete(f"/api/v1{here}"),
            "role": lambda: client.put(f"/api/v1{here}/role", json={"role": "finance"}),
            "leaving": lambda: other.post("/api/v1/company/leaving"),
        }[how]()
        assert answer.status_code == 204, answer.text
    other.cookies.set("top_session", carl.token)
    assert (await other.get("/company/members")).headers["location"].startswith("/sign-in")
    assert (await other.get("/api/v1/company")).status_code == 401
    in_mid_form = await other.post("/company/leaving")
    assert in_mid_form.status_code == 303
    async with app.state.database.reading() as session:
        assert (
            await session.scalar(select(SignInSession.id).where(SignInSession.person_id == carl.person_id))
            is None
        )
        assert await session.scalar(select(ApiToken.state)) == "revoked"
        assert (
            await session.scalar(select(SingleUseLink.id).where(SingleUseLink.person_id == carl.person_id))
            is None
        )
    now = await person(app, carl)
    expected = {"suspension": "suspended", "removal": "left", "leaving": "left", "role": "active"}[how]
    assert (now.state, now.name) == (expected, "卡尔"), "what they wrote still has a name"
    assert (now.mail is None) == (expected == "left"), "the address is free again"
    assert (await actions(app))[-1].startswith("member.")


@pytest.mark.parametrize("face", ["page", "api"])
async def test_the_last_admin_stays(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, carl: Known, face: str
) -> None:
    signed_in(client, ana)
    here = f"/company/members/{ana.public_id}"
    if face == "page":
        answers = [
            await submit(client, "/company/leaving", {}),
            await client.post(f"{here}/role", data={"role": "sales"}),
        ]
        assert "至少要有一位管理员" in answers[0].text
        assert "至少要有一位管理员" in answers[1].text
    else:
        answers = [
            await client.post("/api/v1/company/leaving"),
            await client.put(f"/api/v1{here}/role", json={"role": "sales"}),
        ]
    assert [one.status_code for one in answers] == [409, 409]
    assert (await person(app, ana)).role == "admin"
    oneself = [await client.post(f"{here}/suspension"), await client.post(f"{here}/removal")]
    assert [one.status_code for one in oneself] == [409, 409]
    made = await client.put(f"/api/v1/company/members/{carl.public_id}/role", json={"role": "admin"})
    assert made.status_code == 204
    assert (await submit(client, "/company/leaving", {})).status_code == 303


async def test_two_admins_who_leave_at_once_do_not_both_go(
    app: FastAPI, client: httpx.AsyncClient, other: httpx.AsyncClient, company: int, ana: Known
) -> None:
    second = await add_person(app.state.database, "丹", company_id=company, role="admin", second_factor=True)
    signed_in(client, ana)
    signed_in(other, second)
    answers = await asyncio.gather(
        client.post("/api/v1/company/leaving"), other.post("/api/v1/company/leaving")
    )
    assert sorted(one.status_code for one in answers) == [204, 409]


async def test_a_suspended_member_comes_back_by_signing_in_again(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, carl: Known
) -> None:
    signed_in(client, ana)
    here = f"/company/members/{carl.public_id}"
    await client.post(f"{here}/suspension")
    assert "已停用" in (await client.get("/company/members")).text
    assert (await client.post(f"{here}/reinstatement")).status_code == 303
    assert (await person(app, carl)).state == "active"


@pytest.mark.statement(4)
async def test_a_rival_finds_nobody(app: FastAPI, client: httpx.AsyncClient, ana: Known, carl: Known) -> None:
    rival = await add_company(app.state.database, "乙公司")
    bo = await add_person(app.state.database, "博", company_id=rival, role="admin", second_factor=True)
    signed_in(client, bo)
    for person_id in (carl.public_id, "nobody"):
        here = f"/company/members/{person_id}"
        answers = [
            await client.get(here),
            await client.post(f"{here}/role", data={"role": "sales"}),
            await client.post(f"{here}/suspension"),
            await client.post(f"{here}/removal"),
            await client.delete(f"/api/v1{here}"),
            await client.put(f"/api/v1{here}/role", json={"role": "sales"}),
        ]
        assert {one.status_code for one in answers} == {404}
    assert (await person(app, carl)).state == "active"
    assert "卡尔" not in (await client.get("/company/members")).text


async def test_addresses_and_invitations_are_for_admins(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, carl: Known
) -> None:
    signed_in(client, carl)
    page = await client.get("/company/members")
    assert "安娜" in page.text
    assert "ana@a.example" not in page.text
    listed = (await client.get("/api/v1/company/members")).json()["items"]
    assert [(one["name"], one["mail"]) for one in listed] == [("安娜", None), ("卡尔", None)]
    assert (await client.get("/company/members/invite")).status_code == 403
    assert (await client.get("/api/v1/company/invitations")).status_code == 403


@pytest.mark.statement(5)
async def test_nobody_chooses_company_or_state_over_json(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, carl: Known
) -> None:
    signed_in(client, ana)
    for extra in ({"company_id": 2}, {"state": "active"}, {"invited_by": 1}):
        body = {"mail": "x@a.example", "role": "sales"} | extra
        assert (await client.post("/api/v1/company/invitations", json=body)).status_code == 422
    answer = await client.put(
        f"/api/v1/company/members/{carl.public_id}/role", json={"role": "platform_admin"}
    )
    assert answer.status_code == 422
    async with app.state.database.reading() as session:
        assert await session.scalar(select(Invitation.id)) is None


async def test_invitations_are_limited(app: FastAPI, client: httpx.AsyncClient, ana: Known) -> None:
    signed_in(client, ana)
    for number in range(30):
        body = {"mail": f"x{number}@a.example", "role": "sales"}
        assert (await client.post("/api/v1/company/invitations", json=body)).status_code == 202
    answer = await submit(client, "/company/members/invite", {"mail": "y@a.example", "role": "sales"})
    assert answer.status_code == 429
    assert 'value="y@a.example"' in answer.text
