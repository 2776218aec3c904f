"""The ledger as a few numbers in a dict: what the state machine and the comparison hold it to."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager, ExitStack
from datetime import date, timedelta
from typing import Any

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from app.db.engine import Database
from app.features.ledger import actions as ledger
from app.features.ledger.actions import Cause, Key, Posted
from app.features.ledger.actions.bonuses import expired_bonuses
from app.features.ledger.errors import KeyReused, PostingRefused
from app.features.ledger.kinds import AccountKind
from app.features.ledger.policy import CREDIT_MINOR_PER_FEN
from app.features.ledger.side_models import LedgerHold
from app.kit.amount import Amount
from app.kit.errors import Conflict
from tests.features.ledger.books import FINANCE, Books

COMPANIES = (1, 2, 3, 4)
companies = st.sampled_from(COMPANIES)
minors = st.integers(1, 30_000)
FEE = 1_500


class LedgerMachine(RuleBasedStateMachine):
    """Whatever is done in whatever order: the books balance and say what the model says."""

    lend: Callable[[], AbstractContextManager[str]]  # the address of an empty database, for a while

    def open(self, url: str) -> Database:
        return Database(url)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    @initialize()
    def begin(self) -> None:
        self.runner = asyncio.Runner()
        self._lent = ExitStack()
        self.books = Books(self.open(self._lent.enter_context(self.lend())))
        self.run(self.books.prepare(8))
        self.run(self.books.allow_bonuses(100))
        self.spendable = dict.fromkeys(COMPANIES, 0)  # wallet and bonus together
        self.earned = dict.fromkeys(COMPANIES, 0)  # pending, available and debt together
        self.revenue = self.bonus_left = 0
        self.day = date(2026, 11, 29)
        self.bonus_left = 100_000
        self.sales: list[tuple[Posted, int, int, int, int]] = []  # posted, buyer, author, price, refunded
        self.keys: list[tuple[Key, int, int, int, bool]] = []
        self.payments: list[tuple[Posted, int, int]] = []

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            self.run(self.books.database.close())
            self.runner.close()
            self._lent.close()

    @rule(company=companies, minor=minors)
    def top_up(self, company: int, minor: int) -> None:
        event = self.books.name("event")
        posted = self.run(
            self.books.run(
                lambda s: ledger.top_up(
                    s, key=Key("provider:t", event), company_id=company, amount=Amount("CR", minor),
                    cause=Cause("payment", event),
                )
            )
        )  # fmt: skip
        self.spendable[company] += minor
        self.payments.append((posted, company, minor))

    @rule(company=companies, minor=minors)
    def give_bonus(self, company: int, minor: int) -> None:
        occasion = self.books.name("occasion")
        work = self.books.run(
            lambda s: ledger.grant_bonus(
                s, campaign="c", occasion=occasion, company_id=company, amount=Amount("CR", minor), days=9
            )
        )
        if minor > self.bonus_left:
            self.expect(work, PostingRefused)
        else:
            self.run(work)
            self.bonus_left -= minor
            self.spendable[company] += minor

    def expect(self, work: Coroutine[Any, Any, Any], refusal: type[Exception]) -> None:
        try:
            self.run(work)
        except refusal:
            return
        raise AssertionError(f"not refused with {refusal.__name__}")

    @rule(buyer=companies, author=companies, price=minors)
    def buy(self, buyer: int, author: int, price: int) -> None:
        if buyer == author:
            return
        key = self.books.key(buyer)
        work = self.books.buy(Amount("CR", price), author, buyer=buyer, key=key, fee=FEE)
        may = self.spendable[buyer] >= price and not self.is_frozen(buyer)
        try:
            posted = self.run(work)
        except PostingRefused:
            assert not may
            self.keys.append((key, buyer, author, price, False))
            return
        assert self.spendable[buyer] >= price
        fee = price * FEE // 10_000
        self.spendable[buyer] -= price
        self.earned[author] += price - fee
        self.revenue += fee
        self.sales.append((posted, buyer, author, price, 0))
        self.keys.append((key, buyer, author, price, True))

    def is_frozen(self, company: int) -> bool:
        return AccountKind.WALLET in self.run(self.books.of(company)).frozen_until

    @precondition(lambda self: self.keys)
    @rule(data=st.data(), changed=st.booleans())
    def again(self, data: st.DataObject, changed: bool) -> None:
        key, buyer, author, price, was_posted = data.draw(st.sampled_from(self.keys))
        work = self.books.buy(Amount("CR", price + changed), author, buyer=buyer, key=key, fee=FEE)
        if changed:
            self.expect(work, KeyReused)
        elif was_posted:
            assert self.run(work).replayed
        else:
            self.expect(work, PostingRefused)

    @precondition(lambda self: self.sales)
    @rule(data=st.data(), minor=minors)
    def refund(self, data: st.DataObject, minor: int) -> None:
        at = data.draw(st.integers(0, len(self.sales) - 1))
        posted, buyer, author, price, before = self.sales[at]
        work = self.books.refund(posted, Amount("CR", minor))
        if minor > price - before:
            self.expect(work, PostingRefused)
            return
        done: Posted = self.run(work)
        fee = -sum(leg.amount for leg in done.legs if leg.account.kind is AccountKind.PLATFORM_REVENUE)
        self.spendable[buyer] += minor
        self.earned[author] -= minor - fee
        self.revenue -= fee
        self.sales[at] = (posted, buyer, author, price, before + minor)

    @rule(company=companies)
    def release(self, company: int) -> None:
        """After a step of the clock: everything is due."""
        self.run(self.books.make_due())
        self.run(self.books.release(company))

    @rule(company=companies, minor=minors)
    def spend_earnings(self, company: int, minor: int) -> None:
        available = self.run(self.books.of(company)).available.minor
        work = self.books.run(
            lambda s: ledger.move_earnings_to_wallet(
                s, key=self.books.key(company), company_id=company, amount=Amount("CR", minor), actor_id=None
            )
        )
        if minor > available:
            self.expect(work, PostingRefused)
        else:
            self.run(work)
            self.earned[company] -= minor
            self.spendable[company] += minor

    @rule()
    def sweep(self) -> None:
        """Moves revenue, makes none."""
        self.day += timedelta(days=1)
        self.run(self.books.run(lambda s: ledger.sweep_revenue(s, self.day)))

    @rule(
        company=companies,
        minor=minors.map(lambda minor: minor * CREDIT_MINOR_PER_FEN),
        ends_well=st.booleans(),
    )
    def pay_out(self, company: int, minor: int, ends_well: bool) -> None:
        async def all_of_it() -> None:
            key, amount = self.books.key(company), Amount("CR", minor)
            posted = await self.books.run(
                lambda s: ledger.request_payout(s, key=key, company_id=company, amount=amount, actor_id=None)
            )
            await self.books.run(lambda s: ledger.mark_payout_sent(s, posted.public_id))
            if ends_well:
                await self.books.run(lambda s: ledger.settle_payout(s, posted.public_id, provider_ref="r"))
            else:
                await self.books.run(lambda s: ledger.fail_payout(s, posted.public_id, reason="no"))

        balances = self.run(self.books.of(company))
        if minor > balances.available.minor or balances.debt:
            self.expect(all_of_it(), PostingRefused)
            return
        self.run(all_of_it())
        self.earned[company] -= minor if ends_well else 0

    @precondition(lambda self: self.payments)
    @rule(data=st.data())
    def charge_back(self, data: st.DataObject) -> None:
        payment, company, minor = data.draw(st.sampled_from(self.payments))
        self.payments.remove((payment, company, minor))
        event = self.books.name("event")
        done: Posted = self.run(
            self.books.run(
                lambda s: ledger.take_chargeback(
                    s, key=Key("provider:t", event), top_up=payment.public_id, cause=Cause("cb", event)
                )
            )
        )
        owed = -sum(leg.amount for leg in done.legs if leg.account.kind is AccountKind.PARTNER_DEBT)
        self.spendable[company] -= minor - owed
        self.earned[company] -= owed

    @rule()
    def expire_bonuses(self) -> None:
        self.run(self.books.make_bonuses_expire())

        async def due() -> list[int]:
            async with self.books.reading() as session:
                return await expired_bonuses(session, limit=100)

        for bonus in self.run(due()):
            done = self.run(self.books.run(lambda s, one=bonus: ledger.expire_bonus(s, one)))
            taken = next(leg for leg in done.legs if leg.amount < 0)
            self.spendable[taken.account.owner_id] += taken.amount
            self.bonus_left -= taken.amount

    @rule(company=companies)
    def freeze_and_lift(self, company: int) -> None:
        frozen = self.run(
            self.books.run(
                lambda s: ledger.freeze_account(
                    s, company_id=company, kind=AccountKind.WALLET, days=1, reason="x", actor_id=FINANCE
                )
            )
        )
        self.run(self.books.run(lambda s: ledger.lift_freeze(s, frozen, actor_id=FINANCE)))

    @rule()
    def lose_a_dispute(self) -> None:
        async def disputed() -> int | None:
            async with self.books.reading() as session:
                found = select(LedgerHold.id).where(LedgerHold.state == "disputed").limit(1)
                return (await session.execute(found)).scalar_one_or_none()

        hold = self.run(disputed())
        if hold is None:
            return
        try:
            done: Posted = self.run(self.books.run(lambda s: ledger.lose_dispute(s, hold, actor_id=FINANCE)))
        except Conflict:
            return
        for leg in done.legs:
            owner, kind = leg.account.owner_id, leg.account.kind
            if kind is AccountKind.PLATFORM_REVENUE:
                self.revenue += leg.amount
            elif kind in (AccountKind.WALLET, AccountKind.WALLET_PROMO):
                self.spendable[owner] += leg.amount
            else:
                self.earned[owner] += leg.amount
        sale = next(at for at, one in enumerate(self.sales) if one[0].transfer_id == self._sale_of(done))
        posted, buyer, author, price, _ = self.sales[sale]
        self.sales[sale] = (posted, buyer, author, price, price)

    def _sale_of(self, refund: Posted) -> int:
        public_id = refund.request.content["sale"]
        return next(one[0].transfer_id for one in self.sales if one[0].public_id == public_id)

    @invariant()
    def the_books_say_what_the_model_says(self) -> None:
        if not hasattr(self, "books"):
            return
        for company in COMPANIES:
            balances = self.run(self.books.of(company))
            assert balances.to_spend.minor == self.spendable[company]
            earned = balances.pending.minor + balances.available.minor - balances.debt.minor
            assert earned == self.earned[company]
        assert self.run(self.books.balance(AccountKind.PLATFORM_REVENUE)) == self.revenue
        self.run(self.books.check())
