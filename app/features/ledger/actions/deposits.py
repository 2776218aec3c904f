"""Membership deposits: in, back, or forfeited."""

from sqlalchemy import insert, select, update

from app.db.engine import WriteSession
from app.db.now import database_now
from app.features.ledger.actions.freezing import valid_reason
from app.features.ledger.kinds import AccountKind, TransferKind
from app.features.ledger.posting.moves import Account, give, take
from app.features.ledger.posting.portable import lock_accounts
from app.features.ledger.posting.refusing import refused
from app.features.ledger.posting.requests import Cause, Key, Posted, Request
from app.features.ledger.posting.transfers import begin, complete, post
from app.features.ledger.side_models import LedgerDeposit
from app.kit.amount import Amount, asset_named
from app.kit.errors import Conflict, NotFound
from app.kit.text import Text


async def take_deposit(
    session: WriteSession,
    *,
    key: Key,
    company_id: int,
    amount: Amount,
    cause: Cause,
    actor_id: int | None = None,
) -> Posted:
    """Keep a deposit that was paid; it has the public id of this transfer. One of an asset at a time.

    Raises Invalid, PostingRefused and KeyReused.
    """
    amount.refuse_unmovable(amount.asset, field="amount")
    request = Request(
        key=key,
        kind=TransferKind.DEPOSIT_IN,
        cause=cause,
        content={"company": company_id, "asset": amount.asset, "amount": amount.minor},
        actor_id=actor_id,
    )
    claimed = await begin(session, request)
    if isinstance(claimed, Posted):
        return claimed
    clearing = Account(AccountKind.PAYMENT_CLEARING, asset=amount.asset)
    deposit = Account(AccountKind.DEPOSIT, company_id, amount.asset)
    locked = await lock_accounts(session, (clearing, deposit))
    if locked[deposit].balance:
        message = Text(zh="已经缴有一笔保证金。", en="A deposit is held already.")
        raise refused(request, "held", message)
    posted = await complete(session, claimed, [take(amount, clearing), give(amount, deposit)])
    await session.execute(
        insert(LedgerDeposit).values(
            public_id=posted.public_id,
            company_id=company_id,
            asset=amount.asset,
            amount=amount.minor,
            state="held",
            paid_at=posted.at,
        )
    )
    return posted


async def return_deposit(session: WriteSession, deposit: str, *, actor_id: int | None = None) -> Posted:
    """Give a deposit back. Raises NotFound, Conflict and PostingRefused."""
    row = await _locked(session, deposit)
    clearing = Account(AccountKind.PAYMENT_CLEARING, asset=asset_named(row.asset))
    return await _end(session, row, TransferKind.DEPOSIT_RETURN, clearing, "", actor_id)


async def forfeit_deposit(
    session: WriteSession, deposit: str, *, reason: str, actor_id: int | None
) -> Posted:
    """Keep a deposit for good, for a reason the company reads. Raises as `return_deposit`, and Invalid."""
    row = await _locked(session, deposit)
    revenue = Account(AccountKind.PLATFORM_REVENUE, asset=asset_named(row.asset))
    return await _end(session, row, TransferKind.DEPOSIT_FORFEIT, revenue, valid_reason(reason), actor_id)


async def _end(
    session: WriteSession,
    row: LedgerDeposit,
    kind: TransferKind,
    to: Account,
    reason: str,
    actor_id: int | None,
) -> Posted:
    state = "returned" if kind is TransferKind.DEPOSIT_RETURN else "forfeited"
    if row.state not in ("held", state):
        raise Conflict(
            Text(zh="这笔保证金已另作处理，不能再改。", en="This deposit ended otherwise; that stands."),
            field="deposit",
        )
    request = Request(
        key=Key("deposit", f"{row.public_id}:{state}"),
        kind=kind,
        cause=Cause("deposit", row.public_id),
        content={},
        actor_id=actor_id,
    )
    amount = Amount(asset_named(row.asset), row.amount)
    deposit = Account(AccountKind.DEPOSIT, row.company_id, amount.asset)
    posted = await post(session, request, [take(amount, deposit), give(amount, to)])
    if not posted.replayed:
        await session.execute(
            update(LedgerDeposit)
            .where(LedgerDeposit.id == row.id)
            .values(state=state, reason=reason or None, ended_at=database_now())
            .execution_options(synchronize_session=False)
        )
    return posted


async def _locked(session: WriteSession, public_id: str) -> LedgerDeposit:
    statement = select(LedgerDeposit).where(LedgerDeposit.public_id == public_id).with_for_update()
    found = await session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(Text(zh="没有这笔保证金。", en="There is no such deposit."), field="deposit")
    return found
