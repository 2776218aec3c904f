"""Signing in and out with a password, on both faces and both databases."""

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

from app.db.writing import run_write
from app.features.members.audit.models import AuditEntry
from app.features.members.models import Company, Person
from app.features.members.signing_in.models import SignInSession
from app.features.members.signing_in.tokens import hashed
from app.settings import Settings
from app.web.csrf import HEADER
from tests.application import client_of
from tests.features.members.visiting import cookie, form_token_of, is_signed_in, sign_in
from tests.people import PASSWORD, Known, add_company, add_person, carry

FACES = ["page", "api"]
HOME = "/my/customers"
both_faces = pytest.mark.parametrize("face", FACES)


@pytest.fixture
async def ana(app: FastAPI) -> Known:
    company = await add_company(app.state.database, "甲公司")
    return await add_person(app.state.database, "安娜", company_id=company, mail="ana@example.com")


async def audited(app: FastAPI) -> list[tuple[str, str]]:
    async with app.state.database.reading() as session:
        rows = await session.execute(select(AuditEntry.action, AuditEntry.result).order_by(AuditEntry.id))
    return [(row.action, row.result) for row in rows]


@both_faces
@pytest.mark.parametrize("typed", ["ana@example.com", "  ANA@Example.com "])
async def test_the_right_password_signs_in(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, face: str, typed: str
) -> None:
    answer = await sign_in(client, typed, face=face)
    assert answer.status_code == (303 if face == "page" else 200)
    assert await is_signed_in(client)
    assert (await audited(app))[-1] == ("session.start", "done")


@pytest.mark.statement(22)
@both_faces
async def test_unknown_account_and_wrong_password_get_the_same_answer(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, face: str
) -> None:
    unknown = await sign_in(client, "nobody@example.com", "falsches Passwort", face=face)
    wrong = await sign_in(client, "ana@example.com", "falsches Passwort", face=face)
    assert unknown.status_code == wrong.status_code == 401
    changing = ("nobody@example.com", "ana@example.com")
    bodies = [answer.text for answer in (unknown, wrong)]
    for number, mail in enumerate(changing):
        bodies[number] = (
            bodies[number].replace(mail, "").replace((unknown, wrong)[number].headers["x-request-id"], "")
        )
    assert bodies[0] == bodies[1]
    assert {*unknown.headers} == {*wrong.headers}
    assert "top_session" not in client.cookies
    assert await audited(app) == [("session.start", "denied")] * 2


@pytest.mark.parametrize("change", ["suspended", "left", "unconfirmed", "company", "no password"])
async def test_who_may_not_sign_in_is_answered_like_a_wrong_password(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, change: str
) -> None:
    changed = update(Person).values(state=change)
    if change == "company":
        changed = update(Company).values(state="suspended")
    elif change == "no password":
        changed = update(Person).values(password_hash=None)
    await run_write(app.state.database, lambda session: session.execute(changed))
    for face in FACES:
        answer = await sign_in(client, ana.mail, face=face)
        assert answer.status_code == 401
        assert "top_session" not in client.cookies


@pytest.mark.statement(25)
@both_faces
async def test_each_sign_in_has_a_new_session_and_ends_the_one_it_replaces(
    client: httpx.AsyncClient, ana: Known, face: str
) -> None:
    await sign_in(client, ana.mail, face=face)
    first = cookie(client)
    token = (await client.get("/api/v1/session")).json()["form_token"]
    given = {"mail": ana.mail, "password": PASSWORD}
    if face == "page":
        await client.post("/sign-in", data={"csrf": token, **given})
    else:
        await client.post("/api/v1/sign-in", json=given, headers={HEADER: token})
    second = cookie(client)
    assert first != second
    assert await is_signed_in(client)
    carry(client, first)
    assert not await is_signed_in(client)


