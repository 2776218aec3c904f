"""Disputed holds and appeals: what waits longer, who objects, and how it ends."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, insert, select, update

from app.db.engine import WriteSession
from app.db.now import database_now
from app.features.ledger.actions.freezing import lift_freeze, valid_reason
from app.features.ledger.actions.refunds import refund_sale
from app.features.ledger.kinds import AccountKind, TransferKind
from app.features.ledger.models import LedgerAccount, LedgerEntry, LedgerTransfer
from app.features.ledger.policy import DISPUTE_DAYS, HOLD_DAYS, SALE_HOLD
from app.features.ledger.posting.requests import Cause, Key, Posted
from app.features.ledger.side_models import REASON_LENGTH, LedgerAppeal, LedgerFreeze, LedgerHold
from app.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from app.kit.ids import random_id
from app.kit.text import Text

_SALES_LOOKED_AT = 500


async def dispute_sales_of(session: WriteSession, buyer_id: int, owed: int, *, reason: str) -> None:
    """Keep the newest sales to a buyer from being released, until they cover what the buyer owes."""
    due = (await session.execute(select(database_now()))).scalar_one() + timedelta(days=DISPUTE_DAYS)
    for hold in await session.scalars(_holds_of_sales_to(buyer_id, state="open")):
        if owed <= 0:
            return
        await session.execute(
            update(LedgerHold)
            .where(LedgerHold.id == hold.id)
            .values(state="disputed", reason=reason, days=DISPUTE_DAYS, release_at=due)
        )
        owed -= hold.amount - hold.released - hold.returned


async def reopen_disputes_over(session: WriteSession, buyer_id: int, *, reason: str) -> None:
    """The reverse: the holds go on as if they had not been disputed, and end now if they are due."""
    for hold in await session.scalars(_holds_of_sales_to(buyer_id, state="disputed")):
        if hold.reason == reason:
            await _reopen(session, hold)


def _holds_of_sales_to(buyer_id: int, *, state: str) -> Select[Any]:
    """Locked, in the order in which everybody locks them; the newest sales of the buyer only."""
    sales = (
        select(LedgerEntry.transfer_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(
            LedgerAccount.owner_id == buyer_id,
            LedgerAccount.kind.in_([int(AccountKind.WALLET), int(AccountKind.WALLET_PROMO)]),
            LedgerEntry.amount < 0,
        )
        .order_by(LedgerEntry.transfer_id.desc())
        .limit(_SALES_LOOKED_AT)
    )
    return (
        select(LedgerHold)
        .where(LedgerHold.transfer_id.in_(sales), LedgerHold.state == state)
        .order_by(LedgerHold.id.desc())
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def reopen_hold(session: WriteSession, hold_id: int) -> None:
    """End a dispute in the author's favour. Raises NotFound and Conflict."""
    hold = await _hold(session, hold_id)
    if hold.state != "disputed":
        raise Conflict(Text(zh="这笔收益没有争议。", en="These earnings are not disputed."))
    await _reopen(session, hold)


async def lose_dispute(session: WriteSession, hold_id: int, *, actor_id: int | None) -> Posted:
    """End a dispute against the authors: the whole sale goes back and repays what the buyer owes.

    Raises NotFound, Conflict, PostingRefused.
    """
    hold = await _hold(session, hold_id, lock=False)
    if hold.state != "disputed":
        raise Conflict(Text(zh="这笔收益没有争议。", en="These earnings are not disputed."))
    sale = select(LedgerTransfer.public_id).where(LedgerTransfer.id == hold.transfer_id)
    public_id = (await session.execute(sale)).scalar_one()
    return await refund_sale(
        session,
        key=Key("dispute", public_id),
        sale=public_id,
        amount=None,
        cause=Cause("dispute", public_id),
        actor_id=actor_id,
        repay_debt=True,
    )


async def file_appeal(
    session: WriteSession,
    *,
    company_id: int,
    text: str,
    actor_id: int,
    hold_id: int | None = None,
    freeze: str | None = None,
) -> str:
    """Object to a hold or a freeze of the company's own; returns the appeal's public id.

    Raises NotFound, Invalid and Conflict (one is open already).
    """
    plain = text.strip()
    if not 1 <= len(plain) <= 2 * REASON_LENGTH:
        raise Invalid(
            Text(
                zh=f"请写明申诉内容（1 到 {2 * REASON_LENGTH} 个字符）。",
                en=f"Say what you object to, in 1 to {2 * REASON_LENGTH} characters.",
            ),
            field="text",
        )
    subject = await _own_subject(session, company_id, hold_id=hold_id, freeze=freeze)
    await _refuse_second(session, subject)
    public_id = random_id()
    await session.execute(
        insert(LedgerAppeal).values(
            public_id=public_id,
            company_id=company_id,
            **subject,
            text=plain,
            filed_by=actor_id,
            filed_at=database_now(),
            state="open",
        )
    )
    return public_id


