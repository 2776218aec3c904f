"""An event of a provider: written down first, then matched. What cannot be matched waits, and is never lost.

Events may come twice, late, and in any order: a chargeback told before its payment waits for it. The key of a
payment is the payment, not the event: two events of one payment credit it once.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.db.engine import Database, WriteSession
from app.db.now import database_now
from app.db.tenancy import SYSTEM, acting_as
from app.db.writing import run_write
from app.features.ledger import actions as ledger
from app.features.ledger.errors import KeyReused, PostingRefused
from app.features.ledger.models import LedgerTransfer
from app.features.ledger.payment_models import LedgerPaymentEvent
from app.features.ledger.policy import CREDIT_MINOR_PER_FEN
from app.features.ledger.posting.requests import Cause, Key, Posted
from app.features.members.companies.finding import company_named
from app.kit.amount import MAX_MINOR, Amount
from app.kit.errors import Conflict, NotFound
from app.kit.ids import random_id
from app.kit.text import Text

EventKind = Literal["paid", "charged_back", "chargeback_won"]
_WAITING = "waiting"  # not looked at yet
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Told:
    """What the provider said."""

    provider: str
    event_id: str
    kind: EventKind
    payment: str
    company: str
    asset: str
    amount: int  # in minor units of the asset

    @property
    def digest(self) -> str:
        parts = [self.kind, self.payment, self.company, self.asset, self.amount]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Outcome:
    id: str
    state: str
    problem: str | None


class Unplaced(Exception):
    """It cannot be matched now; the word tells why."""


async def receive(database: Database, told: Told) -> Outcome:
    """Store, then match. Raises Conflict: the same event id with another content."""
    with acting_as(SYSTEM):
        event_id = await run_write(database, lambda session: _store(session, told))
        outcome = await settle(database, event_id)
        if outcome.state == "matched":
            await _settle_those_waiting_for(database, told)
    return outcome


async def settle(database: Database, public_id: str, *, company: str | None = None) -> Outcome:
    """Match an event that is not yet; `company`: whose it is, where the provider's word for it is unknown."""

    async def work(session: WriteSession) -> None:
        event = await _locked(session, public_id)
        if event.state == "unmatched":
            posted = await _MATCHERS[event.kind](session, event, company)
            await _mark(session, event.id, "matched", None, transfer_id=posted.transfer_id)

    problem: tuple[str, str] | None = None
    try:
        await ledger.run_posting(database, work)
    except Unplaced as error:
        problem = ("unmatched", str(error))
    except KeyReused:
        problem = ("unmatched", "paid_before")
    except PostingRefused as refusal:
        problem = ("refused", refusal.reason)

    async def conclude(session: WriteSession) -> Outcome:
        event = await _locked(session, public_id)
        if problem is not None and event.state == "unmatched":
            await _mark(session, event.id, *problem)
            return Outcome(public_id, *problem)
        return Outcome(public_id, event.state, event.problem)

    return await run_write(database, conclude)


async def settle_all(database: Database) -> int:
    """Try all that wait once more: a company may have come, a crash may have left some. For the worker."""
    async with database.reading() as session:
        waiting = await session.scalars(
            select(LedgerPaymentEvent.public_id)
            .where(LedgerPaymentEvent.state == "unmatched")
            .order_by(LedgerPaymentEvent.id)
            .limit(_AT_ONCE)
        )
        ids = list(waiting)
    outcomes = [await settle(database, one) for one in ids]
    return len([one for one in outcomes if one.state == "matched"])


async def dismiss(session: WriteSession, public_id: str, *, actor_id: int) -> None:
    """Have an event wait no longer: it was settled otherwise. Raises NotFound and Conflict."""
    event = await _locked(session, public_id)
    if event.state != "unmatched":
        raise Conflict(Text(zh="这个事件不再等待处理。", en="This event waits no longer."), field="event")
    await session.execute(
        update(LedgerPaymentEvent)
        .where(LedgerPaymentEvent.id == event.id)
        .values(state="dismissed", decided_by=actor_id)
        .execution_options(synchronize_session=False)
    )


