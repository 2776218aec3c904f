"""Topping up at a provider over HTTP: begun here, paid there, credited when its signed event says so."""

import json
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from app.features.ledger.payments.provider import HttpPaymentProvider
from app.features.ledger.payments.signature import HEADER, sign
from app.kit import clock
from tests.features.ledger.people import Cast, cast
from tests.features.ledger.providers import NAME, FakeProvider, Fault, fake_provider
from tests.people import signed_in

SECRET = "s" * 40
EN = {"accept-language": "en"}
ADDRESS = {"address": "https://pay.example/p/1"}


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    with fake_provider() as provider:
        provider.outcome = dict(ADDRESS)
        yield provider


@pytest.fixture
async def people(app: FastAPI, client: httpx.AsyncClient, fake: FakeProvider) -> AsyncIterator[Cast]:
    app.state.settings = app.state.settings.model_copy(update={"payment_secrets": {NAME: SecretStr(SECRET)}})
    app.state.payment_provider = HttpPaymentProvider(fake.wire(seconds=1))
    people = await cast(app)
    signed_in(client, people.ana)
    yield people
    await people.books.check()


async def begin(client: httpx.AsyncClient, amount: str, key: str = "k") -> httpx.Response:
    return await client.post(
        "/api/v1/wallet/top-ups", json={"amount": amount}, headers={"Idempotency-Key": key} | EN
    )


async def test_begun_paid_and_credited_once(
    people: Cast, client: httpx.AsyncClient, fake: FakeProvider
) -> None:
    begun = [await begin(client, "120.50") for _ in range(2)]
    assert {one.status_code for one in begun} == {200}
    told = begun[0].json()
    assert begun[1].json() == told
    assert (told["address"], told["credits"]["plain"]) == (ADDRESS["address"], "120.5")
    (order,) = fake.ordered.values()
    assert (order["company"], order["amount"]) == (people.ana.company_public_id, 12_050)
    assert (await people.books.of(people.ana_id)).spendable.plain() == "0"  # begun is not paid
    event = {name: order[name] for name in ("company", "asset", "amount")}
    body = json.dumps({"id": "e1", "kind": "paid", "payment": order["id"], **event}).encode()
    for _ in range(2):
        signed = {HEADER: sign(SECRET, body, clock.now()), "content-type": "application/json"}
        answer = await client.post(f"/api/v1/payments/{NAME}/events", content=body, headers=signed)
        assert answer.json()["state"] == "matched"
    assert (await people.books.of(people.ana_id)).spendable.plain() == "120.5"


async def test_the_page_shows_the_way_to_pay(people: Cast, client: httpx.AsyncClient) -> None:
    page = await client.post("/wallet/top-up", data={"amount": "20", "key": "k"}, headers=EN)
    assert page.status_code == 200
    assert f'href="{ADDRESS["address"]}"' in page.text
    wrong = await client.post("/wallet/top-up", data={"amount": "20.005", "key": "k"}, headers=EN)
    assert (wrong.status_code, 'value="20.005"' in wrong.text) == (422, True)


async def test_the_same_key_with_another_amount_is_refused(people: Cast, client: httpx.AsyncClient) -> None:
    await begin(client, "20")
    assert (await begin(client, "30")).status_code == 409


@pytest.mark.parametrize(
    "fault", ["lose_answer", "answer_never", "refuse_order", "error", "garbage", "other"]
)
async def test_a_provider_that_does_not_answer_is_told_and_nothing_moves(
    people: Cast, client: httpx.AsyncClient, fake: FakeProvider, fault: Fault
) -> None:
    fake.faults = [fault]
    refused = await begin(client, "20")
    assert (refused.status_code, "Nothing was paid" in refused.json()["detail"]) == (503, True)
    assert (await begin(client, "20")).status_code == 200
    assert len(fake.ordered) == 1
    assert await people.books.transfers() == 0


@pytest.mark.parametrize("address", ["javascript:alert(1)", "http://pay.example/", "", "https://", 7])
async def test_payers_are_led_to_safe_addresses_alone(
    people: Cast, client: httpx.AsyncClient, fake: FakeProvider, address: object
) -> None:
    fake.outcome = {"address": address}
    assert (await begin(client, "20")).status_code == 503


async def test_without_a_provider_the_other_way_is_told(
    app: FastAPI, people: Cast, client: httpx.AsyncClient
) -> None:
    app.state.payment_provider = None
    assert "bank transfer" in (await client.get("/wallet/top-up", headers=EN)).text
    assert (await begin(client, "20")).status_code == 403
    assert (await client.get("/wallet/top-up?done=paid")).status_code == 200
