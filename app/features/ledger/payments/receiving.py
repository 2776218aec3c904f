"""Taking events in: each once; those that come too early wait for the one they speak of."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.db.engine import Database, WriteSession
from app.db.now import database_now
from app.db.tenancy import SYSTEM, acting_as
from app.db.writing import run_write
from app.features.ledger.actions.chargebacks import reverse_chargeback, take_chargeback
from app.features.ledger.actions.top_ups import top_up
from app.features.ledger.errors import KeyReused, PostingRefused
from app.features.ledger.models import LedgerTransfer
from app.features.ledger.payment_models import LedgerPaymentEvent
from app.features.ledger.payments.signing import ProviderEvent
from app.features.ledger.posting.portable import dialect_of
from app.features.ledger.posting.requests import Cause, Key, Posted
from app.features.ledger.posting.running import run_posting
from app.features.members.models import Company
from app.kit.amount import Amount, asset_named
from app.kit.errors import Conflict, NotFound
from app.kit.ids import random_id
from app.kit.text import Text

# What an event of a kind speaks of must have been matched before it.
_AFTER = {"charged_back": "paid", "chargeback_won": "charged_back"}


@dataclass(frozen=True, slots=True)
class Received:
    """What became of an event; `problem` says why it waits or was refused."""

    public_id: str
    state: str
    problem: str | None


async def receive_event(database: Database, provider: str, event: ProviderEvent) -> Received:
    """Take a verified event in. The same again gives the same answer. Raises KeyReused (other content)."""

    async def take(session: WriteSession) -> Received:
        row = await _kept(session, provider, event)
        if row.state == "unmatched":
            await _settle(session, row)
        return Received(row.public_id, row.state, row.problem)

    with acting_as(SYSTEM):  # a provider is no member; its signature was checked
        try:
            return await run_posting(database, take)
        except PostingRefused as refusal:
            reason = refusal.reason
            return await run_write(database, lambda session: _refused(session, provider, event, reason))


async def match_event(database: Database, public_id: str, *, company_id: int, actor_id: int) -> Received:
    """Staff name the company of a payment that nobody could be found for. Raises NotFound and Conflict."""

    async def work(session: WriteSession) -> Received:
        row = await _waiting(session, public_id)
        row.company_id, row.decided_by = company_id, actor_id
        await _settle(session, row)
        return Received(row.public_id, row.state, row.problem)

    return await run_posting(database, work)


async def dismiss_event(session: WriteSession, public_id: str, *, actor_id: int) -> None:
    """Staff decide that an event is none of ours. Raises NotFound and Conflict."""
    row = await _waiting(session, public_id)
    row.state, row.decided_by = "dismissed", actor_id


async def _kept(session: WriteSession, provider: str, event: ProviderEvent) -> LedgerPaymentEvent:
    """The event's row, locked; made where there is none."""
    company = await session.scalar(select(Company.id).where(Company.public_id == event.company))
    values: dict[str, Any] = {
        "public_id": random_id(),
        "provider": provider,
        "event_id": event.id,
        "kind": event.kind,
        "payment": event.payment,
        "company": event.company,
        "company_id": company,
        "asset": event.paid.asset,
        "amount": event.paid.minor,
        "credits": event.credits.minor,
        "digest": event.digest,
        "state": "unmatched",
    }
    dialect: Any = postgresql if dialect_of(session) == "postgresql" else sqlite
    insert = dialect.insert(LedgerPaymentEvent).values(**values, received_at=database_now())
    await session.execute(insert.on_conflict_do_nothing(index_elements=["provider", "event_id"]))
    found = select(LedgerPaymentEvent).where(
        LedgerPaymentEvent.provider == provider, LedgerPaymentEvent.event_id == event.id
    )
    row = (await session.scalars(found.with_for_update())).one()
    if row.digest != event.digest:
        raise KeyReused
    return row


async def _settle(session: WriteSession, row: LedgerPaymentEvent) -> None:
    """Post what an event says if what it speaks of is there, and then what waited for it."""
    posted = await _posted(session, row)
    if posted is None:
        return
    row.state, row.problem, row.transfer_id = "matched", None, posted.transfer_id
    await session.flush()
    waiting = select(LedgerPaymentEvent).where(
        LedgerPaymentEvent.provider == row.provider,
        LedgerPaymentEvent.payment == row.payment,
        LedgerPaymentEvent.state == "unmatched",
        LedgerPaymentEvent.kind.in_([kind for kind, before in _AFTER.items() if before == row.kind]),
    )
    for next_one in (await session.scalars(waiting.order_by(LedgerPaymentEvent.id).with_for_update())).all():
        await _settle(session, next_one)


async def _posted(session: WriteSession, row: LedgerPaymentEvent) -> Posted | None:
    key, cause = Key(f"provider:{row.provider}", row.event_id), Cause("payment", row.payment)
    if row.kind == "paid":
        if row.company_id is None:
            row.problem = "unknown_company"
            return None
        return await top_up(
            session,
            key=key,
            company_id=row.company_id,
            amount=Amount("CR", row.credits),
            cause=cause,
            paid=Amount(asset_named(row.asset), row.amount),
        )
    before = (
        select(LedgerTransfer.public_id)
        .join(LedgerPaymentEvent, LedgerPaymentEvent.transfer_id == LedgerTransfer.id)
        .where(
            LedgerPaymentEvent.provider == row.provider,
            LedgerPaymentEvent.payment == row.payment,
            LedgerPaymentEvent.kind == _AFTER[row.kind],
            LedgerPaymentEvent.state == "matched",
        )
    )
    subject = await session.scalar(before.limit(1))
    if subject is None:
        row.problem = "unknown_payment"
        return None
    if row.kind == "charged_back":
        amount = Amount("CR", row.credits)
        return await take_chargeback(session, key=key, top_up=subject, amount=amount, cause=cause)
    return await reverse_chargeback(session, key=key, chargeback=subject, cause=cause)


async def _refused(session: WriteSession, provider: str, event: ProviderEvent, reason: str) -> Received:
    row = await _kept(session, provider, event)
    row.state, row.problem = "refused", reason
    return Received(row.public_id, row.state, row.problem)


async def _waiting(session: WriteSession, public_id: str) -> LedgerPaymentEvent:
    statement = select(LedgerPaymentEvent).where(LedgerPaymentEvent.public_id == public_id)
    row = await session.scalar(statement.with_for_update())
    if row is None:
        raise NotFound(Text(zh="没有这个支付事件。", en="There is no such payment event."), field="event")
    if row.state != "unmatched":
        raise Conflict(Text(zh="这个支付事件已有结果。", en="This payment event was dealt with already."))
    return row
