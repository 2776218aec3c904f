"""The second factor: completes signing in, steps up, works once, and is limited."""

from datetime import timedelta

import httpx
import pyotp
import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy import select, update

from app.db.writing import run_write
from app.features.members.audit.models import AuditEntry
from app.features.members.models import Person
from app.features.members.signing_in.models import CodeSeed, RecoveryCode
from app.kit import clock
from app.web.csrf import HEADER
from tests.application import client_of
from tests.features.members.factors import code_now, with_app
from tests.features.members.visiting import cookie, form_token_of, is_signed_in, sign_in
from tests.people import Known, add_company, add_person, carry, signed_in

both_faces = pytest.mark.parametrize("face", ["page", "api"])


@pytest.fixture
async def ana(app: FastAPI) -> Known:
    company = await add_company(app.state.database, "甲公司")
    return await add_person(app.state.database, "安娜", company_id=company, mail="ana@example.com")


async def give(client: httpx.AsyncClient, code: str, face: str, **more: str) -> httpx.Response:
    token = (await client.get("/api/v1/session")).json()["form_token"]
    if face == "page":
        return await client.post("/second-factor", data={"csrf": token, "code": code, **more})
    return await client.post("/api/v1/second-factor", json={"code": code}, headers={HEADER: token})


@both_faces
async def test_with_a_factor_the_password_alone_opens_nothing(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, face: str
) -> None:
    totp, _, _ = await with_app(app, ana)
    entered = await sign_in(client, ana.mail, face=face, next="/account")
    if face == "page":
        assert entered.headers["location"] == "/second-factor?next=/account"
    else:
        assert entered.json()["awaits_second_factor"]
    assert not await is_signed_in(client)
    assert (await client.get("/account/second-factors")).status_code == 303
    assert (await client.get("/api/v1/account/second-factors")).status_code == 401
    before = cookie(client)
    given = await give(client, code_now(totp), face, next="/account")
    assert given.status_code == (303 if face == "page" else 200)
    assert await is_signed_in(client)
    after = cookie(client)
    assert after != before, "statement 25: a new session id"
    carry(client, before)
    assert not await is_signed_in(client)
    assert (await client.get("/second-factor")).status_code == 303


@pytest.mark.statement(23)
@both_faces
async def test_no_code_works_twice(app: FastAPI, client: httpx.AsyncClient, ana: Known, face: str) -> None:
    totp, _, _ = await with_app(app, ana)
    code = code_now(totp)
    await sign_in(client, ana.mail)
    assert (await give(client, code, face)).status_code in (200, 303)
    async with client_of(app, raise_errors=False) as other:
        await sign_in(other, ana.mail)
        refused = await give(other, code, face)
        assert refused.status_code == 401
        assert "用过" in refused.text
        older = await give(other, code_now(totp, away=-1), face)
        assert older.status_code == 401
        assert not await is_signed_in(other)


@pytest.mark.statement(23)
@both_faces
async def test_the_sixth_wrong_code_waits(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, face: str
) -> None:
    totp, recovery, token = await with_app(app, ana)
    await sign_in(client, ana.mail)
    for _ in range(5):
        assert (await give(client, "not a code", face)).status_code == 401
    for code in (code_now(totp), recovery[0]):
        refused = await give(client, code, face)
        assert refused.status_code == 429
        assert 0 < int(refused.headers["retry-after"]) <= 300
    async with client_of(app) as open_session:
        carry(open_session, token)
        assert await is_signed_in(open_session)


async def test_patience_does_not_help_guessing(app: FastAPI, client: httpx.AsyncClient, ana: Known) -> None:
    await with_app(app, ana)
    await sign_in(client, ana.mail)
    answers = []
    with time_machine.travel(clock.now(), tick=False) as travel:
        for _ in range(5):
            for _ in range(5):
                answers.append((await give(client, "no code", "api")).status_code)
            travel.shift(timedelta(minutes=6))
    assert answers == [401] * 20 + [429] * 5, "20 in an hour"


