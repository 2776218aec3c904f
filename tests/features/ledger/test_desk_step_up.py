"""Finance staff act with a second factor of the last ten minutes; reading goes on with the session's."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
import time_machine
from fastapi import FastAPI

from app.kit import clock
from app.web.csrf import SAFE_METHODS
from app.web.policy import policies
from tests.features.ledger.people import Cast, cast
from tests.features.members.factors import code_now, with_app
from tests.people import carry, form_token, signed_in

EN = {"accept-language": "en"}
ACTING = ("/staff/ledger/proposals", "/staff/ledger/appeals")
EMPTY = ("/staff/ledger/payouts", "/staff/ledger/events")


@pytest.fixture
async def people(app: FastAPI) -> Cast:
    return await cast(app)


@pytest.fixture
async def later(people: Cast, client: httpx.AsyncClient) -> AsyncIterator[httpx.AsyncClient]:
    """The desk of one of finance, eleven minutes after the second factor."""
    signed_in(client, people.fin)
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        yield client


def acts(app: FastAPI) -> list[tuple[str, str]]:
    """Every way to change something at the desk, also those that come later."""
    found = [
        (method, re.sub(r"{\w+}", "x", path))
        for path, methods, _ in policies(app.routes)
        for method in sorted(methods - SAFE_METHODS)
        if "/staff/ledger" in path
    ]
    assert len(found) > 15
    return found


async def test_no_act_of_the_desk_goes_without_a_fresh_factor(app: FastAPI, later: httpx.AsyncClient) -> None:
    for method, path in acts(app):
        answer = await later.request(method, path, headers={"referer": "http://testserver/staff/ledger"})
        if path.startswith("/api/"):
            assert (answer.status_code, "二次" in answer.text or "再验证" in answer.text) == (403, True), path
        else:
            assert answer.headers["location"] == "/second-factor?next=/staff/ledger", path


async def test_reading_goes_on_and_the_page_says_what_acting_needs(
    people: Cast, client: httpx.AsyncClient
) -> None:
    company = f"/staff/ledger/companies/{people.ana.company_public_id}"
    words = {"en": "You will be asked for your second factor", "zh-CN": "提交时要再验证一次身份"}
    signed_in(client, people.fin)
    frozen = await client.post(
        f"{company}/freeze", data={"account": "wallet", "days": "3", "reason": "asked"}
    )
    assert frozen.status_code == 303
    for language, said in words.items():
        for path in (company, *ACTING):
            assert said not in (await client.get(path, headers={"accept-language": language})).text, path
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        for language, said in words.items():
            for path in (company, *ACTING):
                page = await client.get(path, headers={"accept-language": language})
                assert (page.status_code, said in page.text) == (200, True), path
                assert f'href="/second-factor?next={path}"' in page.text
            for path in ("/staff/ledger", *EMPTY):  # nothing to act on
                page = await client.get(path, headers={"accept-language": language})
                assert (page.status_code, said in page.text) == (200, False), path
        assert (await client.get(f"/api/v1{company}")).status_code == 200


async def test_with_the_factor_given_again_money_moves(
    app: FastAPI, people: Cast, client: httpx.AsyncClient
) -> None:
    totp, _, token = await with_app(app, people.fin)
    company = f"/staff/ledger/companies/{people.ana.company_public_id}"
    receipt = {"amount": "250", "reference": "R-1", "key": "a"}
    carry(client, token)
    client.headers["x-csrf-token"] = form_token(client, token)
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        assert (await client.post(f"{company}/top_up", data=receipt)).status_code == 403
        assert (await people.books.of(people.ana_id)).spendable.minor == 0
        given = await client.post("/second-factor", data={"code": code_now(totp), "next": company})
        assert given.headers["location"] == company
        client.headers["x-csrf-token"] = form_token(client, client.cookies["top_session"])
        done = await client.post(f"{company}/top_up", data=receipt)
        assert done.headers["location"] == f"{company}?done=top_up"
    assert (await people.books.of(people.ana_id)).spendable.plain() == "250"
