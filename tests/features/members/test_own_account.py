"""Forgotten passwords, changing password and mail, the list of devices."""

import json
from datetime import timedelta

import httpx
import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy import select

from app.features.members.mail.models import Mail
from app.features.members.mail.postbox import PURPOSE
from app.features.members.models import Person
from app.kit import clock
from app.kit.sealing import Sealer
from app.web.csrf import HEADER
from tests.application import client_of
from tests.features.members.factors import code_now, with_app
from tests.features.members.visiting import form_token_of, is_signed_in, sign_in
from tests.people import PASSWORD, Known, add_company, add_person, carry, signed_in

both_faces = pytest.mark.parametrize("face", ["page", "api"])
NEW = "sieben Zwerge wandern nachts"


@pytest.fixture
async def ana(app: FastAPI) -> Known:
    company = await add_company(app.state.database, "甲公司")
    return await add_person(app.state.database, "安娜", company_id=company, mail="ana@example.com")


async def mails(app: FastAPI) -> list[tuple[str, str, str]]:
    """(kind, to, body) of every mail that waits."""
    sealer = Sealer(app.state.settings.secrets, PURPOSE)
    async with app.state.database.reading() as session:
        rows = (await session.execute(select(Mail.kind, Mail.sealed).order_by(Mail.id))).all()
    opened = [(row.kind, json.loads(sealer.open(row.sealed or ""))) for row in rows]
    return [(kind, one["to"], one["body"]) for kind, one in opened]


async def link_in(app: FastAPI, path: str) -> str:
    """The token of the newest link to `path`."""
    found = [body.split(path)[1].split()[0] for _, _, body in await mails(app) if path in body]
    return found[-1]


async def send(client: httpx.AsyncClient, face: str, path: str, **fields: str) -> httpx.Response:
    token = (await client.get("/api/v1/session")).json()["form_token"]
    if face == "page":
        return await client.post(path, data={"csrf": token, **fields})
    return await client.post(f"/api/v1{path}", json=fields, headers={HEADER: token})


async def set_by_link(client: httpx.AsyncClient, face: str, link: str, password: str) -> httpx.Response:
    if face == "page":
        return await send(client, face, f"/password/new/{link}", password=password)
    return await send(client, face, "/password/new", token=link, password=password)


@pytest.mark.statement(28)
@both_faces
async def test_a_forgotten_password_is_reset_once_and_a_factor_is_still_asked_for(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, face: str
) -> None:
    totp, _, token = await with_app(app, ana)
    asked = await send(client, face, "/password/forgotten", mail="Ana@Example.com")
    assert asked.status_code == (303 if face == "page" else 202)
    link = await link_in(app, "http://localhost:8000/password/new/")
    if face == "page":
        assert "ana@example.com" in (await client.get(f"/password/new/{link}")).text
    assert (await set_by_link(client, face, link, NEW)).status_code in (204, 303)
    assert not await is_signed_in(client), "a link signs nobody in"
    async with client_of(app) as elsewhere:
        carry(elsewhere, token)
        assert not await is_signed_in(elsewhere), "every session ended"
    again = await set_by_link(client, face, link, "acht andere Worte hier")
    assert again.status_code == 404
    assert (await sign_in(client, ana.mail, face=face)).status_code == 401, "the former password"
    await sign_in(client, ana.mail, NEW, face=face)
    assert not await is_signed_in(client)
    await send(client, "api", "/second-factor", code=code_now(totp))
    assert await is_signed_in(client)
    assert [kind for kind, _, _ in await mails(app)][-1] == "password_reset"


@pytest.mark.statement(28)
@both_faces
async def test_a_link_is_good_for_half_an_hour(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, face: str
) -> None:
    await send(client, face, "/password/forgotten", mail=ana.mail)
    link = await link_in(app, "/password/new/")
    with time_machine.travel(clock.now() + timedelta(minutes=31)):
        assert (await client.get(f"/password/new/{link}")).status_code == 404
        assert (await set_by_link(client, face, link, NEW)).status_code == 404


@both_faces
@pytest.mark.parametrize("mail", ["ana@example.com", "nobody@example.com"])
async def test_asking_says_the_same_whether_there_is_an_account_or_not(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, face: str, mail: str
) -> None:
    answers = [await send(client, face, "/password/forgotten", mail=mail) for _ in range(6)]
    shown = [(one.status_code, one.headers.get("location")) for one in answers[:5]]
    assert shown == [(303, "/password/forgotten?sent=1") if face == "page" else (202, None)] * 5
    assert answers[5].status_code == 429, "five a day"
    kind = "reset_password" if mail == ana.mail else "reset_unknown"
    assert [(one, to) for one, to, _ in await mails(app)] == [(kind, mail)] * 5