@pytest.mark.statement(24)
@both_faces
async def test_a_recovery_code_works_once_and_only_its_hash_is_stored(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, face: str
) -> None:
    _, recovery, _ = await with_app(app, ana)
    assert len(set(recovery)) == 8
    async with app.state.database.reading() as session:
        stored = str((await session.execute(select(RecoveryCode.__table__))).all())
    assert not any(code in stored or code.replace("-", "") in stored for code in recovery)
    await sign_in(client, ana.mail)
    assert (await give(client, f" {recovery[3].upper()} ", face)).status_code in (200, 303)
    async with client_of(app, raise_errors=False) as other:
        await sign_in(other, ana.mail)
        assert (await give(other, recovery[3], face)).status_code == 401
        assert (await give(other, recovery[4], face)).status_code in (200, 303)


@pytest.mark.parametrize("away", [-1, 0, 1])
async def test_a_clock_may_be_off_by_half_a_minute(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, away: int
) -> None:
    totp, _, _ = await with_app(app, ana)
    forget = update(CodeSeed).values(last_step=0)
    await run_write(app.state.database, lambda session: session.execute(forget))
    await sign_in(client, ana.mail)
    assert (await give(client, code_now(totp, away=away), "api")).status_code == 200


@pytest.mark.parametrize("away", [-9, -3, 3, 9])
async def test_a_clock_that_is_further_off_is_told(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, away: int
) -> None:
    totp, recovery, _ = await with_app(app, ana)
    await sign_in(client, ana.mail)
    refused = await give(client, code_now(totp, away=away), "page")
    assert refused.status_code == 401
    assert "自动设置时间" in refused.text
    assert (await give(client, recovery[0], "page")).status_code == 303


async def test_the_seed_is_sealed(app: FastAPI, ana: Known) -> None:
    totp, _, _ = await with_app(app, ana)
    async with app.state.database.reading() as session:
        stored = str((await session.execute(select(CodeSeed.__table__))).all())
    assert totp.secret not in stored
    assert len(totp.secret) == 32, "160 bits"


async def test_a_seed_whose_key_is_gone_leaves_the_recovery_codes(
    app: FastAPI, client: httpx.AsyncClient, ana: Known
) -> None:
    totp, recovery, _ = await with_app(app, ana)
    lost = update(CodeSeed).values(sealed="00000000.AAAA")
    await run_write(app.state.database, lambda session: session.execute(lost))
    await sign_in(client, ana.mail)
    assert (await give(client, code_now(totp), "page")).status_code == 401
    assert (await give(client, recovery[0], "page")).status_code == 303


@both_faces
async def test_the_first_factor_is_added_and_shown_once(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, face: str
) -> None:
    signed_in(client, ana)
    async with client_of(app) as elsewhere:
        await sign_in(elsewhere, ana.mail)
        if face == "page":
            started = await client.post("/account/second-factors/codes/start", data={"next": "/needs"})
            assert started.headers["location"] == "/account/second-factors/codes?next=/needs"
            page = await client.get("/account/second-factors/codes")
            secret = page.text.split('class="secret" translate="no">')[1].split("<")[0].replace(" ", "")
            assert 'src="data:image/svg+xml' in page.text
            wrong = await client.post("/account/second-factors/codes", data={"code": "000 000"})
            assert wrong.status_code == 401
            code = code_now(pyotp.TOTP(secret))
            done = await client.post("/account/second-factors/codes", data={"code": code, "next": "/needs"})
            assert done.text.count("<code>") == 8
            assert 'href="/needs"' in done.text
        else:
            seed = (await client.post("/api/v1/account/second-factors/codes/start")).json()
            code = code_now(pyotp.TOTP(seed["secret"]))
            done = await client.post("/api/v1/account/second-factors/codes", json={"code": code})
            assert len(done.json()["recovery_codes"]) == 8
        assert done.status_code == 200
        assert not await is_signed_in(elsewhere), "other sessions end"
    assert cookie(client) != ana.token
    assert (await client.get("/account/second-factors/codes")).status_code == 303, "the seed is shown no more"
    factors = (await client.get("/api/v1/account/second-factors")).json()
    assert factors["codes_since"]
    assert factors["recovery_codes_left"] == 8


