"""What the worker does about payouts, each minute: order what was asked for, ask about what is open.

The provider is called outside any transaction, after it was written down that it is. Whatever happens then,
a lost answer or the end of this process, the payout is `sent` and will be asked about.
"""

from collections.abc import Awaitable, Callable, Sequence

import structlog
from sqlalchemy import ColumnElement, func, or_, select

from app.db.engine import Database
from app.db.now import database_now
from app.features.ledger.actions.payout_doubts import note_payout, take_up_payout
from app.features.ledger.actions.payout_rows import BY_HAND, money_of
from app.features.ledger.actions.payouts import fail_payout, settle_payout
from app.features.ledger.errors import KeyReused
from app.features.ledger.paying_out.provider import NoAnswer, Order, PayoutProvider, Told
from app.features.ledger.policy import PAYOUT_ASK_AFTER
from app.features.ledger.posting.running import run_posting
from app.features.ledger.side_models import LedgerPayout
from app.features.members.companies.finding import public_ids_of
from app.kit.amount import Amount
from app.kit.errors import Conflict

_AT_ONCE = 50
_Call = Callable[[Order], Awaitable[Told]]

log = structlog.get_logger()


async def carry_payouts(database: Database, provider: PayoutProvider) -> int:
    """Returns how many have an outcome since. Any number of workers may do this side by side."""
    if provider.name == BY_HAND:
        return 0
    ended = 0
    for order in await _orders(database, LedgerPayout.state == "requested"):
        ended += await _order(database, provider, order)
    for order in await _orders(database, await _is_due(database), LedgerPayout.provider == provider.name):
        ended += await _ask(database, provider, order)
    return ended


async def _order(database: Database, provider: PayoutProvider, order: Order) -> bool:
    return await _called(database, provider, order, provider.send, orders=True)


async def _ask(database: Database, provider: PayoutProvider, order: Order) -> bool:
    """One that the provider never got is ordered again, under the same id."""
    if await _called(database, provider, order, provider.ask, orders=False):
        return True
    async with database.reading() as session:
        found = select(LedgerPayout.doubt).where(LedgerPayout.public_id == order.payout)
        is_unknown = await session.scalar(found) == "unknown"
    return is_unknown and await _order(database, provider, order)


async def _called(
    database: Database, provider: PayoutProvider, order: Order, call: _Call, *, orders: bool
) -> bool:
    taken = await run_posting(
        database, lambda s: take_up_payout(s, order.payout, provider=provider.name, orders=orders)
    )
    if taken is None:
        return False
    try:
        told = await call(order)
    except NoAnswer as error:
        log.warning("payout_unanswered", payout=order.payout, doubt=error.doubt, why=str(error))
        await _note(database, order, error.doubt)
        return False
    return await _believe(database, order, told)


async def _believe(database: Database, order: Order, told: Told) -> bool:
    """Book what the provider says; one that says two things about the same payout is not believed twice."""
    try:
        if told.state == "paid":
            await run_posting(database, lambda s: settle_payout(s, order.payout, provider_ref=told.reference))
            return True
        if told.state == "failed":
            await run_posting(database, lambda s: fail_payout(s, order.payout, reason=told.reason))
            return True
    except (Conflict, KeyReused):
        log.error("payout_contradicted", payout=order.payout, told=told.state)
        await _note(database, order, "contradicts", told.reference)
        return False
    await _note(database, order, "unknown" if told.state == "unknown" else None, told.reference)
    return False


async def _note(database: Database, order: Order, doubt: str | None, reference: str = "") -> None:
    await run_posting(database, lambda s: note_payout(s, order.payout, doubt=doubt, reference=reference))


async def _orders(database: Database, *which: ColumnElement[bool]) -> Sequence[Order]:
    """Those least lately asked about first: one that never gets an answer keeps none waiting."""
    async with database.reading() as session:
        asked_about = func.coalesce(LedgerPayout.asked_at, LedgerPayout.requested_at)
        found = await session.execute(
            select(LedgerPayout.public_id, LedgerPayout.company_id, LedgerPayout.amount)
            .where(*which)
            .order_by(asked_about, LedgerPayout.id)
            .limit(_AT_ONCE)
        )
        rows = found.all()
        companies = await public_ids_of(session, (row.company_id for row in rows))
    return [
        Order(row.public_id, companies[row.company_id], money_of(Amount("CR", row.amount))) for row in rows
    ]


async def _is_due(database: Database) -> ColumnElement[bool]:
    async with database.reading() as session:
        now = (await session.execute(select(database_now()))).scalar_one()
    before = now - PAYOUT_ASK_AFTER
    return (LedgerPayout.state == "sent") & or_(
        LedgerPayout.asked_at.is_(None), LedgerPayout.asked_at <= before
    )
