"""What finance staff typed for one item of a queue is back at that item after the second factor."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from fastapi import FastAPI

from app.features.ledger import actions as ledger
from app.features.ledger.kinds import AccountKind
from app.features.ledger.payments.receiving import Told, receive
from app.kit.amount import credits
from tests.features.members.kept import Desk, Fields, desk_of


@pytest.fixture
async def desk(app: FastAPI, client: httpx.AsyncClient) -> AsyncIterator[Desk]:
    async with desk_of(app, client) as desk:
        yield desk


async def an_appeal(desk: Desk) -> str:
    people, books = desk.people, desk.people.books
    frozen = await books.run(
        lambda session: ledger.freeze_account(
            session, company_id=people.bo_id, kind=AccountKind.WALLET, days=3, reason="核实付款",
            actor_id=people.fin.person_id,
        )
    )  # fmt: skip
    appeal = await books.run(
        lambda session: ledger.file_appeal(
            session, company_id=people.bo_id, text="已核实", actor_id=people.bo.person_id, freeze=frozen
        )
    )
    return f"/staff/ledger/appeals/{appeal}/decision"


async def a_payout(desk: Desk) -> str:
    """Sent by hand, it waits for what became of it."""
    people, books = desk.people, desk.people.books
    await books.top_up(people.ana_id, 100)
    await books.buy(100, people.bo_id, buyer=people.ana_id, fee=0)
    await books.make_due()
    await books.release(people.bo_id)
    asked = await books.run(
        lambda session: ledger.request_payout(
            session, key=books.key(people.bo_id), company_id=people.bo_id, amount=credits(60), actor_id=None
        )
    )
    await books.run(lambda session: ledger.mark_payout_sent(session, asked.public_id, provider="by_hand"))
    return f"/staff/ledger/payouts/{asked.public_id}"


async def an_event(desk: Desk) -> str:
    outcomes = [
        await receive(
            desk.people.books.database,
            Told("bank", f"e{one}", "paid", f"p{one}", "unknown", "CNY", 100),
        )
        for one in range(2)
    ]
    return f"/staff/ledger/events/{outcomes[1].id}"


@pytest.mark.parametrize(
    ("item", "typed", "pressed"),
    [
        (an_appeal, {"answer": "属实，已核对 <银行>"}, {"decision": "accept"}),
        (a_payout, {"reference": "B-7", "reason": "账号有误"}, {"step": "failed"}),
        (an_event, {"company": "abc"}, {"act": "settle"}),
    ],
)
async def test_what_was_typed_for_one_of_them_is_back_at_it(
    desk: Desk, item: Callable[[Desk], Awaitable[str]], typed: dict[str, str], pressed: dict[str, str]
) -> None:
    act = await item(desk)
    page = "/" + "/".join(act.split("/")[1:4])
    asked = await desk.send(act, typed | pressed, page=page)
    back = await desk.confirm(asked)
    assert (asked.status_code, back.status_code) == (403, 200)
    found = Fields(back.text, act).found
    assert {name: found[name] for name in typed} == typed
    assert back.text.count('id="kept"') == 1
    again = Fields((await desk.client.get(page)).text, act).found
    assert {name: again[name] for name in typed} == dict.fromkeys(typed, ""), "it waits, and is as it was"
