"""Roles of staff: one admin proposes, another confirms; nobody confirms his own, or for himself."""

from collections.abc import Sequence

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from app.features.members.audit.models import AuditEntry
from app.features.members.mail.models import Mail
from app.features.members.models import Person, StaffRole
from app.features.members.signing_in.models import SignInSession, SingleUseLink
from tests.people import Known, add_company, add_person, signed_in

API = "/api/v1/staff/roles"


async def admin(app: FastAPI, name: str) -> Known:
    return await add_person(app.state.database, name, staff_roles=("platform_admin",), second_factor=True)


@pytest.fixture
async def pia(app: FastAPI) -> Known:
    return await admin(app, "皮娅")


@pytest.fixture
async def paul(app: FastAPI) -> Known:
    return await admin(app, "保罗")


@pytest.fixture
async def mo(app: FastAPI) -> Known:
    return await add_person(app.state.database, "莫", second_factor=True)


async def roles_of(app: FastAPI, who: Known) -> set[str]:
    async with app.state.database.reading() as session:
        return set(await session.scalars(select(StaffRole.role).where(StaffRole.person_id == who.person_id)))


async def entries(app: FastAPI) -> Sequence[tuple[str, str, str]]:
    async with app.state.database.reading() as session:
        found = select(AuditEntry.action, AuditEntry.result, AuditEntry.object_id).order_by(AuditEntry.id)
        return [(row.action, row.result, row.object_id) for row in await session.execute(found)]


async def propose(
    client: httpx.AsyncClient, person: Known, role: str, change: str = "give"
) -> httpx.Response:
    return await client.post(
        f"{API}/changes", json={"person": person.public_id, "role": role, "change": change}
    )


async def decide(client: httpx.AsyncClient, change: str, *, confirm: bool) -> httpx.Response:
    return await client.post(f"{API}/changes/{change}/decision", json={"confirm": confirm})


async def test_a_role_is_held_once_a_second_admin_has_confirmed_it(
    app: FastAPI, client: httpx.AsyncClient, pia: Known, paul: Known, mo: Known
) -> None:
    signed_in(client, pia)
    change = (await propose(client, mo, "moderator")).json()["id"]
    assert await roles_of(app, mo) == set()
    signed_in(client, paul)
    assert [one["may_confirm"] for one in (await client.get(f"{API}/changes")).json()["items"]] == [True]
    assert (await client.get("/api/v1/staff")).json()["items"][0]["waiting"] == 1
    assert (await decide(client, change, confirm=True)).json() == {"id": change, "state": "confirmed"}
    assert await roles_of(app, mo) == {"moderator"}
    async with app.state.database.reading() as session:
        left = select(func.count()).select_from(SignInSession).where(SignInSession.person_id == mo.person_id)
        assert await session.scalar(left) == 0
        assert list(await session.scalars(select(Mail.kind))) == ["roles_changed"]
    signed_in(client, mo)
    assert (await client.get("/api/v1/staff")).status_code == 401
    concerned = f"{mo.public_id}:moderator"
    assert await entries(app) == [("role.propose", "done", concerned), ("role.give", "done", concerned)]


@pytest.mark.statement(19)
async def test_nobody_gives_himself_a_role(app: FastAPI, client: httpx.AsyncClient, pia: Known) -> None:
    signed_in(client, pia)
    answer = await propose(client, pia, "finance")
    assert answer.status_code == 409
    form = {"person": pia.public_id, "role": "finance", "change": "give"}
    assert (await client.post("/staff/roles/changes", data=form)).status_code == 409
    assert await roles_of(app, pia) == {"platform_admin"}
    assert {result for _, result, _ in await entries(app)} == {"denied"}


@pytest.mark.statement(19)
async def test_nobody_confirms_his_own_proposal_or_one_about_himself(
    app: FastAPI, client: httpx.AsyncClient, pia: Known, paul: Known, mo: Known
) -> None:
    signed_in(client, pia)
    for_mo = (await propose(client, mo, "moderator")).json()["id"]
    for_paul = (await propose(client, paul, "finance")).json()["id"]
    assert (await decide(client, for_mo, confirm=True)).status_code == 409
    page = await client.post(f"/staff/roles/changes/{for_mo}/decision", data={"decision": "confirm"})
    assert page.status_code == 409
    assert "第二名平台管理员" in page.text
    signed_in(client, paul)
    for confirm in (True, False):
        assert (await decide(client, for_paul, confirm=confirm)).status_code == 409
    assert await roles_of(app, mo) == set()
    assert await roles_of(app, paul) == {"platform_admin"}
    denied = [action for action, result, _ in await entries(app) if result == "denied"]
    assert denied == ["role.decide"] * 4


