"""Chargebacks and their reversal, disputes, freezes and appeals."""

import pytest
from sqlalchemy import text

from app.features.ledger import actions as ledger
from app.features.ledger.actions import Cause, Key, Posted
from app.features.ledger.errors import PostingRefused
from app.features.ledger.kinds import AccountKind
from app.features.ledger.queries import open_holds_of
from app.kit.amount import credits
from app.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.features.ledger.books import ANA, BO, CAI, CONTROLLER, FINANCE, Books

MEMBER = 11


async def charge_back(books: Books, payment: Posted, *, event: str = "") -> Posted:
    event = event or books.name("chargeback")
    return await books.run(
        lambda s: ledger.take_chargeback(
            s,
            key=Key("provider:test", event),
            top_up=payment.public_id,
            cause=Cause("chargeback", event),
        )
    )


async def win(books: Books, chargeback: Posted) -> Posted:
    event = books.name("won")
    return await books.run(
        lambda s: ledger.reverse_chargeback(
            s,
            key=Key("provider:test", event),
            chargeback=chargeback.public_id,
            cause=Cause("chargeback", event),
        )
    )


async def states(books: Books, company: int) -> list[str]:
    async with books.reading() as session:
        return [hold.state for hold in await open_holds_of(session, company)]


async def test_what_is_spent_becomes_debt_and_the_sales_wait(books: Books) -> None:
    payment = await books.top_up(ANA, 50)
    await books.buy(30, BO, fee=0)
    await charge_back(books, payment)
    ana = await books.of(ANA)
    assert (ana.spendable, ana.debt) == (credits(0), credits(30))
    assert await states(books, BO) == ["disputed"]
    with pytest.raises(PostingRefused) as refusal:
        await books.buy(1)
    assert refusal.value.reason in {"insufficient", "frozen"}


async def test_a_payment_is_taken_back_once(books: Books) -> None:
    payment = await books.top_up(ANA, 50)
    first, again = await charge_back(books, payment, event="e"), await charge_back(books, payment, event="e")
    assert again.replayed
    assert again.transfer_id == first.transfer_id
    with pytest.raises(PostingRefused) as refusal:
        await charge_back(books, payment)
    assert refusal.value.reason == "reversed"
    assert not (await books.of(ANA)).debt


async def test_a_reversal_repays_the_debt_and_lets_everything_go_on(books: Books) -> None:
    payment = await books.top_up(ANA, 50)
    await books.buy(30, BO, fee=0)
    taken = await charge_back(books, payment)
    await win(books, taken)
    ana = await books.of(ANA)
    assert (ana.spendable, ana.debt, ana.frozen_until) == (credits(20), credits(0), {})
    assert await states(books, BO) == ["open"]
    await books.buy(20)
    with pytest.raises(PostingRefused):
        await win(books, taken)


async def test_a_lost_dispute_takes_the_sale_back_and_repays_the_buyers_debt(books: Books) -> None:
    payment = await books.top_up(ANA, 50)
    await books.buy(30, BO)
    await charge_back(books, payment)
    async with books.reading() as session:
        (hold,) = await open_holds_of(session, BO)
    await books.run(lambda s: ledger.lose_dispute(s, hold.id, actor_id=FINANCE))
    ana, bo = await books.of(ANA), await books.of(BO)
    assert (ana.debt, ana.spendable, bo.pending) == (credits(0), credits(0), credits(0))
    with pytest.raises(Conflict):
        await books.run(lambda s: ledger.lose_dispute(s, hold.id, actor_id=FINANCE))


async def test_a_dispute_ends_by_itself(books: Books) -> None:
    payment = await books.top_up(ANA, 50)
    await books.buy(30, BO, fee=0)
    await charge_back(books, payment)
    await books.make_due()
    await books.release(BO)
    assert (await books.of(BO)).available == credits(30)


