"""Finance staff: credits and freezes with a trail, two people for what is large, ids and amounts alone."""

from collections.abc import Sequence
from datetime import timedelta

import httpx
import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy import select

from app.features.ledger.causes import LEDGER_CAUSES, CauseKind, CauseRegistry, KnownCause
from app.features.members.audit.models import AuditEntry
from app.kit import clock
from app.kit.text import Text
from tests.features.ledger.people import Cast, cast
from tests.people import add_person, signed_in

EN = {"accept-language": "en"}


@pytest.fixture
async def people(app: FastAPI) -> Cast:
    return await cast(app)


async def trail_of(app: FastAPI, company_id: int) -> list[str]:
    async with app.state.database.reading() as session:
        found = select(AuditEntry.action).where(AuditEntry.company_id == company_id).order_by(AuditEntry.id)
        return list(await session.scalars(found))


@pytest.mark.statement(18)
async def test_finance_reads_ids_and_amounts_and_the_company_sees_that_it_did(
    app: FastAPI, people: Cast, client: httpx.AsyncClient
) -> None:
    await people.books.top_up(people.ana_id, 100)
    await people.books.buy(40, people.bo_id, buyer=people.ana_id)
    signed_in(client, people.fin)
    page = await client.get(f"/staff/ledger/companies/{people.ana.company_public_id}", headers=EN)
    assert page.status_code == 200
    assert "60\u00a0credits" in page.text
    assert "甲公司" not in page.text
    told = await client.get(f"/api/v1/staff/ledger/companies/{people.ana.company_public_id}")
    assert told.json()["spendable"]["plain"] == "60"
    assert {line["kind"] for line in told.json()["lines"]} == {"top_up", "download"}
    assert "甲公司" not in told.text
    assert await trail_of(app, people.ana_id) == ["ledger.read", "ledger.read"]


