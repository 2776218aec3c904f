"""Provider events: signed, taken in once, out of order, for unknown partners, forged."""

import json
from itertools import permutations
from typing import Any

import pytest

from app.db.tenancy import SYSTEM, acting_as
from app.features.ledger.errors import KeyReused
from app.features.ledger.payments.receiving import Received, dismiss_event, match_event, receive_event
from app.features.ledger.payments.signing import ProviderEvent, read_event, sign
from app.kit.amount import Amount, credits
from app.kit.errors import Conflict, Invalid, NotAllowed
from tests.features.ledger.books import ANA, FINANCE, Books

SECRET, NOW = "s" * 40, 1_800_000_000
TOLD: dict[str, Any] = {
    "id": "e1", "kind": "paid", "payment": "p1", "company": "c1", "asset": "CNY", "amount": 5_000,
    "credits": 50_000,
}  # fmt: skip


def event(kind: Any = "paid", **changed: Any) -> ProviderEvent:
    named = {"id": f"event-{kind}", "payment": "p1", "company": "c1"} | changed
    return ProviderEvent(kind=kind, paid=Amount("CNY", 5_000), credits=Amount("CR", 50_000), **named)


async def receive(books: Books, one: ProviderEvent) -> Received:
    return await receive_event(books.database, "test", one)


async def test_a_payment_is_credited_once(books: Books) -> None:
    first, again = await receive(books, event()), await receive(books, event())
    assert first == again
    assert first.state == "matched"
    assert (await books.of(ANA)).spendable == credits(50)
    with pytest.raises(KeyReused):
        await receive(books, event(payment="p2"))


@pytest.mark.parametrize("order", list(permutations(("paid", "charged_back", "chargeback_won"))))
async def test_events_in_any_order_end_alike(books: Books, order: tuple[str, ...]) -> None:
    states = [(await receive(books, event(kind))).state for kind in order]
    assert states[order.index("paid")] == "matched"
    ana = await books.of(ANA)
    assert (ana.spendable, ana.debt, ana.frozen_until) == (credits(50), credits(0), {})
    assert {(await receive(books, event(kind))).state for kind in order} == {"matched"}


async def test_an_unknown_partner_waits_for_staff(books: Books) -> None:
    waiting = await receive(books, event(company="nobody"))
    assert (waiting.state, waiting.problem) == ("unmatched", "unknown_company")
    with acting_as(SYSTEM):
        matched = await match_event(books.database, waiting.public_id, company_id=ANA, actor_id=FINANCE)
    assert matched.state == "matched"
    assert (await books.of(ANA)).spendable == credits(50)
    with pytest.raises(Conflict):
        await books.run(lambda s: dismiss_event(s, waiting.public_id, actor_id=FINANCE))


async def test_an_event_of_others_is_dismissed(books: Books) -> None:
    waiting = await receive(books, event("charged_back"))
    assert waiting.problem == "unknown_payment"
    await books.run(lambda s: dismiss_event(s, waiting.public_id, actor_id=FINANCE))
    assert (await receive(books, event("charged_back"))).state == "dismissed"


async def test_a_second_chargeback_of_a_payment_is_kept_and_refused(books: Books) -> None:
    await receive(books, event())
    await receive(books, event("charged_back"))
    second = await receive(books, event("charged_back", id="another"))
    assert (second.state, second.problem) == ("refused", "reversed")
    assert await receive(books, event("charged_back", id="another")) == second
    assert not (await books.of(ANA)).debt


def body(**changed: Any) -> bytes:
    return json.dumps(TOLD | changed).encode()


def test_a_signed_body_is_read() -> None:
    read = read_event(body(), sign(body(), SECRET, moment=NOW), SECRET, now=NOW)
    assert (read.id, read.paid, read.credits) == ("e1", Amount("CNY", 5_000), credits(50))


@pytest.mark.parametrize(
    "header",
    ["", "t=1,v1=" + "0" * 64, sign(body(amount=1), SECRET, moment=NOW), sign(body(), "other", moment=NOW),
     sign(body(), SECRET, moment=NOW - 301), sign(body(), SECRET, moment=NOW + 301), "t=x,v1=y", "é"],
)  # fmt: skip
def test_what_is_forged_or_old_is_refused(header: str) -> None:
    with pytest.raises(NotAllowed):
        read_event(body(), header, SECRET, now=NOW)


def test_without_a_secret_nothing_is_believed() -> None:
    with pytest.raises(NotAllowed):
        read_event(body(), sign(body(), "", moment=NOW), "", now=NOW)


@pytest.mark.parametrize(
    "changed",
    [{"amount": -1}, {"amount": 0}, {"amount": 1.5}, {"amount": 10**30}, {"amount": "5"}, {"amount": True},
     {"asset": "EUR"}, {"kind": "gift"}, {"id": ""}, {"id": 7}, {"company": "x" * 23}, {"credits": None},
     {"more": 1}],
)  # fmt: skip
def test_odd_events_are_refused_in_words(changed: dict[str, Any]) -> None:
    odd = body(**changed)
    with pytest.raises(Invalid) as refusal:
        read_event(odd, sign(odd, SECRET, moment=NOW), SECRET, now=NOW)
    assert refusal.value.field


@pytest.mark.parametrize("odd", [b"", b"[]", b"{", b"null", b"\xff"])
def test_what_is_no_event_is_refused(odd: bytes) -> None:
    with pytest.raises(Invalid):
        read_event(odd, sign(odd, SECRET, moment=NOW), SECRET, now=NOW)