async def _store(session: WriteSession, told: Told) -> str:
    values = {
        "public_id": random_id(),
        "provider": told.provider,
        "event_id": told.event_id,
        "kind": told.kind,
        "payment": told.payment,
        "company": told.company,
        "asset": told.asset,
        "amount": told.amount,
        "credits": min(told.amount * CREDIT_MINOR_PER_FEN, MAX_MINOR) if told.asset == "CNY" else 0,
        "digest": told.digest,
        "state": "unmatched",
        "problem": _WAITING,
    }
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    adding: Any = dialect.insert(LedgerPaymentEvent).values(**values, received_at=database_now())
    await session.execute(adding.on_conflict_do_nothing(index_elements=["provider", "event_id"]))
    stored = (
        await session.execute(
            select(LedgerPaymentEvent.public_id, LedgerPaymentEvent.digest).where(
                LedgerPaymentEvent.provider == told.provider, LedgerPaymentEvent.event_id == told.event_id
            )
        )
    ).one()
    if stored.digest != told.digest:
        raise Conflict(
            Text(
                zh="这个事件编号已用于内容不同的事件。",
                en="This event id was used for an event of other content.",
            ),
            field="id",
        )
    return str(stored.public_id)


async def _paid(session: WriteSession, event: LedgerPaymentEvent, company: str | None) -> Posted:
    if event.asset != "CNY":
        raise Unplaced("asset")
    if not 1 <= event.amount * CREDIT_MINOR_PER_FEN <= MAX_MINOR:
        raise Unplaced("amount")
    try:
        company_id = await company_named(session, company or event.company)
    except NotFound:
        raise Unplaced("company") from None
    return await ledger.top_up(
        session,
        key=Key(f"provider:{event.provider}", f"paid:{event.payment}"),
        company_id=company_id,
        amount=Amount("CR", event.credits),
        cause=Cause("payment", event.payment),
        paid=Amount("CNY", event.amount),
    )


async def _charged_back(session: WriteSession, event: LedgerPaymentEvent, company: str | None) -> Posted:
    top_up = await _transfer_of(session, event, "paid")
    return await ledger.take_chargeback(
        session,
        key=Key(f"provider:{event.provider}", f"back:{event.event_id}"),
        top_up=top_up,
        amount=Amount("CR", event.credits),
        cause=Cause("chargeback", event.payment),
    )


async def _won(session: WriteSession, event: LedgerPaymentEvent, company: str | None) -> Posted:
    chargeback = await _transfer_of(session, event, "charged_back")
    return await ledger.reverse_chargeback(
        session,
        key=Key(f"provider:{event.provider}", f"won:{event.event_id}"),
        chargeback=chargeback,
        cause=Cause("chargeback", event.payment),
    )


_Matcher = Callable[[WriteSession, LedgerPaymentEvent, str | None], Awaitable[Posted]]
_MATCHERS: dict[str, _Matcher] = {"paid": _paid, "charged_back": _charged_back, "chargeback_won": _won}


async def _transfer_of(session: WriteSession, event: LedgerPaymentEvent, kind: EventKind) -> str:
    """Public id of the transfer that an earlier event of the same payment became."""
    found: str | None = await session.scalar(
        select(LedgerTransfer.public_id)
        .join(LedgerPaymentEvent, LedgerPaymentEvent.transfer_id == LedgerTransfer.id)
        .where(
            LedgerPaymentEvent.provider == event.provider,
            LedgerPaymentEvent.payment == event.payment,
            LedgerPaymentEvent.kind == kind,
            LedgerPaymentEvent.state == "matched",
        )
        .order_by(LedgerPaymentEvent.id.desc())
        .limit(1)
    )
    if found is None:
        raise Unplaced(kind)  # it may still come
    return found


async def _settle_those_waiting_for(database: Database, told: Told) -> None:
    """Until none of the same payment can be matched any more: one may have waited for the other."""
    while True:
        async with database.reading() as session:
            waiting = await session.scalars(
                select(LedgerPaymentEvent.public_id)
                .where(
                    LedgerPaymentEvent.provider == told.provider,
                    LedgerPaymentEvent.payment == told.payment,
                    LedgerPaymentEvent.state == "unmatched",
                )
                .order_by(LedgerPaymentEvent.id)
            )
            ids = list(waiting)
        outcomes = [await settle(database, one) for one in ids]
        if not any(one.state == "matched" for one in outcomes):
            return


async def _locked(session: WriteSession, public_id: str) -> LedgerPaymentEvent:
    statement = select(LedgerPaymentEvent).where(LedgerPaymentEvent.public_id == public_id).with_for_update()
    found = await session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(Text(zh="没有这个事件。", en="There is no such event."), field="event")
    return found


async def _mark(session: WriteSession, event_id: int, state: str, problem: str | None, **more: Any) -> None:
    await session.execute(
        update(LedgerPaymentEvent)
        .where(LedgerPaymentEvent.id == event_id)
        .values(state=state, problem=problem, **more)
        .execution_options(synchronize_session=False)
    )
