"""A first second factor wants the password just given; what a passkey was asked counts for one answer."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pyotp
import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy import select, update

from app.db.writing import run_write
from app.features.members.audit.models import AuditEntry
from app.features.members.signing_in.models import Passkey, SignInSession
from app.kit import clock
from app.web.csrf import HEADER
from tests.application import client_of
from tests.features.members.factors import code_now
from tests.features.members.visiting import cookie, is_signed_in
from tests.people import PASSWORD, Known, add_company, add_person, carry, form_token, signed_in

both_faces = pytest.mark.parametrize("face", ["page", "api"])
FACTORS = "/account/second-factors"
AGAIN = "/account/password/again"
EN = {"accept-language": "en"}


@pytest.fixture
async def ana(app: FastAPI) -> Known:
    company = await add_company(app.state.database, "甲公司")
    return await add_person(app.state.database, "安娜", company_id=company, mail="ana@example.com")


@pytest.fixture
async def left_open(client: httpx.AsyncClient, ana: Known) -> AsyncIterator[httpx.AsyncClient]:
    """Her browser, eleven minutes after she signed in."""
    signed_in(client, ana)
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        yield client


async def test_at_a_browser_left_open_nobody_adds_a_first_factor(left_open: httpx.AsyncClient) -> None:
    left_open.headers["referer"] = f"http://testserver{FACTORS}"
    for path in ("codes/start", "codes", "passkeys"):
        refused = await left_open.post(f"{FACTORS}/{path}", data={"code": "123456"})
        assert refused.headers["location"] == f"{AGAIN}?next={FACTORS}", path
    shown = await left_open.get(f"{FACTORS}?next=/staff")
    assert shown.headers["location"] == f"{AGAIN}?next={FACTORS}%3Fnext%3D/staff"
    for path, body in (
        ("codes/start", None), ("codes", {"code": "123456"}), ("passkeys/options", None),
        ("passkeys", {"credential": {}}),
    ):  # fmt: skip
        answer = await left_open.post(f"/api/v1{FACTORS}/{path}", json=body, headers=EN)
        assert (answer.status_code, "password once more" in answer.json()["detail"]) == (403, True), path


@both_faces
async def test_the_password_given_once_more_opens_it_for_ten_minutes(
    app: FastAPI, left_open: httpx.AsyncClient, ana: Known, face: str
) -> None:
    wrong, right = {"password": "not hers at all"}, {"password": PASSWORD}
    if face == "page":
        for language, words in (("en", "Your password once more"), ("zh-CN", "再输入一次密码")):
            page = await left_open.get(f"{AGAIN}?next={FACTORS}", headers={"accept-language": language})
            assert words in page.text
        refused = await left_open.post(AGAIN, data=wrong | {"next": FACTORS})
        assert (refused.status_code, f'value="{FACTORS}"' in refused.text) == (422, True)
        assert (await left_open.get(FACTORS)).status_code == 303
        onward = await left_open.post(AGAIN, data=right | {"next": FACTORS})
        assert onward.headers["location"] == FACTORS
        left_open.headers[HEADER] = form_token(left_open, cookie(left_open))
        sly = await left_open.post(AGAIN, data=right | {"next": "//evil.example"})
        assert sly.headers["location"] == "/account"
    else:
        assert (await left_open.post(f"/api/v1{AGAIN}", json=wrong)).status_code == 422
        assert (await left_open.post(f"/api/v1{FACTORS}/codes/start")).status_code == 403
        given = await left_open.post(f"/api/v1{AGAIN}", json=right)
        left_open.headers[HEADER] = given.json()["form_token"]
    left_open.headers[HEADER] = form_token(left_open, cookie(left_open))
    assert (await left_open.get(FACTORS)).status_code == 200
    assert (await left_open.post(f"/api/v1{FACTORS}/codes/start")).status_code == 200
    assert cookie(left_open) != ana.token
    async with client_of(app) as thief:
        carry(thief, ana.token)
        assert not await is_signed_in(thief), "whoever copied the cookie profits"
    async with app.state.database.reading() as session:
        told = list(await session.scalars(select(AuditEntry.action)))
    assert "password.give" in told


@both_faces
async def test_guessing_it_there_is_limited(left_open: httpx.AsyncClient, face: str) -> None:
    answers = []
    for _ in range(11):
        wrong = {"password": "not hers at all"}
        if face == "page":
            answers.append((await left_open.post(AGAIN, data=wrong)).status_code)
        else:
            answers.append((await left_open.post(f"/api/v1{AGAIN}", json=wrong)).status_code)
    assert answers == [422] * 10 + [429]


async def test_whoever_has_just_signed_in_is_not_asked_again(client: httpx.AsyncClient, ana: Known) -> None:
    signed_in(client, ana)
    assert (await client.get(FACTORS)).status_code == 200
    assert (await client.post(f"/api/v1{FACTORS}/codes/start")).status_code == 200


async def test_a_factor_just_given_stands_for_the_password(app: FastAPI, client: httpx.AsyncClient) -> None:
    """A second one: it is the first that counts then, as before."""
    company = await add_company(app.state.database, "甲公司")
    ana = await add_person(app.state.database, "安娜", company_id=company)
    signed_in(client, ana)
    seed = (await client.post(f"/api/v1{FACTORS}/codes/start")).json()
    added = await client.post(f"/api/v1{FACTORS}/codes", json={"code": code_now(pyotp.TOTP(seed["secret"]))})
    assert added.status_code == 200
    long_ago = update(SignInSession).values(password_at=None)
    await run_write(app.state.database, lambda session: session.execute(long_ago))
    client.headers["x-csrf-token"] = added.json()["form_token"]
    assert (await client.post(f"/api/v1{FACTORS}/passkeys/options")).status_code == 200


async def challenge_of(app: FastAPI, who: Known) -> str | None:
    wanted = select(SignInSession.challenge).where(SignInSession.person_id == who.person_id)
    async with app.state.database.reading() as session:
        found: str | None = await session.scalar(wanted)
        return found


async def own_passkey(app: FastAPI, who: Known) -> None:
    made = Passkey(
        public_id="p", person_id=who.person_id, credential_id="AAAA", public_key="AAAA", sign_count=0,
        name="key", created_at=clock.now(),
    )  # fmt: skip

    async def work(session: object) -> None:
        session.add(made)  # type: ignore[attr-defined]

    await run_write(app.state.database, work)


@both_faces
@pytest.mark.parametrize("what", ["give", "add"])
async def test_an_answer_that_fails_uses_the_question_up(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, face: str, what: str
) -> None:
    """Else one question could be answered until an answer fits."""
    signed_in(client, ana)
    place = f"{FACTORS}/passkeys" if what == "add" else "/second-factor"
    if what == "give":
        await own_passkey(app, ana)
    options = f"{FACTORS}/passkeys/options" if what == "add" else "/second-factor/passkey/options"
    assert (await client.post(f"/api/v1{options}")).status_code == 200
    assert await challenge_of(app, ana) is not None
    answer = {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}}
    if face == "page":
        sent = await client.post(place, data={"credential": json.dumps(answer)})
    else:
        api = f"{place}/passkey" if what == "give" else place
        sent = await client.post(f"/api/v1{api}", json={"credential": answer})
    assert sent.status_code == 401
    assert await challenge_of(app, ana) is None
