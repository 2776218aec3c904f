"""Registering a company: open to anybody, telling nobody who is known, taking nothing before confirmed."""

from datetime import timedelta

import httpx
import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy import func, select

from app.db.writing import run_write
from app.features.members.audit.models import AuditEntry
from app.features.members.companies.models import Registration
from app.features.members.models import Company, Person
from app.features.members.signing_in.links import issue_link
from app.features.members.signing_in.models import Counter
from app.kit import clock
from app.web.csrf import HEADER
from tests.features.members.companies.conftest import Mails
from tests.features.members.visiting import form_token_of, is_signed_in, submit
from tests.people import add_company, add_person

PASSWORD = "喝茶 lantern 公路 otter"
TYPED = {
    "company_name": "北京甲乙科技有限公司",
    "name": "安娜",
    "mail": "ana@example.com",
    "password": PASSWORD,
    "consent": "yes",
}


def main_of(page: httpx.Response) -> str:
    return page.text.partition("<main")[2].partition("</main>")[0]


async def count(app: FastAPI, table: type[Company | Person | Registration]) -> int:
    async with app.state.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_registration_confirmed_in_the_same_browser_signs_in_as_admin(
    app: FastAPI, client: httpx.AsyncClient, mails: Mails
) -> None:
    answer = await submit(client, "/register", TYPED)
    assert (answer.status_code, answer.headers["location"]) == (303, "/register/sent")
    assert await count(app, Company) == await count(app, Person) == 0
    [mail] = await mails()
    assert (mail.kind, mail.to) == ("confirm_mail", "ana@example.com")

    page = await client.get(mail.path)
    assert TYPED["company_name"] in page.text
    assert 'name="password"' not in page.text
    assert await count(app, Person) == 0, "a GET changes nothing"
    answer = await submit(client, mail.path, {})
    assert answer.status_code == 303
    async with app.state.database.reading() as session:
        person = (await session.execute(select(*Person.__table__.c))).one()
        company = (await session.execute(select(*Company.__table__.c))).one()
        entry = (await session.execute(select(AuditEntry.action, AuditEntry.company_id))).all()
    assert (person.name, person.mail, person.role, person.state) == (
        "安娜",
        "ana@example.com",
        "admin",
        "active",
    )
    assert (company.name, company.verification) == (TYPED["company_name"], "unverified")
    assert person.password_hash.startswith("$argon2id$")
    assert ("company.register", company.id) in entry
    assert await count(app, Registration) == 0
    assert "安娜" in (await client.get("/")).text, "signed in"


async def test_another_browser_must_know_the_password(
    app: FastAPI, client: httpx.AsyncClient, other: httpx.AsyncClient, mails: Mails
) -> None:
    """Else whoever registers with somebody's address would know the password of the account they confirm."""
    await submit(client, "/register", TYPED)
    [mail] = await mails()
    assert 'name="password"' in (await other.get(mail.path)).text
    for wrong in ({}, {"password": "x" * 20}):
        answer = await submit(other, mail.path, wrong)
        assert answer.status_code == 422
        assert "密码和注册时填写的不一样" in answer.text
    assert await count(app, Person) == 0
    assert (await submit(other, mail.path, {"password": PASSWORD})).status_code == 303
    assert await count(app, Person) == 1


@pytest.mark.parametrize("face", ["page", "api"])
async def test_an_address_registers_so_often_an_hour_whichever_process_it_meets(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, face: str
) -> None:
    fewer = app.state.settings.model_copy(update={"registrations_per_hour": 2})
    monkeypatch.setitem(app.state._state, "settings", fewer)

    async def ask() -> httpx.Response:
        if face == "page":
            return await submit(client, "/register", TYPED)
        return await client.post("/api/v1/registrations", json={**TYPED, "consent": True})

    answers = [await ask() for _ in range(3)]
    assert [one.status_code for one in answers] == ([303, 303, 429] if face == "page" else [202, 202, 429])
    assert int(answers[2].headers["retry-after"]) > 3_000
    assert "60 分钟后再试" in answers[2].text
    async with app.state.database.reading() as session:
        assert list(await session.scalars(select(Counter.count))) == [2], "kept where all processes see it"


