"""Books for tests: companies with credits, the verbs without ceremony, and the check at the end."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy import func, select, text, update

from app.db.engine import Database, ReadSession, WriteSession
from app.db.tenancy import SYSTEM, Tenant, acting_as
from app.db.writing import run_write
from app.features.ledger import actions as ledger
from app.features.ledger.actions import Author, Cause, Download, Key, Posted
from app.features.ledger.checking import Report, check
from app.features.ledger.checking.report import Extent
from app.features.ledger.kinds import AccountKind
from app.features.ledger.models import LedgerAccount, LedgerTransfer
from app.features.ledger.queries import Balances, balances_of
from app.features.ledger.side_models import LedgerBonus, LedgerHold
from app.kit.amount import Amount, credits

ANA, BO, CAI, DAN = 1, 2, 3, 4  # companies: Ana buys, the others sell
FINANCE, CONTROLLER = 901, 902  # two of finance staff
FEE = 1_000  # basis points


@dataclass
class Books:
    database: Database
    tenant: Tenant = SYSTEM
    is_damaged: bool = False  # on purpose, by the test
    _numbers: Any = field(default_factory=lambda: count(1))

    def name(self, word: str) -> str:
        return f"{word}-{next(self._numbers)}"

    def key(self, company_id: int = ANA) -> Key:
        return Key.of_company(company_id, self.name("key"))

    async def prepare(self, companies: int = 20) -> None:
        """Companies 1 to `companies`."""
        rows = ", ".join(
            f"({number}, 'c{number}', 'c{number}', 'c{number}', 'active', 'verified', '{{}}',"
            " '2026-01-01 00:00:00.000000')"
            for number in range(1, companies + 1)
        )
        columns = "id, public_id, name, name_key, state, verification, profile, created_at"
        await self.write(text(f"INSERT INTO companies ({columns}) VALUES {rows} ON CONFLICT DO NOTHING"))

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ReadSession]:
        with acting_as(self.tenant):
            async with self.database.reading() as session:
                yield session

    async def run(self, work: Callable[[WriteSession], Awaitable[Any]]) -> Any:
        with acting_as(self.tenant):
            return await ledger.run_posting(self.database, work)

    async def top_up(self, company_id: int = ANA, amount: int = 100, *, event: str = "") -> Posted:
        event = event or self.name("event")
        return await self.run(
            lambda s: ledger.top_up(
                s,
                key=Key("provider:test", event),
                company_id=company_id,
                amount=credits(amount),
                cause=Cause("payment", event),
            )
        )

    async def allow_bonuses(self, amount: int = 1_000) -> None:
        proposal = await self.run(
            lambda s: ledger.propose_budget(s, amount=credits(amount), reason="spring", actor_id=FINANCE)
        )
        await self.run(lambda s: ledger.approve_proposal(s, proposal, actor_id=CONTROLLER))

    async def bonus(self, company_id: int = ANA, amount: int = 10, *, days: int = 30) -> Posted:
        return await self.run(
            lambda s: ledger.grant_bonus(
                s,
                campaign="spring",
                occasion=self.name("occasion"),
                company_id=company_id,
                amount=credits(amount),
                days=days,
            )
        )

    async def buy(
        self,
        price: Amount | int = 10,
        *authors: int,
        buyer: int = ANA,
        key: Key | None = None,
        fee: int = FEE,
    ) -> Posted:
        cause = Cause("purchase", self.name("purchase") if key is None else key.value)
        key = key or self.key(buyer)
        download = Download(
            key=key,
            buyer_id=buyer,
            price=credits(price) if isinstance(price, int) else price,
            authors=[Author(company) for company in authors or (BO,)],
            fee_basis_points=fee,
            cause=cause,
            actor_id=None,
        )
        with acting_as(self.tenant):
            return await ledger.pay_for_download_alone(self.database, download)

    async def refund(self, sale: Posted, amount: Amount | None = None, *, key: Key | None = None) -> Posted:
        key = key or Key("refund", self.name("refund"))
        return await self.run(
            lambda s: ledger.refund_sale(
                s,
                key=key,
                sale=sale.public_id,
                amount=amount,
                cause=Cause("refund", key.value),
                actor_id=FINANCE,
            )
        )

    async def make_due(self) -> None:
        """As after the hold window: the database's clock cannot be moved, the dates can."""
        await self.write(update(LedgerHold).values(release_at=text("'2020-01-01 00:00:00'")))

    async def make_bonuses_expire(self) -> None:
        await self.write(update(LedgerBonus).values(expires_at=text("'2020-01-01 00:00:00'")))

    async def release(self, company_id: int = BO) -> Posted | None:
        return await self.run(lambda s: ledger.release_due(s, company_id))

    async def write(self, statement: Any) -> None:
        async def work(session: WriteSession) -> None:
            await session.execute(statement)

        with acting_as(SYSTEM):
            await run_write(self.database, work)

    async def of(self, company_id: int) -> Balances:
        async with self.reading() as session:
            return await balances_of(session, company_id)

    async def balance(self, kind: AccountKind) -> int:
        """All accounts of a kind together, in thousandths."""
        async with self.reading() as session:
            total = select(func.coalesce(func.sum(LedgerAccount.balance), 0))
            return int((await session.execute(total.where(LedgerAccount.kind == int(kind)))).scalar_one())

    async def transfers(self, state: str = "posted") -> int:
        async with self.reading() as session:
            counted = select(func.count()).where(LedgerTransfer.state == state)
            return int((await session.execute(counted)).scalar_one())

    async def report(self, extent: Extent = "full") -> Report:
        return await check(self.database, extent=extent)

    async def check(self) -> None:
        report = await self.report()
        assert report.is_clean is not self.is_damaged, report.findings