@pytest.mark.statement(18)
async def test_what_was_bought_has_a_name_for_its_buyer_and_none_for_finance(
    app: FastAPI, people: Cast, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The room that sold it names it, and a name may say whose need it was."""

    async def describe(session: object, viewer: object, ids: Sequence[str]) -> dict[str, KnownCause]:
        return {one: KnownCause(Text("某某医院改造", "Some hospital"), "/items/1") for one in ids}

    named = CauseRegistry([LEDGER_CAUSES, {"purchase": CauseKind(Text("购买", "Purchase"), describe)}])
    monkeypatch.setitem(app.state._state, "causes", named)
    await people.books.top_up(people.ana_id, 100)
    await people.books.buy(40, people.bo_id, buyer=people.ana_id)
    desk = f"/staff/ledger/companies/{people.ana.company_public_id}"
    for who, addresses, names_it in (
        (people.ana, ("/wallet/statement", "/api/v1/wallet/statement"), True),
        (people.fin, (desk, f"/api/v1{desk}"), False),
    ):
        signed_in(client, who)
        for address in addresses:
            answer = await client.get(address)
            assert answer.status_code == 200, address
            assert ("某某医院改造" in answer.text) == names_it, address


@pytest.mark.parametrize(
    "path",
    ["/staff/ledger", "/staff/ledger/proposals", "/staff/ledger/payouts", "/staff/ledger/appeals"],
)
async def test_the_console_is_open_to_finance_alone(
    app: FastAPI, people: Cast, client: httpx.AsyncClient, path: str
) -> None:
    signed_in(client, people.ana)
    assert (await client.get(path)).status_code == 404
    moderator = await add_person(app.state.database, "莫", staff_roles=("moderator",), second_factor=True)
    signed_in(client, moderator)
    assert (await client.get(path)).status_code == 404
    signed_in(client, people.fin)
    for language in ("zh-CN", "en"):
        assert (await client.get(path, headers={"accept-language": language})).status_code == 200


async def test_a_receipt_is_booked_once_whoever_books_it(
    app: FastAPI, people: Cast, client: httpx.AsyncClient
) -> None:
    address = f"/staff/ledger/companies/{people.ana.company_public_id}"
    receipt = {"amount": "250", "reference": "R-1", "key": "a"}
    signed_in(client, people.fin)
    assert (await client.post(f"{address}/top_up", data=receipt)).status_code == 303
    signed_in(client, people.con)
    assert (await client.post(f"{address}/top_up", data=receipt | {"key": "b"})).status_code == 303
    other = await client.post(f"{address}/top_up", data=receipt | {"amount": "300"}, headers=EN)
    assert other.status_code == 409
    assert "Check its number" in other.text
    assert 'value="300"' in other.text  # what was typed stays
    api = await client.post(
        f"/api/v1{address}/top-ups", json={"amount": "250"}, headers={"Idempotency-Key": "R-1"}
    )
    assert api.json()["replayed"] is True
    assert (await people.books.of(people.ana_id)).spendable.plain() == "250"
    assert (await trail_of(app, people.ana_id)).count("ledger.top_up") == 1
    await people.books.check()


@pytest.mark.statement(50)
@pytest.mark.parametrize("amount", ["-1", "0", "0.0001", "1e30", "9" * 31, "ten", "5 USD"])
async def test_amounts_that_are_none_post_nothing(
    people: Cast, client: httpx.AsyncClient, amount: str
) -> None:
    signed_in(client, people.fin)
    address = f"/staff/ledger/companies/{people.ana.company_public_id}"
    page = await client.post(f"{address}/top_up", data={"amount": amount, "reference": "R-2", "key": "a"})
    api = await client.post(
        f"/api/v1{address}/top-ups", json={"amount": amount}, headers={"Idempotency-Key": "R-2"}
    )
    assert (page.status_code, api.status_code) == (422, 422)
    assert api.json()["errors"][0]["field"] == "amount"
    assert await people.books.transfers() == 0


async def test_small_gifts_add_up_whoever_gives_them(people: Cast, client: httpx.AsyncClient) -> None:
    async def give(what: str, amount: str, key: str, company: str = people.ana.company_public_id) -> int:
        body = {"amount": amount} | ({"reference": "C-1"} if what == "goodwill" else {})
        path = f"/api/v1/staff/ledger/companies/{company}/{what}"
        return (await client.post(path, json=body, headers={"Idempotency-Key": key})).status_code

    signed_in(client, people.fin)
    assert await give("top-ups", "600", "R-1") == 200
    assert await give("top-ups", "600", "R-1") == 200, "the same receipt: answered again, given once"
    signed_in(client, people.con)
    assert await give("top-ups", "400.001", "R-2") == 403
    assert await give("goodwill", "400.001", "G-1") == 403
    assert await give("goodwill", "400", "G-1") == 200
    assert await give("top-ups", "0.001", "R-3") == 403
    assert (await people.books.of(people.ana_id)).spendable.plain() == "1000"
    assert await give("top-ups", "1000", "R-4", people.bo.company_public_id) == 200
    with time_machine.travel(clock.now() + timedelta(days=31)):
        signed_in(
            client,
            await add_person(people.books.database, "芬", staff_roles=("finance",), second_factor=True),
        )
        assert await give("top-ups", "1000", "R-5") == 200
    await people.books.check()


async def test_more_than_one_person_may_give_takes_two(people: Cast, client: httpx.AsyncClient) -> None:
    signed_in(client, people.fin)
    company = people.ana.company_public_id
    alone = await client.post(
        f"/api/v1/staff/ledger/companies/{company}/top-ups",
        json={"amount": "1000.001"},
        headers={"Idempotency-Key": "R-3"} | EN,
    )
    assert alone.status_code == 403
    assert "propose" in alone.json()["detail"]
    body = {"kind": "top_up", "company": company, "amount": "5000", "reason": "R-3"}
    assert (await client.post("/staff/ledger/proposals", data=body)).status_code == 303
    (proposal,) = (await client.get("/api/v1/staff/ledger/proposals")).json()["items"]
    assert proposal["is_own"]
    decision = f"/staff/ledger/proposals/{proposal['id']}/decision"
    assert (await client.post(f"/api/v1{decision}", json={"approve": True})).status_code == 403
    signed_in(client, people.con)
    assert (await client.post(decision, data={"decision": "approve"})).status_code == 303
    assert (await client.post(f"/api/v1{decision}", json={"approve": True})).status_code == 409
    assert (await people.books.of(people.ana_id)).spendable.plain() == "5000"
    await people.books.check()


async def test_a_correction_is_written_as_legs_and_must_balance(
    people: Cast, client: httpx.AsyncClient
) -> None:
    signed_in(client, people.fin)
    company = people.ana.company_public_id
    wrong = [
        "wallet - 5",
        f"suspense {company} 5",
        "wallet",
        f"wallet {company} 5",
        f"wallet {company} x\nsuspense - 5",
    ]
    for legs in wrong:
        page = await client.post(
            "/staff/ledger/proposals", data={"kind": "correction", "legs": legs, "reason": "r"}
        )
        assert page.status_code == 422, legs
        assert legs.split("\n")[0] in page.text
    legs = f"payment_clearing - -5\nwallet {company} +5"
    page = await client.post(
        "/staff/ledger/proposals", data={"kind": "correction", "legs": legs, "reason": "手工更正"}
    )
    assert page.status_code == 303
    signed_in(client, people.con)
    (proposal,) = (await client.get("/api/v1/staff/ledger/proposals", headers=EN)).json()["items"]
    assert any("+5\u00a0credits" in words for words in proposal["words"])
    await client.post(f"/staff/ledger/proposals/{proposal['id']}/decision", data={"decision": "approve"})
    assert (await people.books.of(people.ana_id)).spendable.plain() == "5"
    await people.books.check()


async def test_a_bonus_needs_a_budget_and_is_given_once(people: Cast, client: httpx.AsyncClient) -> None:
    signed_in(client, people.fin)
    address = f"/api/v1/staff/ledger/companies/{people.ana.company_public_id}/bonuses"
    body = {"amount": "5", "campaign": "spring", "occasion": "first", "days": 30}
    refused = await client.post(address, json=body, headers={"Idempotency-Key": "k"})
    assert refused.status_code == 409
    await people.books.allow_bonuses(100)
    body["occasion"] = "second"
    for replayed in (False, True):
        given = await client.post(address, json=body, headers={"Idempotency-Key": "k"})
        assert (given.status_code, given.json()["replayed"]) == (200, replayed)
    late = await client.post(address, json=body | {"days": 999}, headers={"Idempotency-Key": "k"})
    assert (late.status_code, late.json()["errors"][0]["field"]) == (422, "days")
    await people.books.check()


async def test_a_freeze_is_shown_appealed_and_decided_by_another(
    people: Cast, client: httpx.AsyncClient
) -> None:
    signed_in(client, people.fin)
    address = f"/staff/ledger/companies/{people.bo.company_public_id}/freeze"
    form = {"account": "wallet", "days": "31", "reason": "核实付款"}
    assert (await client.post(address, data=form)).status_code == 422
    assert (await client.post(address, data=form | {"days": "7"})).status_code == 303
    signed_in(client, people.bo)
    assert "核实付款" in (await client.get("/wallet/holds")).text
    assert "冻结期间不能用" in (await client.get("/wallet")).text
    (freeze,) = (await client.get("/api/v1/wallet")).json()["freezes"]
    await client.post("/wallet/appeals", data={"text": "已核实", "freeze": freeze["id"]})
    signed_in(client, people.fin)
    (appeal,) = (await client.get("/api/v1/staff/ledger/appeals")).json()["items"]
    assert appeal["company"] == people.bo.company_public_id
    decision = f"/staff/ledger/appeals/{appeal['id']}/decision"
    own = await client.post(decision, data={"decision": "accept", "answer": "属实"})
    assert own.status_code == 403
    signed_in(client, people.con)
    assert (await client.post(decision, data={"decision": "accept", "answer": " "})).status_code == 422
    assert (await client.post(decision, data={"decision": "accept", "answer": "属实"})).status_code == 303
    signed_in(client, people.bo)
    assert (await client.get("/api/v1/wallet")).json()["freezes"] == []
    assert "属实" in (await client.get("/wallet/holds")).text


async def test_payouts_go_through_their_steps_once(
    app: FastAPI, people: Cast, client: httpx.AsyncClient
) -> None:
    app.state.settings = app.state.settings.model_copy(update={"cash_out_closed_because": ""})
    await people.books.top_up(people.ana_id, 100)
    await people.books.buy(40, people.bo_id, buyer=people.ana_id)
    await people.books.make_due()
    await people.books.release(people.bo_id)
    signed_in(client, people.bo)
    await client.post("/api/v1/wallet/payouts", json={"amount": "30"}, headers={"Idempotency-Key": "k"})
    signed_in(client, people.fin)
    (payout,) = (await client.get("/api/v1/staff/ledger/payouts")).json()["items"]
    assert payout["company"] == people.bo.company_public_id
    address = f"/staff/ledger/payouts/{payout['id']}"
    assert (await client.post(address, data={"step": "gone"})).status_code == 422
    assert (await client.post(address, data={"step": "sent"})).status_code == 303
    assert (await client.post(address, data={"step": "settled"})).status_code == 422  # which number?
    for _ in range(2):
        done = await client.post(address, data={"step": "settled", "reference": "B-1"})
        assert done.status_code == 303
    failed = await client.post(f"/api/v1{address}", json={"step": "failed", "reason": "late"})
    assert failed.status_code == 409
    assert (await people.books.of(people.bo_id)).available.plain() == "6"
    assert "B-1" in (await client.get("/staff/ledger/payouts")).text
    await people.books.check()