async def test_known_and_unknown_are_answered_alike(
    app: FastAPI, client: httpx.AsyncClient, other: httpx.AsyncClient, mails: Mails
) -> None:
    company = await add_company(app.state.database, TYPED["company_name"])
    bo = await add_person(app.state.database, "博", company_id=company)
    known = f"{bo.public_id.lower()}@example.com"
    answers = [
        await submit(client, "/register", TYPED | {"mail": known}),
        await submit(other, "/register", TYPED | {"company_name": "没有人知道的公司"}),
    ]
    told = [(one.status_code, one.text, one.headers["location"]) for one in answers]
    assert told[0] == told[1]
    first, second = await mails()
    assert (first.kind, first.to) == ("already_registered", known)
    assert "/sign-in" in first.body
    assert second.kind == "confirm_mail"
    for mail in (first, second):
        assert TYPED["company_name"] not in mail.body + mail.subject, "anybody can type anything"
        assert TYPED["name"] not in mail.body + mail.subject
    async with app.state.database.reading() as session:
        kept = await session.scalar(select(Registration.company_name).where(Registration.mail == known))
    assert kept == "", "what was typed with somebody's address is not kept"


async def test_a_second_registration_of_a_company_is_an_ordinary_new_company(
    app: FastAPI, client: httpx.AsyncClient, other: httpx.AsyncClient, mails: Mails
) -> None:
    await submit(client, "/register", TYPED)
    await submit(other, "/register", TYPED | {"mail": "bo@example.com", "name": "博"})
    for browser, mail in zip((client, other), await mails(), strict=True):
        assert (await submit(browser, mail.path, {})).status_code == 303
    async with app.state.database.reading() as session:
        found = (await session.execute(select(Company.name_key, Company.public_id))).all()
    assert len({one.public_id for one in found}) == 2
    assert len({one.name_key for one in found}) == 1


async def test_the_same_address_registered_twice_becomes_one_account(
    app: FastAPI, client: httpx.AsyncClient, mails: Mails
) -> None:
    await submit(client, "/register", TYPED)
    await submit(client, "/register", TYPED | {"company_name": "另一家公司"})
    first, second = await mails()
    assert (await submit(client, second.path, {})).status_code == 303
    client.cookies.delete("top_session")
    gone = await client.get(first.path)
    assert gone.status_code == 404
    assert await count(app, Company) == 1


@pytest.mark.parametrize("state", ["used", "over", "cut off", "odd", "of another purpose"])
async def test_links_that_do_nothing_give_one_answer(
    app: FastAPI, client: httpx.AsyncClient, mails: Mails, state: str
) -> None:
    with time_machine.travel(clock.now(), tick=False) as travel:
        await submit(client, "/register", TYPED)
        [mail] = await mails()
        path = mail.path
        if state == "used":
            assert (await submit(client, path, {})).status_code == 303
            client.cookies.delete("top_session")
        elif state == "over":
            travel.shift(timedelta(hours=72, seconds=1))
        elif state == "of another purpose":
            reset = await run_write(
                app.state.database, lambda session: issue_link(session, "reset_password", subject="1")
            )
            path = f"/confirm-mail/{reset}"
        else:
            path = path[:-1] if state == "cut off" else "/confirm-mail/" + "%F0%9F%8F%A5" * 30
        unknown, answer = await client.get("/confirm-mail/" + "x" * 43), await client.get(path)
        assert answer.status_code == unknown.status_code == 404
        assert main_of(answer) == main_of(unknown)
        csrf = await form_token_of(client, "/register")
        assert (await client.post(path, data={"csrf": csrf})).status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("company_name", "", "请填写“公司名称”"),
        ("company_name", "x" * 101, "最多 100 个字符"),
        ("company_name", "\u200b\u2066\u3164", "请填写“公司名称”"),
        ("company_name", "…！", "至少两个字"),
        ("name", "\u202e\u200d", "请填写“姓名”"),
        ("mail", "ana", "不像一个邮箱地址"),
        ("mail", "ana@example.com, bo@example.com", "不像一个邮箱地址"),
        ("mail", "a\r\nBcc: x@example.com", "邮箱"),
        ("password", "short", "12"),
        ("password", "password12345678", "容易猜到"),
        ("consent", "", "请勾选同意"),
    ],
)
async def test_bad_input_is_named_and_the_rest_kept(
    app: FastAPI, client: httpx.AsyncClient, field: str, value: str, said: str
) -> None:
    answer = await submit(client, "/register", TYPED | {field: value})
    assert answer.status_code == 422
    assert said in answer.text
    for kept in ("company_name", "name", "mail"):
        if kept != field:
            assert f'value="{TYPED[kept]}"' in answer.text
    assert PASSWORD not in answer.text
    assert await count(app, Registration) == 0