async def freeze(books: Books, days: int = 10, kind: AccountKind = AccountKind.WALLET) -> str:
    return str(
        await books.run(
            lambda s: ledger.freeze_account(
                s, company_id=ANA, kind=kind, days=days, reason="两次异常下载", actor_id=FINANCE
            )
        )
    )


async def test_a_frozen_wallet_gains_and_gives_back_but_does_not_spend(books: Books) -> None:
    payment = await books.top_up()
    sale = await books.buy(10)
    frozen = await freeze(books)
    with pytest.raises(PostingRefused, match="frozen"):
        await books.buy(10)
    await books.refund(sale)
    await books.top_up()
    await charge_back(books, payment)
    await books.run(lambda s: ledger.lift_freeze(s, frozen, actor_id=FINANCE))
    assert (await books.of(ANA)).frozen_until  # by the chargeback


async def test_freezes_overlap_and_end(books: Books) -> None:
    await books.top_up()
    short, long = await freeze(books, 2), await freeze(books, 20)
    await books.run(lambda s: ledger.lift_freeze(s, long, actor_id=FINANCE))
    with pytest.raises(PostingRefused):
        await books.buy(1)
    await books.run(lambda s: ledger.lift_freeze(s, short, actor_id=FINANCE))
    await books.buy(1)
    await freeze(books)
    await books.write(text("UPDATE ledger_accounts SET frozen_until = '2020-01-01' WHERE owner_id = 1"))
    await books.buy(1)


@pytest.mark.parametrize("days", [0, 31, -5])
async def test_no_freeze_is_longer_than_thirty_days(books: Books, days: int) -> None:
    with pytest.raises(Invalid):
        await freeze(books, days)


async def test_platform_and_pending_accounts_are_not_frozen(books: Books) -> None:
    with pytest.raises(Invalid):
        await freeze(books, kind=AccountKind.EARNINGS_PENDING)


async def appeal(books: Books, frozen: str, company: int = ANA) -> str:
    return str(
        await books.run(
            lambda s: ledger.file_appeal(s, company_id=company, text="是误会", actor_id=MEMBER, freeze=frozen)
        )
    )


async def test_somebody_else_decides_about_an_appeal(books: Books) -> None:
    await books.top_up()
    frozen = await freeze(books)
    with pytest.raises(NotFound) as anothers:
        await appeal(books, frozen, company=CAI)
    with pytest.raises(NotFound) as missing:
        await appeal(books, "0" * 22, company=CAI)
    assert vars(anothers.value) == vars(missing.value)
    filed = await appeal(books, frozen)
    with pytest.raises(Conflict):
        await appeal(books, frozen)

    async def decide(actor: int) -> None:
        await books.run(
            lambda s: ledger.decide_appeal(s, filed, accept=True, answer="查明无误", actor_id=actor)
        )

    with pytest.raises(NotAllowed):
        await decide(FINANCE)
    await decide(CONTROLLER)
    with pytest.raises(Conflict):
        await decide(CONTROLLER)
    await books.buy(1)


async def test_an_accepted_appeal_releases_a_hold_at_the_next_run(books: Books) -> None:
    await books.top_up()
    await books.buy(10, BO, fee=0)
    async with books.reading() as session:
        (hold,) = await open_holds_of(session, BO)
    filed = await books.run(
        lambda s: ledger.file_appeal(s, company_id=BO, text="客户已确认", actor_id=MEMBER, hold_id=hold.id)
    )
    assert await books.release(BO) is None
    await books.run(lambda s: ledger.decide_appeal(s, filed, accept=True, answer="同意", actor_id=CONTROLLER))
    await books.release(BO)
    assert (await books.of(BO)).available == credits(10)


async def test_a_closed_account_takes_no_part(books: Books) -> None:
    await books.top_up()
    await books.write(
        text("UPDATE ledger_accounts SET closed_at = '2026-01-01 00:00:00' WHERE owner_id = 1 AND kind = 1")
    )
    with pytest.raises(PostingRefused, match="closed"):
        await books.buy(1)
    with pytest.raises(PostingRefused, match="closed"):
        await books.top_up()
