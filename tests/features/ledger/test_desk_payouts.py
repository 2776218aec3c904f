"""Payouts that a provider carries out, at the desk: its number, its doubts, two people who end them."""

from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text, update

from app.features.ledger import actions as ledger
from app.features.ledger.kinds import AccountKind
from app.features.ledger.paying_out.carrying import carry_payouts
from app.features.ledger.side_models import LedgerPayout
from app.kit.amount import credits
from tests.features.ledger.people import Cast, cast
from tests.features.ledger.providers import NAME, FakeProvider, fake_provider
from tests.people import signed_in

EN = {"accept-language": "en"}


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    with fake_provider() as provider:
        yield provider


@pytest.fixture
async def people(app: FastAPI) -> Cast:
    app.state.settings = app.state.settings.model_copy(update={"payout_provider": NAME})
    return await cast(app)


@pytest.fixture
async def payout(people: Cast) -> str:
    books = people.books
    await books.top_up(people.ana_id, 100)
    await books.buy(100, people.bo_id, buyer=people.ana_id, fee=0)
    await books.make_due()
    await books.release(people.bo_id)
    asked = await books.run(
        lambda s: ledger.request_payout(
            s, key=books.key(people.bo_id), company_id=people.bo_id, amount=credits(60), actor_id=None
        )
    )
    return str(asked.public_id)


async def test_what_a_provider_carries_out_no_single_person_moves(
    people: Cast, client: httpx.AsyncClient, payout: str, fake: FakeProvider
) -> None:
    signed_in(client, people.fin)
    address = f"/staff/ledger/payouts/{payout}"
    assert "within a minute" in (await client.get("/staff/ledger/payouts", headers=EN)).text
    early = await client.post(f"/api/v1{address}", json={"step": "sent"}, headers=EN)
    assert (early.status_code, NAME in early.json()["detail"]) == (409, True)
    fake.outcome = {"state": "under_way", "reference": "B-1"}
    await carry_payouts(people.books.database, fake.client())
    (told,) = (await client.get("/api/v1/staff/ledger/payouts")).json()["items"]
    assert (told["state"], told["provider"], told["reference"]) == ("sent", NAME, "B-1")
    page = await client.get("/staff/ledger/payouts", headers=EN)
    assert "B-1" in page.text
    assert 'name="step"' not in page.text  # nothing is in doubt: nothing to do
    for step in ("settled", "failed", "propose_settled", "propose_failed", "cleared"):
        body = {"step": step, "reference": "B-1", "reason": "r"}
        refused = await client.post(f"/api/v1{address}", json=body, headers=EN)
        assert refused.status_code == 409, step


async def test_a_doubt_is_shown_proposed_and_ended_by_another(
    people: Cast, client: httpx.AsyncClient, payout: str, fake: FakeProvider
) -> None:
    fake.faults = ["lose_answer"]
    await carry_payouts(people.books.database, fake.client())
    await people.books.write(update(LedgerPayout).values(asked_at=text("'2020-01-01 00:00:00'")))
    signed_in(client, people.fin)
    assert "the provider did not answer" in (await client.get("/staff/ledger/payouts", headers=EN)).text
    address = f"/staff/ledger/payouts/{payout}"
    empty = await client.post(address, data={"step": "propose_settled", "reason": "by phone"}, headers=EN)
    assert (empty.status_code, "by phone" in empty.text) == (422, True)
    form = {"step": "propose_settled", "reference": "B-7", "reason": "by phone"}
    assert (await client.post(address, data=form)).status_code == 303
    assert "waits for a second person" in (await client.get("/staff/ledger/payouts", headers=EN)).text
    (proposal,) = (await client.get("/api/v1/staff/ledger/proposals", headers=EN)).json()["items"]
    assert (proposal["kind"], proposal["words"]) == ("payout", [f"Payout {payout} was paid, number B-7"])
    decision = f"/api/v1/staff/ledger/proposals/{proposal['id']}/decision"
    assert (await client.post(decision, json={"approve": True})).status_code == 403
    signed_in(client, people.con)
    assert (await client.post(decision, json={"approve": True})).status_code == 200
    assert await people.books.balance(AccountKind.PAYOUT_SETTLED) == 60_000
    assert "B-7" in (await client.get("/staff/ledger/payouts")).text
    await people.books.check()


async def test_a_contradiction_stays_in_the_queue_until_it_was_corrected(
    people: Cast, client: httpx.AsyncClient, payout: str
) -> None:
    contradicted = {"state": "failed", "failure": "no", "provider": NAME, "doubt": "contradicts"}
    await people.books.run(lambda s: ledger.mark_payout_sent(s, payout, provider=NAME))
    await people.books.run(lambda s: ledger.fail_payout(s, payout, reason="no"))
    await people.books.write(update(LedgerPayout).values(**contradicted))
    signed_in(client, people.fin)
    (told,) = (await client.get("/api/v1/staff/ledger/payouts")).json()["items"]
    assert (told["state"], told["doubt"]) == ("failed", "contradicts")
    assert "somebody has to look" in (await client.get("/staff/ledger/payouts", headers=EN)).text
    address = f"/staff/ledger/payouts/{payout}"
    assert (await client.post(address, data={"step": "cleared"})).status_code == 303
    assert (await client.get("/api/v1/staff/ledger/payouts")).json()["items"] == []
    assert (await client.post(address, data={"step": "cleared"})).status_code == 409
