"""Events of a payment provider: signed, done once in any order, and never lost."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from app.features.ledger.payments.receiving import settle_all
from app.features.ledger.payments.signature import HEADER, sign
from app.kit import clock
from tests.features.ledger.people import Cast, cast
from tests.people import signed_in

SECRET = "s" * 40
EN = {"accept-language": "en"}


class Provider:
    """What a provider sends, over the client of the test."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def tell(
        self, *, secret: str = SECRET, late: timedelta = timedelta(0), name: str = "acme", **event: Any
    ) -> httpx.Response:
        body = json.dumps(event).encode()
        signature = sign(secret, body, clock.now() - late)
        return await self._client.post(
            f"/api/v1/payments/{name}/events",
            content=body,
            headers={HEADER: signature, "content-type": "application/json"} | EN,
        )

    async def paid(self, company: str, *, id: str = "e1", **more: Any) -> httpx.Response:
        event = {"id": id, "kind": "paid", "payment": "p1", "company": company}
        return await self.tell(**(event | {"asset": "CNY", "amount": 12_050} | more))

    async def back(self, company: str, *, id: str = "e2", **more: Any) -> httpx.Response:
        return await self.paid(company, id=id, **({"kind": "charged_back"} | more))


@pytest.fixture
async def people(app: FastAPI) -> Cast:
    app.state.settings = app.state.settings.model_copy(
        update={"payment_secrets": {"acme": SecretStr(SECRET)}}
    )
    return await cast(app)


@pytest.fixture
async def provider(client: httpx.AsyncClient, people: Cast) -> AsyncIterator[Provider]:
    yield Provider(client)
    await people.books.check()


async def spendable(people: Cast) -> str:
    return (await people.books.of(people.ana_id)).spendable.plain()


async def test_a_payment_is_credited_once_however_often_it_is_told(people: Cast, provider: Provider) -> None:
    company = people.ana.company_public_id
    answers = [await provider.paid(company) for _ in range(3)]
    assert {(one.status_code, one.json()["state"]) for one in answers} == {(200, "matched")}
    assert len({one.json()["id"] for one in answers}) == 1
    again = await provider.paid(company, id="e9")  # another event of the same payment
    assert again.json()["state"] == "matched"
    assert await spendable(people) == "120.5"


async def test_an_event_id_with_another_content_is_refused(people: Cast, provider: Provider) -> None:
    company = people.ana.company_public_id
    await provider.paid(company)
    other = await provider.paid(company, amount=99)
    assert (other.status_code, other.json()["errors"][0]["field"]) == (409, "id")
    assert await spendable(people) == "120.5"


async def test_the_same_payment_with_another_amount_waits_for_staff(people: Cast, provider: Provider) -> None:
    company = people.ana.company_public_id
    await provider.paid(company)
    told = (await provider.paid(company, id="e3", amount=99)).json()
    assert (told["state"], told["problem"]) == ("unmatched", "paid_before")
    assert await spendable(people) == "120.5"


async def test_what_is_forged_late_or_of_nobody_is_refused(people: Cast, provider: Provider) -> None:
    cases: list[tuple[dict[str, Any], int, str]] = [
        ({"secret": "x" * 40}, 403, "does not match"),
        ({"late": timedelta(minutes=6)}, 403, "5 minutes"),
        ({"late": -timedelta(minutes=6)}, 403, "5 minutes"),
        ({"name": "nobody"}, 404, "no such payment provider"),
    ]
    for forged, status, told in cases:
        answer = await provider.paid(people.ana.company_public_id, **forged)
        assert answer.status_code == status
        assert told in answer.json()["detail"]
    assert await people.books.transfers() == 0


async def test_without_a_signature_nothing_is_read(people: Cast, client: httpx.AsyncClient) -> None:
    signed_in(client, people.fin)  # a session is no signature
    for header in ({}, {HEADER: "t=1,v1=" + "0" * 64}, {HEADER: "nonsense"}):
        answer = await client.post("/api/v1/payments/acme/events", json={"x": 1}, headers=header)
        assert answer.status_code == 403
        assert answer.json()["errors"][0]["field"] == "Top-Signature"


