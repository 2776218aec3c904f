"""Bonus credits: from an approved budget, spent first, never paid out, gone when they expire."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from app.db.engine import ReadSession, WriteSession
from app.db.now import database_now
from app.features.ledger.kinds import AccountKind, TransferKind
from app.features.ledger.models import LedgerAccount
from app.features.ledger.policy import MAX_BONUS_DAYS
from app.features.ledger.posting.moves import Account, give, take
from app.features.ledger.posting.portable import lock_accounts
from app.features.ledger.posting.requests import Cause, Key, Posted, Request
from app.features.ledger.posting.transfers import begin, complete, post
from app.features.ledger.side_models import LedgerBonus
from app.kit.amount import Amount
from app.kit.errors import Invalid
from app.kit.text import Text

_ISSUANCE = Account(AccountKind.PROMO_ISSUANCE)


def _wallet(company_id: int) -> Account:
    return Account(AccountKind.WALLET_PROMO, company_id)


async def grant_bonus(
    session: WriteSession,
    *,
    campaign: str,
    occasion: str,
    company_id: int,
    amount: Amount,
    days: int,
    actor_id: int | None = None,
) -> Posted:
    """Give a company bonus credits for an occasion of a campaign, once. They expire after `days`.

    Raises Invalid, PostingRefused (the budget is used up) and KeyReused.
    """
    amount.refuse_unmovable("CR", field="amount")
    if not 1 <= days <= MAX_BONUS_DAYS or amount.asset != "CR":
        raise Invalid(
            Text(
                zh=f"赠送积分的有效期须为 1 到 {MAX_BONUS_DAYS} 天。",
                en=f"A bonus is good for 1 to {MAX_BONUS_DAYS} days.",
            ),
            field="days",
        )
    request = Request(
        key=Key("campaign", f"{campaign}:{company_id}:{occasion}"),
        kind=TransferKind.BONUS,
        cause=Cause("campaign", campaign),
        content={"company": company_id, "amount": amount.minor, "days": days},
        actor_id=actor_id,
    )
    posted = await post(session, request, [take(amount, _ISSUANCE), give(amount, _wallet(company_id))])
    if not posted.replayed:
        await keep_bonus(session, posted, company_id, amount.minor, days)
    return posted


async def keep_bonus(session: WriteSession, posted: Posted, company_id: int, minor: int, days: int) -> None:
    """Note until when what `posted` put into the bonus wallet is good."""
    account_id = select(LedgerAccount.id).where(
        LedgerAccount.kind == int(AccountKind.WALLET_PROMO),
        LedgerAccount.owner_id == company_id,
        LedgerAccount.asset == "CR",
    )
    await session.execute(
        insert(LedgerBonus).values(
            transfer_id=posted.transfer_id,
            account_id=account_id.scalar_subquery(),
            amount=minor,
            remaining=minor,
            expires_at=posted.at + timedelta(days=days),
        )
    )


async def spend_bonuses(session: WriteSession, company_id: int, minor: int) -> None:
    """Use up what expires first. The bonus wallet is locked by the posting that spent it."""
    live = (
        select(LedgerBonus.id, LedgerBonus.remaining)
        .join(LedgerAccount, LedgerAccount.id == LedgerBonus.account_id)
        .where(
            LedgerAccount.kind == int(AccountKind.WALLET_PROMO),
            LedgerAccount.owner_id == company_id,
            LedgerBonus.remaining > 0,
        )
        .order_by(LedgerBonus.expires_at, LedgerBonus.id)
    )
    for row in (await session.execute(live)).all():
        used = min(minor, row.remaining)
        await session.execute(
            update(LedgerBonus).where(LedgerBonus.id == row.id).values(remaining=row.remaining - used)
        )
        minor -= used
        if not minor:
            return
    raise AssertionError("the bonuses of a wallet are less than its balance")


async def expired_bonuses(session: ReadSession, *, limit: int) -> list[int]:
    """Ids of bonuses whose time is over and that are not used up, the oldest first."""
    statement = (
        select(LedgerBonus.id)
        .where(LedgerBonus.remaining > 0, LedgerBonus.expires_at <= database_now())
        .order_by(LedgerBonus.expires_at, LedgerBonus.id)
        .limit(limit)
    )
    return list(await session.scalars(statement))


async def expire_bonus(session: WriteSession, bonus_id: int) -> Posted | None:
    """Take back what is left of a bonus whose time is over; None when there is nothing to take."""
    owner = (
        select(LedgerAccount.owner_id)
        .join(LedgerBonus, LedgerBonus.account_id == LedgerAccount.id)
        .where(LedgerBonus.id == bonus_id)
    )
    company_id = (await session.execute(owner)).scalar_one()
    request = Request(
        key=Key("bonus", f"expiry:{bonus_id}"),
        kind=TransferKind.BONUS_EXPIRY,
        cause=Cause("bonus", str(bonus_id)),
        content={},
    )
    # The wallet's lock stands for all its bonuses; what a purchase left is known only under it.
    await lock_accounts(session, (_wallet(company_id), _ISSUANCE))
    left = await _left_of(session, bonus_id)
    if left is None:
        return None
    claimed = await begin(session, request)
    if isinstance(claimed, Posted):
        return claimed
    amount = Amount("CR", left)
    posted = await complete(session, claimed, [take(amount, _wallet(company_id)), give(amount, _ISSUANCE)])
    await session.execute(update(LedgerBonus).where(LedgerBonus.id == bonus_id).values(remaining=0))
    return posted


async def _left_of(session: WriteSession, bonus_id: int) -> int | None:
    statement = select(LedgerBonus.remaining).where(
        LedgerBonus.id == bonus_id, LedgerBonus.remaining > 0, LedgerBonus.expires_at <= database_now()
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def next_expiry(session: ReadSession, company_id: int) -> datetime | None:
    """When the first of a company's bonus credits expire."""
    statement = (
        select(LedgerBonus.expires_at)
        .join(LedgerAccount, LedgerAccount.id == LedgerBonus.account_id)
        .where(LedgerAccount.owner_id == company_id, LedgerBonus.remaining > 0)
        .order_by(LedgerBonus.expires_at)
        .limit(1)
    )
    found: datetime | None = await session.scalar(statement)
    return found