@pytest.mark.statement(29)
async def test_a_mail_never_names_a_host_that_a_request_named(
    app: FastAPI, client: httpx.AsyncClient, ana: Known
) -> None:
    token = await form_token_of(client)
    evil = {"host": "evil.example", "x-forwarded-host": "evil.example"}
    refused = await client.post("/password/forgotten", data={"csrf": token, "mail": ana.mail}, headers=evil)
    assert refused.status_code == 400
    sly = {"x-forwarded-host": "evil.example", "forwarded": "host=evil.example"}
    await client.post("/password/forgotten", data={"csrf": token, "mail": ana.mail}, headers=sly)
    (mail,) = await mails(app)
    assert "evil" not in mail[2]
    assert "http://localhost:8000/password/new/" in mail[2]


@both_faces
async def test_malformed_links_are_unknown_ones(client: httpx.AsyncClient, ana: Known, face: str) -> None:
    for link in ("x", "x" * 43, "%00", "../../etc", "a" * 90):
        assert (await set_by_link(client, face, link, NEW)).status_code in (404, 422)
        assert (await client.get(f"/account/mail/{link}")).status_code in (404, 422)


@pytest.mark.statement(28)
@both_faces
async def test_a_changed_password_ends_the_other_sessions(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, face: str
) -> None:
    signed_in(client, ana)
    async with client_of(app) as elsewhere:
        await sign_in(elsewhere, ana.mail)
        changed = await send(client, face, "/account/password", old=PASSWORD, new=NEW)
        assert changed.status_code in (204, 303)
        assert not await is_signed_in(elsewhere)
    assert await is_signed_in(client)
    assert [(kind, to) for kind, to, _ in await mails(app)] == [("password_changed", ana.mail)]


@both_faces
async def test_a_password_is_changed_by_its_owner_to_a_good_one(
    client: httpx.AsyncClient, ana: Known, face: str
) -> None:
    signed_in(client, ana)
    for old, new, field in (
        ("falsch und lang genug", NEW, "old"), (PASSWORD, "kurz", "new"), (PASSWORD, "password12345", "new"),
    ):  # fmt: skip
        refused = await send(client, face, "/account/password", old=old, new=new)
        assert refused.status_code == 422
        if face == "page":
            assert f'id="{field}-password-error"' in refused.text
        else:
            assert refused.json()["errors"][0]["field"] == field
        assert new not in refused.text


@both_faces
async def test_guessing_the_password_at_an_open_session_is_limited(
    client: httpx.AsyncClient, ana: Known, face: str
) -> None:
    signed_in(client, ana)
    for _ in range(10):
        refused = await send(client, face, "/account/password", old="falsch geraten", new=NEW)
        assert refused.status_code == 422
    refused = await send(client, face, "/account/password", old=PASSWORD, new=NEW)
    assert refused.status_code == 429
    assert await is_signed_in(client)


@both_faces
async def test_a_new_mail_address_counts_once_its_link_is_opened(
    app: FastAPI, client: httpx.AsyncClient, face: str
) -> None:
    database = app.state.database
    company = await add_company(database, "甲公司")
    ana = await add_person(database, "安娜", company_id=company, mail="ana@example.com", second_factor=True)
    signed_in(client, ana)
    asked = await send(client, face, "/account/mail", mail="Ana@new.example", password=PASSWORD)
    assert asked.status_code == (303 if face == "page" else 202)
    ((kind, to, _),) = await mails(app)
    assert (kind, to) == ("confirm_new_mail", "ana@new.example")
    async with client_of(app) as reader:
        await sign_in(reader, "ana@example.com")
        assert await is_signed_in(reader), "nothing has changed yet"
    link = await link_in(app, "/account/mail/")
    async with client_of(app, raise_errors=False) as opened:
        assert "ana@new.example" in (await opened.get(f"/account/mail/{link}")).text
        if face == "page":
            done = await send(opened, face, f"/account/mail/{link}")
        else:
            done = await send(opened, face, "/account/mail/confirm", token=link)
        assert done.status_code in (204, 303)
        assert (await opened.get(f"/account/mail/{link}")).status_code == 404
    assert not await is_signed_in(client)
    assert [(kind, to) for kind, to, _ in await mails(app)][-1] == ("mail_changed", "ana@example.com")
    async with client_of(app) as reader:
        await sign_in(reader, "ana@new.example")
        assert await is_signed_in(reader)


@both_faces
async def test_a_new_password_ends_what_a_stranger_has_asked_for(
    app: FastAPI, client: httpx.AsyncClient, face: str
) -> None:
    """The change of address is asked for by whoever sits at an open session and knows the password."""
    company = await add_company(app.state.database, "甲公司")
    ana = await add_person(
        app.state.database, "安娜", company_id=company, mail="ana@example.com", second_factor=True
    )
    signed_in(client, ana)
    await send(client, face, "/account/mail", mail="stranger@example.com", password=PASSWORD)
    theirs = await link_in(app, "/account/mail/")
    async with client_of(app) as owner:
        await send(owner, face, "/password/forgotten", mail=ana.mail)
        await set_by_link(owner, face, await link_in(app, "/password/new/"), NEW)
        if face == "page":
            late = await send(owner, face, f"/account/mail/{theirs}")
        else:
            late = await send(owner, face, "/account/mail/confirm", token=theirs)
        assert late.status_code == 404
    async with app.state.database.reading() as session:
        assert await session.scalar(select(Person.mail).where(Person.id == ana.person_id)) == ana.mail


