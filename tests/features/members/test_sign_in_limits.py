"""How often one may guess a password: per account, per address, in all; and what stays untouched by it."""

import asyncio
import re

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.db.engine import Database
from app.features.members.limits import Limit
from app.features.members.signing_in import entering
from tests.application import client_of
from tests.features.members.visiting import is_signed_in, sign_in
from tests.people import PASSWORD, Known, add_company, add_person, signed_in

both_faces = pytest.mark.parametrize("face", ["page", "api"])


@pytest.fixture
async def ana(app: FastAPI) -> Known:
    company = await add_company(app.state.database, "甲公司")
    return await add_person(app.state.database, "安娜", company_id=company, mail="ana@example.com")


@pytest.fixture(autouse=True)
def _proxied(app: FastAPI) -> None:
    """So that a test can come from several addresses."""
    app.state.settings = app.state.settings.model_copy(update={"trusted_proxies": 1})


def come_from(client: httpx.AsyncClient, address: str) -> None:
    client.headers["x-forwarded-for"] = address


@pytest.mark.statement(21)
@both_faces
@pytest.mark.parametrize("mail", ["ana@example.com", "nobody@example.com"])
async def test_the_eleventh_wrong_password_waits_and_open_sessions_go_on(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, face: str, mail: str
) -> None:
    for number in range(10):
        come_from(client, f"203.0.113.{number}")
        assert (await sign_in(client, mail, "falsch und lang genug", face=face)).status_code == 401
    come_from(client, "203.0.113.99")
    refused = await sign_in(client, mail, PASSWORD, face=face)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 300
    async with client_of(app) as own:
        signed_in(own, ana)
        assert await is_signed_in(own)


@pytest.mark.statement(21)
@both_faces
async def test_one_address_may_not_go_through_accounts(
    client: httpx.AsyncClient, ana: Known, face: str
) -> None:
    come_from(client, "203.0.113.7")
    for number in range(10):
        answer = await sign_in(client, f"person{number}@example.com", "falsch und lang genug", face=face)
        assert answer.status_code == 401
    assert (await sign_in(client, ana.mail, face=face)).status_code == 429
    come_from(client, "203.0.113.8")
    assert (await sign_in(client, ana.mail, face=face)).status_code in (200, 303)


async def test_all_together_are_limited_too(
    client: httpx.AsyncClient, ana: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entering, "OF_ALL", Limit(3, entering.OF_ALL.window))
    for number in range(3):
        come_from(client, f"203.0.113.{number}")
        assert (await sign_in(client, f"p{number}@example.com", "falsch und lang")).status_code == 401
    come_from(client, "203.0.113.9")
    assert (await sign_in(client, ana.mail)).status_code == 429


async def test_right_passwords_do_not_count(client: httpx.AsyncClient, ana: Known) -> None:
    for _ in range(12):
        client.cookies.clear()
        assert (await sign_in(client, ana.mail)).status_code == 303


async def test_a_refused_form_keeps_what_was_typed_and_says_when(
    client: httpx.AsyncClient, ana: Known
) -> None:
    for _ in range(10):
        await sign_in(client, ana.mail, "falsch und lang genug")
    refused = await sign_in(client, ana.mail, next="/needs")
    assert 'value="ana@example.com"' in refused.text
    assert 'value="/needs"' in refused.text
    assert re.search(r"请在 \d 分钟后再试", refused.text)


@both_faces
async def test_without_counters_nobody_signs_in(
    owned_database: Database, client: httpx.AsyncClient, ana: Known, face: str
) -> None:
    async with owned_database.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE counters RENAME TO gone"))
    refused = await sign_in(client, ana.mail, face=face)
    assert refused.status_code in (500, 503)
    assert "top_session" not in client.cookies


async def test_sixty_at_once_all_get_in(app: FastAPI) -> None:
    company = await add_company(app.state.database, "甲公司")
    people = [await add_person(app.state.database, f"人{n}", company_id=company) for n in range(60)]

    async def enter(number: int, who: Known) -> int:
        async with client_of(app, raise_errors=False) as client:
            come_from(client, f"203.0.113.{number}")
            return (await sign_in(client, who.mail)).status_code

    answers = await asyncio.gather(*(enter(number, who) for number, who in enumerate(people)))
    assert answers == [303] * 60
