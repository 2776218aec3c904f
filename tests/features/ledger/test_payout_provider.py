"""Payouts through a provider over HTTP: every lost, late, double or wrong answer ends with the money once."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, text, update

from app.features.ledger import actions as ledger
from app.features.ledger.errors import KeyReused
from app.features.ledger.kinds import AccountKind
from app.features.ledger.paying_out.carrying import carry_payouts
from app.features.ledger.paying_out.provider import ByHand, Order, Told
from app.features.ledger.side_models import LedgerPayout
from app.kit.amount import Amount, credits
from app.kit.errors import Conflict, Invalid, NotAllowed
from tests.features.ledger.books import ANA, BO, CONTROLLER, FINANCE, Books
from tests.features.ledger.providers import NAME, FakeProvider, Fault, fake_provider

COLUMNS = (
    LedgerPayout.state,
    LedgerPayout.provider,
    LedgerPayout.provider_ref,
    LedgerPayout.failure,
    LedgerPayout.doubt,
)


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    with fake_provider() as provider:
        yield provider


@pytest.fixture
async def payout(books: Books) -> str:
    """60 of 100 credits of earnings, asked for."""
    await books.top_up(ANA, 100)
    await books.buy(100, BO, fee=0)
    await books.make_due()
    await books.release(BO)
    return await ask_for(books, 60)


async def ask_for(books: Books, amount: int) -> str:
    posted = await books.run(
        lambda s: ledger.request_payout(
            s, key=books.key(BO), company_id=BO, amount=credits(amount), actor_id=None
        )
    )
    return str(posted.public_id)


async def row_of(books: Books, payout: str) -> Any:
    async with books.reading() as session:
        return (await session.execute(select(*COLUMNS).where(LedgerPayout.public_id == payout))).one()


async def let_time_pass(books: Books) -> None:
    """The database's clock cannot be moved, what was written down can."""
    await books.write(update(LedgerPayout).values(asked_at=text("'2020-01-01 00:00:00'")))


async def carry(books: Books, fake: FakeProvider) -> int:
    """With no patience for a provider that never answers."""
    patience = {"seconds": 1} if "answer_never" in fake.faults else {}
    return await carry_payouts(books.database, fake.client(**patience))


async def test_what_is_asked_for_is_ordered_asked_about_and_settled(
    books: Books, fake: FakeProvider, payout: str
) -> None:
    assert await carry(books, fake) == 0
    assert fake.ordered[payout] == {
        "id": payout, "company": "c2", "asset": "CNY", "amount": 6_000, "state": "under_way",
    }  # fmt: skip
    row = await row_of(books, payout)
    assert (row.state, row.provider, row.doubt) == ("sent", NAME, None)
    with pytest.raises(Conflict):
        await books.run(lambda s: ledger.cancel_payout(s, payout, company_id=BO))
    fake.pay()
    assert await carry(books, fake) == 0  # asked about ten minutes later, not at once
    assert fake.seen == [("PUT", payout)]
    await let_time_pass(books)
    assert await carry(books, fake) == 1
    row = await row_of(books, payout)
    assert (row.state, row.provider_ref) == ("settled", "B-1")
    assert await books.balance(AccountKind.PAYOUT_SETTLED) == 60_000
    assert (await books.of(BO)).available == credits(40)
    await let_time_pass(books)
    assert await carry(books, fake) == 0


async def test_a_refusal_gives_the_earnings_back_and_says_why(
    books: Books, fake: FakeProvider, payout: str
) -> None:
    fake.end(state="failed", reason="account\nclosed")
    assert await carry(books, fake) == 1
    row = await row_of(books, payout)
    assert (row.state, row.failure) == ("failed", "account closed")
    assert (await books.of(BO)).available == credits(100)
    assert await ask_for(books, 60) != payout


@pytest.mark.parametrize(
    "fault", ["lose_answer", "answer_never", "refuse_order", "error", "garbage", "other"]
)
async def test_an_answer_that_never_comes_is_asked_for_later(
    books: Books, fake: FakeProvider, payout: str, fault: Fault
) -> None:
    fake.faults, fake.outcome = [fault], {"state": "paid", "reference": "B-1"}
    assert await carry(books, fake) == 0
    row = await row_of(books, payout)
    is_silence = fault not in ("garbage", "other")
    assert (row.state, row.doubt) == ("sent", "unanswered" if is_silence else "unreadable")
    assert await books.balance(AccountKind.PAYOUT_CLEARING) == 60_000  # neither gone nor given back
    await let_time_pass(books)
    assert await carry(books, fake) == 1
    assert len(fake.ordered) == 1
    row = await row_of(books, payout)
    assert (row.state, row.doubt) == ("settled", None)


@pytest.mark.statement(65)
async def test_what_the_provider_never_got_is_ordered_again_under_the_same_id(
    books: Books, fake: FakeProvider, payout: str
) -> None:
    """As when this process ends after the payout was marked as sent, and before the call."""
    await books.run(lambda s: ledger.mark_payout_sent(s, payout, provider=NAME))
    fake.faults = ["gateway"]  # a 404 that is not the provider's own is no answer
    assert await carry(books, fake) == 0
    assert fake.seen == [("GET", payout)]
    fake.pay()
    await let_time_pass(books)
    assert await carry(books, fake) == 1
    assert fake.seen[1:] == [("GET", payout), ("PUT", payout)]