async def test_a_proposal_can_be_withdrawn_refused_and_decided_once(
    app: FastAPI, client: httpx.AsyncClient, pia: Known, paul: Known, mo: Known
) -> None:
    signed_in(client, pia)
    first = (await propose(client, mo, "moderator")).json()["id"]
    assert (await propose(client, mo, "moderator")).status_code == 409
    withdrawn = await client.post(f"/staff/roles/changes/{first}/decision", data={"decision": "withdraw"})
    assert withdrawn.headers["location"] == "/staff/roles?done=withdrawn"
    second = (await propose(client, mo, "moderator")).json()["id"]
    signed_in(client, paul)
    assert (await decide(client, second, confirm=False)).json()["state"] == "refused"
    assert (await decide(client, second, confirm=True)).status_code == 409
    assert (await decide(client, "nothing", confirm=True)).status_code == 404
    assert await roles_of(app, mo) == set()


async def test_taking_a_role_needs_two_as_well_and_the_last_admin_stays(
    app: FastAPI, client: httpx.AsyncClient, pia: Known, paul: Known
) -> None:
    signed_in(client, pia)
    change = (await propose(client, paul, "platform_admin", "take")).json()["id"]
    assert await roles_of(app, paul) == {"platform_admin"}
    third = await admin(app, "佩拉")
    signed_in(client, third)
    assert (await decide(client, change, confirm=True)).status_code == 200
    assert await roles_of(app, paul) == set()
    last = (await propose(client, pia, "platform_admin", "take")).json()["id"]
    signed_in(client, pia)
    other = await propose(client, third, "platform_admin", "take")
    assert other.status_code == 201
    signed_in(client, third)
    assert (await decide(client, last, confirm=True)).status_code == 409  # it is his own
    assert (await propose(client, paul, "platform_admin", "take")).status_code == 409  # holds it no more


async def test_the_last_admin_cannot_be_taken_away(
    app: FastAPI, client: httpx.AsyncClient, pia: Known
) -> None:
    signed_in(client, pia)
    assert (await propose(client, pia, "platform_admin", "take")).status_code == 409
    assert "topctl staff roles" in (await client.get("/staff/roles")).text


async def test_a_new_person_is_invited_without_a_role_until_it_is_confirmed(
    app: FastAPI, client: httpx.AsyncClient, pia: Known, paul: Known
) -> None:
    signed_in(client, pia)
    form = {"name": "新人", "mail": " New@Example.com ", "role": "support", "language": "en"}
    sent = await client.post("/staff/roles/invitations", data=form)
    assert sent.headers["location"] == "/staff/roles?done=invited"
    async with app.state.database.reading() as session:
        person = (
            await session.execute(select(*Person.__table__.c).where(Person.mail == "new@example.com"))
        ).one()
        assert (person.kind, person.state, person.password_hash) == ("staff", "active", None)
        link = (await session.execute(select(*SingleUseLink.__table__.c))).one()
        assert (link.purpose, link.person_id) == ("reset_password", person.id)
        assert (
            list(await session.scalars(select(StaffRole.role).where(StaffRole.person_id == person.id))) == []
        )
    signed_in(client, paul)
    (change,) = (await client.get(f"{API}/changes")).json()["items"]
    assert (change["role"], change["person"]) == ("support", person.public_id)
    assert "new@example.com" not in str(await entries(app))


@pytest.mark.parametrize(
    ("change", "said"),
    [({"mail": "nobody"}, "邮箱"), ({"name": " "}, "请填写“姓名”"), ({"role": "emperor"}, "角色只能是")],
)
async def test_an_invitation_that_cannot_be_sent_keeps_what_was_typed(
    client: httpx.AsyncClient, pia: Known, change: dict[str, str], said: str
) -> None:
    signed_in(client, pia)
    form = {"name": "新人", "mail": "new@example.com", "role": "", "language": "zh"} | change
    answer = await client.post("/staff/roles/invitations", data=form)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{form["mail"]}"' in answer.text


async def test_an_address_that_has_an_account_is_refused(
    app: FastAPI, client: httpx.AsyncClient, pia: Known
) -> None:
    company = await add_company(app.state.database, "甲公司")
    ana = await add_person(app.state.database, "安娜", company_id=company)
    signed_in(client, pia)
    body = {"name": "新人", "mail": ana.mail}
    answer = await client.post(f"{API}/invitations", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (409, "mail")


@pytest.mark.parametrize("path", ["/staff/roles", API, f"{API}/changes"])
async def test_only_platform_admins_find_the_page(app: FastAPI, client: httpx.AsyncClient, path: str) -> None:
    signed_in(
        client, await add_person(app.state.database, "费", staff_roles=("finance",), second_factor=True)
    )
    assert (await client.get(path)).status_code == 404


async def test_members_are_not_staff_to_be_given_roles(
    app: FastAPI, client: httpx.AsyncClient, pia: Known
) -> None:
    company = await add_company(app.state.database, "甲公司")
    ana = await add_person(app.state.database, "安娜", company_id=company, role="admin")
    signed_in(client, pia)
    assert (await propose(client, ana, "moderator")).status_code == 404
    assert (
        await client.post(f"{API}/changes", json={"person": ana.public_id, "role": "x", "change": "give"})
    ).status_code == 422