@pytest.mark.statement(26)
@both_faces
async def test_the_cookie_is_out_of_reach_of_scripts_and_only_its_hash_is_stored(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, face: str
) -> None:
    answer = await sign_in(client, ana.mail, face=face)
    given = next(one for one in answer.headers.get_list("set-cookie") if "top_session" in one).lower()
    assert "httponly" in given
    assert "samesite=lax" in given
    assert "path=/" in given
    assert "domain" not in given
    async with app.state.database.reading() as session:
        stored = set(await session.scalars(select(SignInSession.token_hash)))
    assert hashed(cookie(client)) in stored
    assert cookie(client) not in stored


@pytest.mark.statement(26)
async def test_in_production_the_cookie_is_bound_to_host_and_tls(app: FastAPI, ana: Known) -> None:
    app.state.settings = Settings(
        environment="production", secret_key="x" * 40, allowed_hosts=["testserver"],  # type: ignore[arg-type]
        base_url="https://top.example", smtp_url="smtps://mail.example",  # type: ignore[arg-type]
    )  # fmt: skip
    async with client_of(app) as client:
        client.base_url = httpx.URL("https://testserver")
        answer = await sign_in(client, ana.mail)
        given = next(one for one in answer.headers.get_list("set-cookie") if "session" in one)
        assert given.startswith("__Host-top_session=")
        assert "Secure" in given
        client.cookies.clear()
        carry(client, ana.token)
        assert not await is_signed_in(client)


@pytest.mark.statement(27)
@both_faces
async def test_signing_out_ends_the_session_and_clears_the_browser(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, face: str
) -> None:
    await sign_in(client, ana.mail, face=face)
    old = cookie(client)
    token = (await client.get("/api/v1/session")).json()["form_token"]
    if face == "page":
        answer = await client.post("/sign-out", data={"csrf": token})
    else:
        answer = await client.post("/api/v1/sign-out", headers={HEADER: token})
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert "top_session" not in client.cookies
    carry(client, old)
    assert not await is_signed_in(client)
    assert (await audited(app))[-1] == ("session.end", "done")


@pytest.mark.statement(34)
async def test_signing_in_leads_nowhere_but_here(client: httpx.AsyncClient, ana: Known) -> None:
    leads = {"/needs?q=a": "/needs?q=a"} | dict.fromkeys(
        (
            "//evil.example", "https:evil.example", "https://evil.example/", "/\\evil.example",
            "\\\\evil.example", "/\t/evil.example", "javascript:alert(1)", "evil", "", "/" + "a" * 5000,
        ),
        HOME,
    )  # fmt: skip
    for target, leads_to in leads.items():
        client.cookies.clear()
        answer = await sign_in(client, ana.mail, next=target)
        assert answer.headers["location"] == leads_to, target
        shown = await client.get("/sign-in", params={"next": target})
        assert shown.headers["location"] == leads_to, target


@pytest.mark.statement(30)
@both_faces
@pytest.mark.parametrize("sent", ["", "x" * 32, "another"])
async def test_signing_in_wants_the_token_of_its_own_page(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, face: str, sent: str
) -> None:
    async with client_of(app) as other:
        token = await form_token_of(other) if sent == "another" else sent
    await form_token_of(client)
    given = {"mail": ana.mail, "password": PASSWORD}
    if face == "page":
        answer = await client.post("/sign-in", data=given | {"csrf": token})
    else:
        answer = await client.post("/api/v1/sign-in", json=given, headers={HEADER: token})
    assert answer.status_code == 403
    assert "top_session" not in client.cookies


async def test_a_refused_form_keeps_the_mail_and_never_the_password(
    client: httpx.AsyncClient, ana: Known
) -> None:
    answer = await sign_in(client, "ana@example.com", "Geheimnis von gestern", next="/needs")
    assert 'value="ana@example.com"' in answer.text
    assert 'name="next" value="/needs"' in answer.text
    assert "Geheimnis" not in answer.text


async def test_the_session_names_browser_and_place_roughly(
    app: FastAPI, client: httpx.AsyncClient, ana: Known
) -> None:
    client.headers["user-agent"] = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140 Safari/537.36"
    await sign_in(client, ana.mail)
    async with app.state.database.reading() as session:
        devices = set(await session.scalars(select(SignInSession.device)))
    assert "Chrome · Windows" in devices