async def decide_appeal(
    session: WriteSession, public_id: str, *, accept: bool, answer: str, actor_id: int
) -> None:
    """Accept (the freeze ends, the hold is released at the next run) or refuse, with an answer.

    Who froze an account does not decide about the objection. Raises NotFound, NotAllowed, Conflict, Invalid.
    """
    appeal = await session.scalar(
        select(LedgerAppeal).where(LedgerAppeal.public_id == public_id).with_for_update()
    )
    if appeal is None:
        raise NotFound(Text(zh="没有这个申诉。", en="There is no such appeal."), field="appeal")
    if appeal.state != "open":
        raise Conflict(Text(zh="这个申诉已有决定。", en="This appeal was decided already."), field="appeal")
    plain = valid_reason(answer, field="answer")
    if appeal.freeze_id is not None:
        freeze = (
            await session.scalars(select(LedgerFreeze).where(LedgerFreeze.id == appeal.freeze_id))
        ).one()
        if freeze.placed_by == actor_id:
            raise NotAllowed(
                Text(
                    zh="冻结由您作出，申诉须由另一人决定。",
                    en="You placed this freeze; somebody else decides.",
                )
            )
        if accept:
            await lift_freeze(session, freeze.public_id, actor_id=actor_id)
    elif accept:
        hold = await _hold(session, appeal.hold_id or 0)
        if hold.state != "done":
            await session.execute(
                update(LedgerHold)
                .where(LedgerHold.id == hold.id)
                .values(state="open", release_at=database_now())
            )
    await session.execute(
        update(LedgerAppeal)
        .where(LedgerAppeal.id == appeal.id)
        .values(
            state="accepted" if accept else "refused",
            answer=plain,
            decided_by=actor_id,
            decided_at=database_now(),
        )
    )


async def _own_subject(
    session: WriteSession, company_id: int, *, hold_id: int | None, freeze: str | None
) -> dict[str, int | None]:
    """What is objected to, locked. Another company's and what does not exist get the same answer."""
    held: type[LedgerFreeze] | type[LedgerHold] = LedgerHold if freeze is None else LedgerFreeze
    own = (
        select(held.id)
        .join(LedgerAccount, LedgerAccount.id == held.account_id)
        .where(LedgerAccount.owner_id == company_id)
        .where(LedgerHold.id == hold_id if freeze is None else LedgerFreeze.public_id == freeze)
        .with_for_update(of=held)
    )
    found = await session.scalar(own)
    if found is None:
        raise NotFound(Text(zh="没有可申诉的对象。", en="There is nothing of yours to object to here."))
    return {"hold_id": found if freeze is None else None, "freeze_id": None if freeze is None else found}


async def _refuse_second(session: WriteSession, subject: dict[str, int | None]) -> None:
    """The index refuses a second one too; here it is said in words."""
    open_one = select(LedgerAppeal.id).where(
        LedgerAppeal.state == "open",
        LedgerAppeal.hold_id == subject["hold_id"]
        if subject["hold_id"] is not None
        else LedgerAppeal.freeze_id == subject["freeze_id"],
    )
    if await session.scalar(open_one) is not None:
        raise Conflict(Text(zh="已有一个申诉在处理中。", en="An appeal is being looked at already."))


async def _hold(session: WriteSession, hold_id: int, *, lock: bool = True) -> LedgerHold:
    statement = select(LedgerHold).where(LedgerHold.id == hold_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = await session.scalar(statement)
    if found is None:
        raise NotFound(
            Text(zh="没有这笔待结算收益。", en="There are no such pending earnings."), field="hold"
        )
    return found


async def _reopen(session: WriteSession, hold: LedgerHold) -> None:
    sold_at = (
        await session.execute(
            select(LedgerTransfer.created_at).where(
                LedgerTransfer.id == hold.transfer_id, LedgerTransfer.kind == int(TransferKind.DOWNLOAD)
            )
        )
    ).scalar_one()
    await session.execute(
        update(LedgerHold)
        .where(LedgerHold.id == hold.id)
        .values(
            state="open", reason=SALE_HOLD, days=HOLD_DAYS, release_at=sold_at + timedelta(days=HOLD_DAYS)
        )
    )