async def test_amounts_that_are_none_are_named(people: Cast, provider: Provider) -> None:
    for amount in (-1, 0, 1.5, 10**30, "12", None):
        answer = await provider.paid(people.ana.company_public_id, amount=amount)
        assert answer.status_code == 422
    assert await people.books.transfers() == 0


async def test_what_cannot_be_placed_waits_and_is_shown_to_staff(
    people: Cast, provider: Provider, client: httpx.AsyncClient
) -> None:
    cases: dict[str, dict[str, Any]] = {
        "company": {"company": "unknown"},
        "asset": {"asset": "USD"},
        "amount": {"amount": 10**12},
        "paid": {"kind": "charged_back"},
        "charged_back": {"kind": "chargeback_won"},
    }
    for problem, event in cases.items():
        asked = {"company": people.ana.company_public_id, "id": problem, "payment": f"p-{problem}"}
        told = (await provider.paid(**(asked | event))).json()
        assert (told["state"], told["problem"]) == ("unmatched", problem)
    signed_in(client, people.fin)
    waiting = (await client.get("/api/v1/staff/ledger/events")).json()["items"]
    assert [one["problem"] for one in waiting] == list(cases)
    assert (await client.get("/staff/ledger/events", headers=EN)).status_code == 200
    queues = (await client.get("/api/v1/staff")).json()["items"]
    assert {one["key"]: one["waiting"] for one in queues}["ledger-events"] == len(cases)


async def test_events_in_any_order_end_alike(people: Cast, provider: Provider) -> None:
    company = people.ana.company_public_id
    won = {"kind": "chargeback_won"}
    assert (await provider.paid(company, id="e3", **won)).json()["state"] == "unmatched"
    assert (await provider.back(company)).json()["state"] == "unmatched"
    assert (await provider.paid(company)).json()["state"] == "matched"
    assert (await provider.back(company)).json()["state"] == "matched"
    assert (await provider.paid(company, id="e3", **won)).json()["state"] == "matched"
    assert await spendable(people) == "120.5"
    assert (await people.books.of(people.ana_id)).frozen_until == {}


async def test_a_second_chargeback_of_a_payment_is_refused_and_kept(people: Cast, provider: Provider) -> None:
    company = people.ana.company_public_id
    await provider.paid(company)
    await provider.back(company)
    told = (await provider.back(company, id="e7")).json()
    assert (told["state"], told["problem"]) == ("refused", "reversed")
    above = (await provider.back(company, id="e8", payment="p2")).json()
    assert above["problem"] == "paid"
    assert await spendable(people) == "0"


async def test_staff_place_or_dismiss_what_waits(
    app: FastAPI, people: Cast, provider: Provider, client: httpx.AsyncClient
) -> None:
    first = (await provider.paid("unknown")).json()["id"]
    second = (await provider.paid("unknown", id="e2", payment="p2")).json()["id"]
    signed_in(client, people.fin)
    wrong = await client.post(f"/staff/ledger/events/{first}", data={"act": "settle", "company": "x"})
    assert wrong.status_code == 404
    assert 'value="x"' in wrong.text
    form = {"act": "settle", "company": people.ana.company_public_id}
    placed = await client.post(f"/staff/ledger/events/{first}", data=form)
    assert placed.headers["location"] == "/staff/ledger/events?done=matched"
    assert (await client.delete(f"/api/v1/staff/ledger/events/{second}")).status_code == 204
    assert (await client.delete(f"/api/v1/staff/ledger/events/{second}")).status_code == 409
    assert (await client.get("/api/v1/staff/ledger/events")).json()["items"] == []
    assert await spendable(people) == "120.5"
    assert await settle_all(app.state.database) == 0