async def test_two_workers_at_once_pay_once(books: Books, fake: FakeProvider, payout: str) -> None:
    fake.pay()
    await asyncio.gather(carry(books, fake), carry(books, fake))
    assert list(fake.ordered) == [payout]
    assert await books.balance(AccountKind.PAYOUT_SETTLED) == 60_000


async def test_an_answer_about_another_amount_is_not_believed(
    books: Books, fake: FakeProvider, payout: str
) -> None:
    fake.faults = ["amount"]
    assert await carry(books, fake) == 0
    row = await row_of(books, payout)
    assert (row.state, row.doubt) == ("sent", "contradicts")


class Contrary:
    """Tells the opposite of what it told before, whatever is asked: answers out of order."""

    name = NAME

    def __init__(self, *told: Told) -> None:
        self._told = list(told)

    async def send(self, order: Order) -> Told:
        return self._told.pop(0)

    ask = send


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Told("paid", reference="B-1"), Told("failed", reason="no")),
        (Told("failed", reason="no"), Told("paid", reference="B-1")),
        (Told("paid", reference="B-1"), Told("paid", reference="B-2")),
    ],
)
async def test_a_second_outcome_changes_nothing_and_is_shown_until_it_is_corrected(
    books: Books, payout: str, first: Told, second: Told
) -> None:
    """Two workers hear two things: the first stands."""
    asked, heard = asyncio.Event(), asyncio.Event()

    class Slow(Contrary):
        async def send(self, order: Order) -> Told:
            asked.set()
            await heard.wait()
            return second

        ask = send

    await books.run(lambda s: ledger.mark_payout_sent(s, payout, provider=NAME))
    slow = asyncio.create_task(carry_payouts(books.database, Slow()))
    await asked.wait()
    await let_time_pass(books)
    assert await carry_payouts(books.database, Contrary(first)) == 1
    heard.set()
    assert await slow == 0
    row = await row_of(books, payout)
    assert (row.state, row.doubt) == ("settled" if first.state == "paid" else "failed", "contradicts")


async def test_two_people_end_what_the_provider_does_not_tell(
    books: Books, fake: FakeProvider, payout: str
) -> None:
    async def propose(step: str, reference: str = "") -> str:
        return str(
            await books.run(
                lambda s: ledger.propose_payout(
                    s, payout=payout, step=step, reference=reference, reason="by phone", actor_id=FINANCE
                )
            )
        )

    with pytest.raises(Conflict):  # not sent
        await propose("failed")
    fake.faults = ["lose_answer"]
    await carry(books, fake)
    with pytest.raises(Conflict, match="asked just now"):
        await propose("failed")
    await let_time_pass(books)
    first = await propose("failed")
    with pytest.raises(Conflict, match="waiting already"):
        await propose("settled", "B-7")
    fake.ordered.clear()
    await carry(books, fake)
    assert fake.ordered == {}  # nothing is ordered again while people are giving it back
    with pytest.raises(NotAllowed):
        await books.run(lambda s: ledger.approve_proposal(s, first, actor_id=FINANCE))
    await books.run(lambda s: ledger.refuse_proposal(s, first, actor_id=CONTROLLER))
    await let_time_pass(books)
    second = await propose("settled", "B-7")
    await books.run(lambda s: ledger.approve_proposal(s, second, actor_id=CONTROLLER))
    row = await row_of(books, payout)
    assert (row.state, row.provider_ref, row.doubt) == ("settled", "B-7", None)


async def test_the_provider_may_answer_before_the_second_person_does(
    books: Books, fake: FakeProvider, payout: str
) -> None:
    fake.faults = ["lose_answer"]
    await carry(books, fake)
    await let_time_pass(books)
    proposed = await books.run(
        lambda s: ledger.propose_payout(
            s, payout=payout, step="failed", reference="", reason="by phone", actor_id=FINANCE
        )
    )
    fake.pay()
    assert await carry(books, fake) == 1
    with pytest.raises(Conflict):
        await books.run(lambda s: ledger.approve_proposal(s, proposed, actor_id=CONTROLLER))
    assert (await row_of(books, payout)).state == "settled"


async def test_nothing_is_sent_where_staff_pay_by_hand(books: Books, payout: str) -> None:
    assert await carry_payouts(books.database, ByHand()) == 0
    assert (await row_of(books, payout)).state == "requested"
    await books.run(lambda s: ledger.mark_payout_sent(s, payout))
    with pytest.raises(Conflict, match="Nothing is in doubt"):
        await books.run(
            lambda s: ledger.propose_payout(
                s, payout=payout, step="failed", reference="", reason="r", actor_id=FINANCE
            )
        )


async def test_what_was_paid_by_hand_is_not_asked_of_a_provider_that_came_later(
    books: Books, fake: FakeProvider, payout: str
) -> None:
    await books.run(lambda s: ledger.mark_payout_sent(s, payout))
    await let_time_pass(books)
    assert await carry(books, fake) == 0
    assert fake.seen == []


async def test_part_of_a_fen_cannot_be_paid_out(books: Books, payout: str) -> None:
    with pytest.raises(Invalid, match="two decimals"):
        await books.run(
            lambda s: ledger.request_payout(
                s, key=books.key(BO), company_id=BO, amount=Amount("CR", 1_005), actor_id=None
            )
        )


async def test_settling_twice_with_another_number_is_refused(books: Books, payout: str) -> None:
    await books.run(lambda s: ledger.mark_payout_sent(s, payout))
    await books.run(lambda s: ledger.settle_payout(s, payout, provider_ref="B-1"))
    with pytest.raises(KeyReused):
        await books.run(lambda s: ledger.settle_payout(s, payout, provider_ref="B-2"))