async def test_names_lose_what_cannot_be_seen(client: httpx.AsyncClient, app: FastAPI) -> None:
    odd = {
        "company_name": "甲\u202e乙\u200b 科技\ufeff",
        "name": "安\u2066娜\u00ad",
        "mail": "Ana＠Example.COM",
    }
    await submit(client, "/register", TYPED | odd)
    async with app.state.database.reading() as session:
        row = (await session.execute(select(*Registration.__table__.c))).one()
    assert (row.company_name, row.person_name, row.mail) == ("甲乙 科技", "安娜", "ana@example.com")


async def test_one_address_gets_few_mails_a_day(
    app: FastAPI, client: httpx.AsyncClient, mails: Mails
) -> None:
    with time_machine.travel(clock.now(), tick=False) as travel:
        answers = [await submit(client, "/register", TYPED) for _ in range(5)]
        assert {(one.status_code, one.headers["location"]) for one in answers} == {(303, "/register/sent")}
        assert len(await mails()) == 3
        travel.shift(timedelta(days=1, seconds=1))
        await submit(client, "/register", TYPED)
        assert len(await mails()) == 4


async def test_what_nobody_confirmed_is_deleted(app: FastAPI, client: httpx.AsyncClient) -> None:
    with time_machine.travel(clock.now(), tick=False) as travel:
        await submit(client, "/register", TYPED)
        travel.shift(timedelta(hours=72, seconds=1))
        await submit(client, "/register", TYPED | {"mail": "bo@example.com"})
        async with app.state.database.reading() as session:
            assert list(await session.scalars(select(Registration.mail))) == ["bo@example.com"]


@pytest.mark.statement(5)
async def test_over_json_the_same_rules(app: FastAPI, client: httpx.AsyncClient, mails: Mails) -> None:
    body = {**TYPED, "consent": True}
    for extra in ({"role": "admin"}, {"company_id": 1}, {"verification": "verified"}, {"state": "active"}):
        assert (await client.post("/api/v1/registrations", json=body | extra)).status_code == 422
    refused = await client.post("/api/v1/registrations", json=body | {"consent": False})
    assert [error["field"] for error in refused.json()["errors"]] == ["consent"]
    answer = await client.post("/api/v1/registrations", json=body)
    assert (answer.status_code, answer.json()) == (202, {"state": "mail_sent"})
    [mail] = await mails()
    token = mail.path.rpartition("/")[2]
    confirmation = {"token": token, "password": "x" * 12}
    assert (await client.post("/api/v1/registrations/confirmation", json=confirmation)).status_code == 403
    client.headers[HEADER] = (await client.get("/api/v1/session")).json()["form_token"]
    wrong = await client.post("/api/v1/registrations/confirmation", json=confirmation)
    assert wrong.status_code == 422
    confirmation["password"] = PASSWORD
    done = await client.post("/api/v1/registrations/confirmation", json=confirmation)
    assert done.status_code == 201
    async with app.state.database.reading() as session:
        assert done.json()["company"] == await session.scalar(select(Company.public_id))
    client.headers[HEADER] = done.json()["form_token"]
    assert await is_signed_in(client)
    again = await client.post("/api/v1/registrations/confirmation", json=confirmation)
    assert again.status_code == 404


@pytest.mark.statement(66)
async def test_logs_hold_nothing_of_it(
    client: httpx.AsyncClient, mails: Mails, capfd: pytest.CaptureFixture[str]
) -> None:
    await submit(client, "/register", TYPED)
    [mail] = await mails()
    await submit(client, mail.path, {})
    written = "".join(capfd.readouterr())
    assert "/confirm-mail/{token}" in written
    for secret in (TYPED["mail"], TYPED["name"], TYPED["company_name"], PASSWORD, mail.path):
        assert secret not in written


async def test_a_form_without_its_token_is_refused(client: httpx.AsyncClient, app: FastAPI) -> None:
    assert (await client.post("/register", data=TYPED)).status_code == 403
    assert await count(app, Registration) == 0
