"""Freezing an account for a while: with a reason, an end and a way to object."""

from datetime import timedelta

from sqlalchemy import func, insert, select, update

from app.db.engine import WriteSession
from app.db.now import database_now
from app.features.ledger.kinds import AccountKind
from app.features.ledger.models import LedgerAccount
from app.features.ledger.posting.moves import Account
from app.features.ledger.posting.portable import lock_accounts
from app.features.ledger.side_models import MAX_HOLD_DAYS, REASON_LENGTH, LedgerFreeze
from app.kit.errors import Invalid, NotFound
from app.kit.ids import random_id
from app.kit.text import Text

FREEZABLE = (AccountKind.WALLET, AccountKind.WALLET_PROMO, AccountKind.EARNINGS_AVAILABLE)


async def freeze_account(
    session: WriteSession,
    *,
    company_id: int,
    kind: AccountKind,
    days: int,
    reason: str,
    actor_id: int | None,
) -> str:
    """Stop a company's account from spending for 1 to 30 days; returns the freeze's public id.

    The reason is shown to the company. Taking back what is owed passes a freeze. Raises Invalid.
    """
    if kind not in FREEZABLE:
        raise Invalid(
            Text(zh="这类账户不能冻结。", en="An account of this kind cannot be frozen."), field="account"
        )
    if not 1 <= days <= MAX_HOLD_DAYS:
        raise Invalid(
            Text(
                zh=f"冻结须为 1 到 {MAX_HOLD_DAYS} 天；到期自动解除，需要时可重新决定。",
                en=f"A freeze lasts 1 to {MAX_HOLD_DAYS} days and ends by itself; decide anew if need be.",
            ),
            field="days",
        )
    account = Account(kind, company_id)
    locked = (await lock_accounts(session, (account,)))[account]
    now = (await session.execute(select(database_now()))).scalar_one()
    public_id = random_id()
    await session.execute(
        insert(LedgerFreeze).values(
            public_id=public_id,
            company_id=company_id,
            account_id=locked.id,
            reason=valid_reason(reason),
            days=days,
            placed_by=actor_id,
            placed_at=now,
            ends_at=now + timedelta(days=days),
        )
    )
    await _renew(session, locked.id)
    return public_id


async def lift_freeze(session: WriteSession, public_id: str, *, actor_id: int | None) -> None:
    """End a freeze now. Lifting one that is over changes nothing. Raises NotFound."""
    freeze = await _named(session, public_id)
    await session.execute(
        select(LedgerAccount.id).where(LedgerAccount.id == freeze.account_id).with_for_update(key_share=True)
    )
    await session.execute(
        update(LedgerFreeze)
        .where(LedgerFreeze.id == freeze.id, LedgerFreeze.lifted_at.is_(None))
        .values(lifted_at=database_now(), lifted_by=actor_id)
    )
    await _renew(session, freeze.account_id)


async def lift_freezes_because(session: WriteSession, account: Account, reason: str) -> None:
    """End those that the platform placed on an account for this reason."""
    statement = (
        select(LedgerFreeze.public_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerFreeze.account_id)
        .where(
            LedgerAccount.kind == int(account.kind),
            LedgerAccount.owner_id == account.owner_id,
            LedgerFreeze.reason == reason,
            LedgerFreeze.placed_by.is_(None),
            LedgerFreeze.lifted_at.is_(None),
        )
    )
    for public_id in (await session.scalars(statement)).all():
        await lift_freeze(session, public_id, actor_id=None)


async def _named(session: WriteSession, public_id: str) -> LedgerFreeze:
    """A freeze, locked."""
    statement = select(LedgerFreeze).where(LedgerFreeze.public_id == public_id).with_for_update()
    found = await session.scalar(statement)
    if found is None:
        raise NotFound(Text(zh="没有这个冻结。", en="There is no such freeze."), field="freeze")
    return found


def valid_reason(reason: str, *, field: str = "reason") -> str:
    """One line that says why. Raises Invalid."""
    plain = " ".join(reason.split())
    if not 1 <= len(plain) <= REASON_LENGTH:
        raise Invalid(
            Text(
                zh=f"请说明理由（1 到 {REASON_LENGTH} 个字符），对方会看到。",
                en=f"Say why, in 1 to {REASON_LENGTH} characters; those concerned will read it.",
            ),
            field=field,
        )
    return plain


async def _renew(session: WriteSession, account_id: int) -> None:
    """Have the account know until when: the end of its last freeze that stands."""
    until = select(func.max(LedgerFreeze.ends_at)).where(
        LedgerFreeze.account_id == account_id, LedgerFreeze.lifted_at.is_(None)
    )
    await session.execute(
        update(LedgerAccount)
        .where(LedgerAccount.id == account_id)
        .values(frozen_until=until.scalar_subquery())
        .execution_options(synchronize_session=False)
    )
