"""A company closes with its last member or in a merge: what it has stays its own, paid out by two."""

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.features.ledger import actions as ledger
from app.features.ledger.kinds import AccountKind
from app.features.ledger.payments.receiving import Told, receive
from app.features.ledger.posting.moves import Account
from app.kit.amount import credits
from app.worker import HOLDINGS
from tests.features.ledger.books import CONTROLLER, FINANCE
from tests.features.ledger.people import Cast, cast
from tests.people import add_person, signed_in

EN = {"accept-language": "en"}


@pytest.fixture
async def people(app: FastAPI) -> Cast:
    """Bo, the last of his company, has 36 credits of earnings that wait and a top-up of 50."""
    people = await cast(app)
    await people.books.top_up(people.ana_id, 100)
    await people.books.buy(40, people.bo_id, buyer=people.ana_id)
    await people.books.top_up(people.bo_id, 50)
    return people


async def erase(client: httpx.AsyncClient) -> httpx.Response:
    return await client.post("/account/data/erasure", data={"confirmation": "ERASE"})


async def test_the_last_member_reads_what_is_left_and_what_becomes_of_it(
    app: FastAPI, people: Cast, client: httpx.AsyncClient
) -> None:
    colleague = await add_person(
        app.state.database, "同", company_id=people.bo_id, role="admin", second_factor=True
    )
    signed_in(client, people.bo)
    page = await client.get("/account/data/erasure", headers=EN)
    assert "50\u00a0credits" not in page.text  # the company goes on with the colleague
    assert (await client.get("/api/v1/account/data")).json()["left_behind"] == []
    await erase(client)
    signed_in(client, colleague)
    page = await client.get("/account/data/erasure", headers=EN)
    assert "50\u00a0credits" in page.text
    assert "36\u00a0credits" in page.text
    assert people.bo.company_public_id in page.text
    left = (await client.get("/api/v1/account/data", headers=EN)).json()["left_behind"]
    assert [words.rpartition(": ")[2] for words in left] == ["36\u00a0credits", "50\u00a0credits"]


async def test_it_stays_in_the_books_and_two_people_pay_it_out(
    people: Cast, client: httpx.AsyncClient
) -> None:
    books, company = people.books, people.bo.company_public_id
    signed_in(client, people.bo)
    assert (await erase(client)).status_code == 303
    assert (await books.of(people.bo_id)).spendable == credits(50)
    await books.make_due()
    await books.release(people.bo_id)  # earnings come free as before
    signed_in(client, people.fin)
    left = (await client.get("/api/v1/staff/ledger/left", headers=EN)).json()["items"]
    assert [one["company"] for one in left] == [company, company]
    assert company in (await client.get("/staff/ledger", headers=EN)).text
    shown = await client.get(f"/api/v1/staff/ledger/companies/{company}")
    assert (shown.json()["spendable"]["plain"], shown.json()["available"]["plain"]) == ("50", "36")
    top_up = await client.post(
        f"/api/v1/staff/ledger/companies/{company}/top-ups",
        json={"amount": "5"},
        headers={"Idempotency-Key": "R-1"},
    )
    assert top_up.status_code == 404  # nothing new comes in
    told = await receive(books.database, Told("acme", "e1", "paid", "p1", company, "CNY", 100))
    assert (told.state, told.problem) == ("unmatched", "company")
    legs = f"wallet {company} -50\nearnings_available {company} -36\npayout_settled - 86"
    form = {"kind": "correction", "legs": legs, "reason": "B-1: paid to the heir"}
    assert (await client.post("/staff/ledger/proposals", data=form)).status_code == 303
    (proposal,) = (await client.get("/api/v1/staff/ledger/proposals")).json()["items"]
    signed_in(client, people.con)
    decision = f"/api/v1/staff/ledger/proposals/{proposal['id']}/decision"
    assert (await client.post(decision, json={"approve": True})).status_code == 200
    assert (await client.get("/api/v1/staff/ledger/left")).json()["items"] == []
    await books.check()