async def test_a_link_sent_to_the_former_address_sets_no_password(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    company = await add_company(app.state.database, "甲公司")
    ana = await add_person(
        app.state.database, "安娜", company_id=company, mail="ana@example.com", second_factor=True
    )
    signed_in(client, ana)
    await send(client, "page", "/account/mail", mail="ana@new.example", password=PASSWORD)
    async with client_of(app) as stranger:
        await send(stranger, "page", "/password/forgotten", mail=ana.mail)
        sent = await link_in(app, "/password/new/")
        await send(stranger, "page", f"/account/mail/{await link_in(app, '/account/mail/')}")
        assert (await set_by_link(stranger, "page", sent, NEW)).status_code == 404


@both_faces
async def test_an_address_that_is_taken_gets_the_same_answer(
    app: FastAPI, client: httpx.AsyncClient, face: str
) -> None:
    database = app.state.database
    company = await add_company(database, "甲公司")
    ana = await add_person(database, "安娜", company_id=company, second_factor=True)
    bo = await add_person(database, "博", company_id=await add_company(database, "乙公司"))
    signed_in(client, ana)
    free = await send(client, face, "/account/mail", mail="free@example.com", password=PASSWORD)
    taken = await send(client, face, "/account/mail", mail=bo.mail, password=PASSWORD)
    assert (free.status_code, free.headers.get("location")) == (
        taken.status_code,
        taken.headers.get("location"),
    )
    assert [kind for kind, _, _ in await mails(app)] == ["confirm_new_mail", "new_mail_taken"]


@both_faces
async def test_changing_the_mail_steps_up(client: httpx.AsyncClient, ana: Known, face: str) -> None:
    signed_in(client, ana)
    refused = await send(client, face, "/account/mail", mail="x@example.com", password=PASSWORD)
    if face == "page":
        assert refused.headers["location"].startswith("/second-factor")
        assert (await client.get("/account/mail")).status_code == 303
    else:
        assert refused.status_code == 403


async def test_an_address_taken_meanwhile_is_not_overwritten(app: FastAPI, client: httpx.AsyncClient) -> None:
    database = app.state.database
    company = await add_company(database, "甲公司")
    ana = await add_person(database, "安娜", company_id=company, second_factor=True, mail="ana@example.com")
    signed_in(client, ana)
    await send(client, "page", "/account/mail", mail="new@example.com", password=PASSWORD)
    link = await link_in(app, "/account/mail/")
    await add_person(database, "博", company_id=company, mail="new@example.com")
    async with client_of(app, raise_errors=False) as opened:
        assert (await send(opened, "page", f"/account/mail/{link}")).status_code == 404
    async with database.reading() as session:
        assert await session.scalar(select(Person.mail).where(Person.id == ana.person_id)) == ana.mail


@both_faces
async def test_devices_are_listed_and_ended(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, face: str
) -> None:
    agents = [
        "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140 Mobile Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605 Version/18 Safari/604",
    ]
    signed_in(client, ana)
    async with client_of(app) as phone, client_of(app) as tablet:
        for other, agent in zip((phone, tablet), agents, strict=True):
            other.headers["user-agent"] = agent
            await sign_in(other, ana.mail)
        shown = await client.get("/account/sessions" if face == "page" else "/api/v1/account/sessions")
        assert "Chrome · Android" in shown.text
        assert "Safari · iPhone" in shown.text
        items = (await client.get("/api/v1/account/sessions")).json()["items"]
        assert [one["is_this"] for one in items] == [True, False, False]
        named = next(one["id"] for one in items if "Android" in one["device"])
        if face == "page":
            await client.post(f"/account/sessions/{named}/end")
        else:
            await client.delete(f"/api/v1/account/sessions/{named}")
        assert (await is_signed_in(phone), await is_signed_in(tablet)) == (False, True)
        await client.post(f"{'' if face == 'page' else '/api/v1'}/account/sessions/end-others")
        assert not await is_signed_in(tablet)
    assert await is_signed_in(client)


@both_faces
async def test_nobody_ends_the_session_of_another(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, face: str
) -> None:
    bo = await add_person(app.state.database, "博", company_id=await add_company(app.state.database, "乙"))
    async with client_of(app) as other:
        signed_in(other, bo)
        theirs = (await other.get("/api/v1/account/sessions")).json()["items"][0]["id"]
        signed_in(client, ana)
        bodies = []
        for one in (theirs, "x" * len(theirs)):
            if face == "page":
                answer = await client.post(f"/account/sessions/{one}/end")
            else:
                answer = await client.delete(f"/api/v1/account/sessions/{one}")
            assert answer.status_code == 404
            bodies.append(answer.text.replace(answer.headers["x-request-id"], "").replace(one, ""))
        assert bodies[0] == bodies[1]
        assert await is_signed_in(other)