@both_faces
async def test_who_has_a_factor_gives_it_before_changing_any(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, face: str
) -> None:
    totp, _, token = await with_app(app, ana)
    carry(client, token)
    later = clock.now() + timedelta(minutes=11)
    with time_machine.travel(later, tick=True):
        client.headers[HEADER] = (await client.get("/api/v1/session")).json()["form_token"]
        if face == "page":
            client.headers["referer"] = "http://testserver/account/second-factors"
            for path in ("codes/start", "codes/remove", "recovery-codes", "passkeys"):
                refused = await client.post(f"/account/second-factors/{path}")
                assert refused.headers["location"] == "/second-factor?next=/account/second-factors", path
        else:
            for method, path in (
                ("POST", "codes/start"), ("DELETE", "codes"), ("POST", "recovery-codes"),
                ("POST", "passkeys/options"), ("DELETE", "passkeys/x"),
            ):  # fmt: skip
                refused = await client.request(method, f"/api/v1/account/second-factors/{path}")
                assert refused.status_code == 403, path
        assert (await give(client, code_now(totp), face)).status_code in (200, 303)
        client.headers[HEADER] = (await client.get("/api/v1/session")).json()["form_token"]
        removed = await client.delete("/api/v1/account/second-factors/codes")
        assert removed.status_code == 204
    factors = (await client.get("/api/v1/account/second-factors")).json()
    assert factors == {"codes_since": None, "passkeys": [], "recovery_codes_left": 0}


@pytest.mark.parametrize("who", ["admin", "staff"])
async def test_admins_and_staff_keep_one_factor(app: FastAPI, client: httpx.AsyncClient, who: str) -> None:
    database = app.state.database
    company = await add_company(database, "甲公司") if who == "admin" else None
    person = await add_person(database, "安", company_id=company, role="admin", staff_roles=())
    _, _, token = await with_app(app, person)
    carry(client, token)
    client.headers[HEADER] = (await client.get("/api/v1/session")).json()["form_token"]
    refused = await client.delete("/api/v1/account/second-factors/codes")
    assert refused.status_code == 409
    assert (await client.get("/api/v1/account/second-factors")).json()["codes_since"]


async def test_staff_without_a_factor_are_led_to_one_at_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    mo = await add_person(app.state.database, "莫", staff_roles=("moderator",))
    entered = await sign_in(client, mo.mail)
    assert entered.headers["location"] == "/account/second-factors?next=/staff"
    refused = await client.get("/staff")
    assert refused.headers["location"].startswith("/second-factor?next=/staff")
    onward = await client.get(refused.headers["location"])
    assert onward.headers["location"] == "/account/second-factors?next=/staff"


async def test_nobody_gives_a_factor_without_a_password(client: httpx.AsyncClient) -> None:
    token = await form_token_of(client)
    answer = await client.post("/second-factor", data={"csrf": token, "code": "123456"})
    assert answer.headers["location"].startswith("/sign-in")
    assert (await client.post("/api/v1/second-factor", json={"code": "1"})).status_code == 401


async def test_what_happens_with_factors_is_audited(
    app: FastAPI, client: httpx.AsyncClient, ana: Known
) -> None:
    totp, _, _ = await with_app(app, ana)
    await sign_in(client, ana.mail)
    await give(client, "wrong", "page")
    await give(client, code_now(totp), "page")
    async with app.state.database.reading() as session:
        rows = await session.execute(
            select(AuditEntry.action, AuditEntry.result, AuditEntry.actor_id).order_by(AuditEntry.id)
        )
        last = [tuple(row) for row in rows][-4:]
        person_id = await session.scalar(select(Person.id).where(Person.mail == ana.mail))
    assert last == [
        ("second_factor.add", "done", person_id),
        ("session.start", "done", person_id),
        ("second_factor.give", "denied", person_id),
        ("second_factor.give", "done", person_id),
    ]


@pytest.mark.parametrize("sent", ["[" * 4_990, "{", "7", '{"id": NaN}', '{"id": "x", "response": 7}'])
async def test_a_credential_that_nobody_can_read_is_a_wrong_one(
    client: httpx.AsyncClient, ana: Known, sent: str
) -> None:
    signed_in(client, ana)
    await client.post("/api/v1/account/second-factors/passkeys/options")
    answer = await client.post("/account/second-factors/passkeys", data={"credential": sent})
    assert answer.status_code == 401
