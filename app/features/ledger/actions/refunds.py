"""Refunding a sale, whole or in parts, early or late."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update

from app.db.engine import WriteSession
from app.features.ledger.actions.bonuses import keep_bonus
from app.features.ledger.kinds import AccountKind, TransferKind
from app.features.ledger.models import LedgerAccount, LedgerEntry, LedgerTransfer
from app.features.ledger.policy import BONUS_RETURN_DAYS
from app.features.ledger.posting.moves import Account, Move, give
from app.features.ledger.posting.refusing import refused
from app.features.ledger.posting.requests import Cause, Key, Posted, Request
from app.features.ledger.posting.transfers import begin, complete, enter
from app.features.ledger.queries.found import FoundTransfer, transfer_named
from app.features.ledger.side_models import LedgerHold
from app.kit.amount import Amount
from app.kit.text import Text


@dataclass(frozen=True, slots=True)
class _Part:
    """What one author gives back: from the hold while it holds, the rest from what was released."""

    hold: LedgerHold
    company_id: int
    minor: int

    @property
    def from_hold(self) -> int:
        return min(self.minor, self.hold.amount - self.hold.released - self.hold.returned)


async def refund_sale(
    session: WriteSession,
    *,
    key: Key,
    sale: str,
    amount: Amount | None,
    cause: Cause,
    actor_id: int | None,
    repay_debt: bool = False,
) -> Posted:
    """Give the buyer back `amount`, or all that is left, from those who were paid, in proportion.

    Inside the hold it leaves the hold; later it leaves the author's available earnings, and what they do
    not cover becomes debt. Credits return to the wallet before bonus credits do. With `repay_debt` the
    buyer's own debt is repaid first. Raises NotFound, Invalid, PostingRefused and KeyReused.
    """
    await enter(session)
    found = await transfer_named(session, sale, kind=TransferKind.DOWNLOAD)
    if amount is not None:
        amount.refuse_unmovable("CR", field="amount")
    request = Request(
        key=key,
        kind=TransferKind.REFUND,
        cause=cause,
        content={"sale": sale, "amount": amount.minor if amount is not None else "rest"},
        actor_id=actor_id,
        reverses_id=found.id,
    )
    claimed = await begin(session, request)
    if isinstance(claimed, Posted):
        return claimed
    holds = await _locked_holds(session, found.id)
    before = await _refunded(session, found.id)
    price = -sum(leg.amount for leg in found.legs if leg.amount < 0)
    minor = amount.minor if amount is not None else price - before
    if not 0 < minor <= price - before:
        raise refused(
            request, "above_price", _above(Amount("CR", price), Amount("CR", before)), field="amount"
        )
    parts, fee = _split(holds, found, minor, before)
    moves = _taken(parts) + ([Move(-fee, (_fee_account(found),))] if fee else [])
    moves += _given(found, minor, before, repay_debt=repay_debt)
    posted = await complete(session, claimed, moves)
    await _mark(session, parts)
    buyer = _buyer_of(found)
    if returned := posted.moved(Account(AccountKind.WALLET_PROMO, buyer)):
        await keep_bonus(session, posted, buyer, returned, BONUS_RETURN_DAYS)
    return posted


async def _locked_holds(session: WriteSession, sale_id: int) -> Sequence[tuple[LedgerHold, int]]:
    statement = (
        select(LedgerHold, LedgerAccount.owner_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerHold.account_id)
        .where(LedgerHold.transfer_id == sale_id)
        .order_by(LedgerHold.id)
        .with_for_update(of=LedgerHold)
        .execution_options(populate_existing=True)
    )
    return [(hold, owner) for hold, owner in await session.execute(statement)]


async def _refunded(session: WriteSession, sale_id: int) -> int:
    """What the buyer has got back so far. The holds' locks keep it so."""
    statement = (
        select(func.coalesce(func.sum(LedgerEntry.amount), 0))
        .join(LedgerTransfer, LedgerTransfer.id == LedgerEntry.transfer_id)
        .where(
            LedgerTransfer.reverses_id == sale_id,
            LedgerTransfer.kind == int(TransferKind.REFUND),
            LedgerTransfer.state == "posted",
            LedgerEntry.amount > 0,
        )
    )
    return int((await session.execute(statement)).scalar_one())


def _split(
    holds: Sequence[tuple[LedgerHold, int]], sale: FoundTransfer, minor: int, before: int
) -> tuple[list[_Part], int]:
    """The refund by what each still has of the price, so that the last one leaves nobody with a rest."""
    fee = sum(leg.amount for leg in sale.legs if leg.account.kind is AccountKind.PLATFORM_REVENUE)
    fee_left = fee - (before - sum(hold.refunded for hold, _ in holds))
    weights = [hold.amount - hold.refunded for hold, _ in holds]
    *shares, fee_share = Amount("CR", minor).split([*weights, fee_left])
    parts = [
        _Part(hold, owner, share.minor) for (hold, owner), share in zip(holds, shares, strict=True) if share
    ]
    return parts, fee_share.minor


def _taken(parts: Sequence[_Part]) -> list[Move]:
    moves = []
    for part in parts:
        if part.from_hold:
            moves.append(Move(-part.from_hold, (Account(AccountKind.EARNINGS_PENDING, part.company_id),)))
        if late := part.minor - part.from_hold:
            available = Account(AccountKind.EARNINGS_AVAILABLE, part.company_id)
            moves.append(Move(-late, (available, Account(AccountKind.PARTNER_DEBT, part.company_id))))
    return moves


def _given(sale: FoundTransfer, minor: int, before: int, *, repay_debt: bool) -> list[Move]:
    buyer = _buyer_of(sale)
    wallet, bonus = Account(AccountKind.WALLET, buyer), Account(AccountKind.WALLET_PROMO, buyer)
    paid = -sum(leg.amount for leg in sale.legs if leg.account == wallet)
    to_wallet = min(minor, max(paid - before, 0))
    moves = []
    if to_wallet:
        debt = (Account(AccountKind.PARTNER_DEBT, buyer),) if repay_debt else ()
        moves.append(give(Amount("CR", to_wallet), *debt, wallet))
    if minor > to_wallet:
        moves.append(give(Amount("CR", minor - to_wallet), bonus))
    return moves


def _buyer_of(sale: FoundTransfer) -> int:
    return int(sale.content["buyer"])


def _fee_account(sale: FoundTransfer) -> Account:
    """The very shard that got the fee: its refunds are found where the fee is."""
    return next(leg.account for leg in sale.legs if leg.account.kind is AccountKind.PLATFORM_REVENUE)


async def _mark(session: WriteSession, parts: Sequence[_Part]) -> None:
    for part in parts:
        hold, returned = part.hold, part.hold.returned + part.from_hold
        is_done = hold.released + returned == hold.amount
        await session.execute(
            update(LedgerHold)
            .where(LedgerHold.id == hold.id)
            .values(
                returned=returned,
                refunded=hold.refunded + part.minor,
                state="done" if is_done else hold.state,
            )
        )


def _above(price: Amount, before: Amount) -> Text:
    left = (price - before).as_text()
    return Text(
        zh=f"退款超过价格：价格 {price.as_text().zh}，已退 {before.as_text().zh}，最多还可退 {left.zh}。",
        en=f"This is above the price: of {price.as_text().en}, {before.as_text().en} went back already; "
        f"at most {left.en} can.",
    )
