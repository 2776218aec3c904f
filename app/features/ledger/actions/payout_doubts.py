"""A payout whose outcome the provider does not tell: asked again, and in the end settled by two people."""

from sqlalchemy import select

from app.db.engine import WriteSession
from app.db.now import database_now
from app.features.ledger.actions.payout_rows import BY_HAND, change_payout, locked_payout, payout_ended
from app.features.ledger.actions.payouts import fail_payout, settle_payout
from app.features.ledger.policy import PAYOUT_UNTOUCHED
from app.features.ledger.posting.requests import Posted
from app.features.ledger.side_models import LedgerPayout
from app.kit.errors import Conflict
from app.kit.text import Text


async def take_up_payout(
    session: WriteSession, payout: str, *, provider: str, orders: bool
) -> LedgerPayout | None:
    """Before the provider is called: write down that it is. None when it must not be.

    What two people are deciding is not ordered again: they may be about to give it back. Raises NotFound.
    """
    row = await locked_payout(session, payout)
    if row.state == "requested" and orders:
        now = database_now()
        await change_payout(session, row, state="sent", provider=provider, changed_at=now, asked_at=now)
        return row
    if row.state != "sent" or row.provider != provider or (orders and row.proposal is not None):
        return None
    await change_payout(session, row, asked_at=database_now())
    return row


async def note_payout(session: WriteSession, payout: str, *, doubt: str | None, reference: str = "") -> None:
    """What the last answer left open; a contradiction stays, whatever is told later. Raises NotFound."""
    row = await locked_payout(session, payout)
    is_open = row.state == "sent" and row.doubt != "contradicts"
    if is_open or doubt == "contradicts":
        await change_payout(session, row, doubt=doubt, provider_ref=row.provider_ref or reference or None)


async def take_up_doubt(session: WriteSession, payout: str, *, proposal: str) -> None:
    """Have two people decide. Only where the provider tells nothing, and is not being asked just now.

    Raises NotFound and Conflict.
    """
    row = await locked_payout(session, payout)
    if row.state != "sent":
        raise payout_ended(row)
    if row.provider == BY_HAND or row.doubt is None:
        raise Conflict(
            Text(
                zh="这笔提现没有疑问：由付款方或经手人给出结果。",
                en="Nothing is in doubt about this payout: its provider, or whoever pays it out, tells.",
            ),
            field="payout",
        )
    if row.proposal is not None:
        raise Conflict(
            Text(zh="已有一个待批准的提议。", en="A proposal about this payout is waiting already."),
            field="payout",
        )
    if not await _is_untouched(session, row):
        raise Conflict(
            Text(
                zh="正在向付款方询问这笔提现，请两分钟后再提议。",
                en="The provider is being asked just now: propose it in two minutes.",
            ),
            field="payout",
        )
    await change_payout(session, row, proposal=proposal)


async def end_doubt(
    session: WriteSession, payout: str, *, proposal: str, step: str, reference: str, reason: str
) -> Posted:
    """What a second person approved. Raises NotFound, and Conflict when the provider answered meanwhile."""
    row = await locked_payout(session, payout)
    if row.state != "sent" or row.proposal != proposal:
        raise payout_ended(row)
    if step == "settled":
        return await settle_payout(session, payout, provider_ref=reference)
    return await fail_payout(session, payout, reason=reason)


async def leave_doubt(session: WriteSession, payout: str) -> None:
    """The proposal was refused: the provider is asked as before."""
    await change_payout(session, await locked_payout(session, payout), proposal=None)


async def clear_contradiction(session: WriteSession, payout: str) -> None:
    """A payout that ended and was contradicted afterwards: the books were corrected. Raises NotFound and
    Conflict."""
    row = await locked_payout(session, payout)
    if row.doubt is None or row.state not in ("settled", "failed"):
        raise Conflict(
            Text(zh="这笔提现没有要澄清的矛盾。", en="There is no contradiction about this payout."),
            field="payout",
        )
    await change_payout(session, row, doubt=None)


async def _is_untouched(session: WriteSession, row: LedgerPayout) -> bool:
    """By the database's clock: an order under way would be over by then."""
    now = (await session.execute(select(database_now()))).scalar_one()
    return row.asked_at is None or now - row.asked_at >= PAYOUT_UNTOUCHED