async def test_a_payout_under_way_ends_as_it_ends(people: Cast, client: httpx.AsyncClient) -> None:
    books = people.books
    await books.make_due()
    await books.release(people.bo_id)
    asked = await books.run(
        lambda s: ledger.request_payout(
            s, key=books.key(people.bo_id), company_id=people.bo_id, amount=credits(30), actor_id=None
        )
    )
    signed_in(client, people.bo)
    await erase(client)
    await books.run(lambda s: ledger.mark_payout_sent(s, asked.public_id))
    await books.run(lambda s: ledger.settle_payout(s, asked.public_id, provider_ref="B-1"))
    assert (await books.of(people.bo_id)).available == credits(6)
    await books.check()


async def test_a_merge_moves_nothing_by_itself(people: Cast, client: httpx.AsyncClient) -> None:
    """Namesakes may have different owners: two people move what is left."""
    books = people.books
    await books.write(text(f"UPDATE companies SET state = 'closed' WHERE id = {people.bo_id}"))
    signed_in(client, people.fin)
    assert len((await client.get("/api/v1/staff/ledger/left")).json()["items"]) == 2
    wallets = [
        (Account(AccountKind.WALLET, people.bo_id), -50_000),
        (Account(AccountKind.WALLET, people.ana_id), 50_000),
    ]
    proposal = await books.run(
        lambda s: ledger.propose_correction(s, legs=wallets, reason="merged", actor_id=FINANCE)
    )
    await books.run(lambda s: ledger.approve_proposal(s, proposal, actor_id=CONTROLLER))
    assert (await books.of(people.ana_id)).spendable == credits(110)
    await books.check()


async def test_what_it_wrote_to_object_goes_with_it_and_the_decision_stays(
    app: FastAPI, people: Cast, client: httpx.AsyncClient
) -> None:
    """The words may name its customers; of another company nothing goes."""
    books, appeals = people.books, {}
    for company_id in (people.bo_id, people.ana_id):
        for text_of in ("decided", "open"):
            frozen = await books.run(
                lambda s, company_id=company_id: ledger.freeze_account(
                    s,
                    company_id=company_id,
                    kind=AccountKind.WALLET,
                    days=3,
                    reason="asked",
                    actor_id=FINANCE,
                )
            )
            appeal = await books.run(
                lambda s, company_id=company_id, frozen=frozen: ledger.file_appeal(
                    s, company_id=company_id, freeze=frozen, text="某某医院的单子", actor_id=1
                )
            )
            appeals[company_id, text_of] = appeal
        await books.run(
            lambda s, appeal=appeals[company_id, "decided"]: ledger.decide_appeal(
                s, appeal, accept=False, answer="关于某某医院", actor_id=CONTROLLER
            )
        )
    signed_in(client, people.bo)
    assert (await erase(client)).status_code == 303
    async with books.reading() as session:
        rows = await session.execute(
            text("SELECT company_id, state, text, coalesce(answer, '') FROM ledger_appeals ORDER BY id")
        )
        kept = [tuple(row) for row in rows]
    assert kept == [
        (people.bo_id, "refused", "", ""),
        (people.bo_id, "open", "", ""),
        (people.ana_id, "refused", "某某医院的单子", "关于某某医院"),
        (people.ana_id, "open", "某某医院的单子", ""),
    ]
    signed_in(client, people.con)
    assert "what it wrote went with it" in (await client.get("/staff/ledger/appeals", headers=EN)).text
    decision = {"decision": "accept", "answer": "released"}
    address = f"/staff/ledger/appeals/{appeals[people.bo_id, 'open']}/decision"
    assert (await client.post(address, data=decision)).status_code == 303
    await books.check()


async def test_whoever_objected_finds_it_in_the_copy_of_their_data(people: Cast) -> None:
    frozen = await people.books.run(
        lambda s: ledger.freeze_account(
            s, company_id=people.bo_id, kind=AccountKind.WALLET, days=3, reason="asked", actor_id=FINANCE
        )
    )
    await people.books.run(
        lambda s: ledger.file_appeal(
            s, company_id=people.bo_id, freeze=frozen, text="why", actor_id=people.bo.person_id
        )
    )
    async with people.books.reading() as session:
        (told,) = (await HOLDINGS.copy_of(session, people.bo.person_id))["ledger_appeals"]
        assert (await HOLDINGS.copy_of(session, people.ana.person_id))["ledger_appeals"] == []
    assert (told["text"], told["state"]) == ("why", "open")
