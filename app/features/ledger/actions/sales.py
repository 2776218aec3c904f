"""Paying for a download: the buyer's credits become the authors' pending earnings and the fee."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.db.engine import Database, WriteSession
from app.features.ledger.actions.bonuses import spend_bonuses
from app.features.ledger.kinds import AccountKind, TransferKind
from app.features.ledger.policy import HOLD_DAYS, MAX_AUTHORS, MAX_FEE_BASIS_POINTS, SALE_HOLD
from app.features.ledger.posting.beside import Beside
from app.features.ledger.posting.moves import Account, NewHold, give, revenue_account, take
from app.features.ledger.posting.requests import Cause, Key, Posted, Posting, Request
from app.features.ledger.posting.running import run_alone
from app.features.ledger.posting.transfers import post_this
from app.kit.amount import Amount
from app.kit.errors import Invalid, NotAllowed
from app.kit.text import Text


@dataclass(frozen=True, slots=True)
class Author:
    """One of those who are paid; their parts are in proportion to the weights."""

    company_id: int
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Download:
    """What is paid for. Several authors share what is left of the price after the fee."""

    key: Key
    buyer_id: int
    price: Amount
    authors: Sequence[Author]
    fee_basis_points: int
    cause: Cause
    actor_id: int | None
    beside: Beside | None = None


async def pay_for_download(session: WriteSession, download: Download) -> Posted:
    """Debit the buyer (bonus first), hold the authors' parts, take the fee: nothing or all of it.

    Look for a grant of the same thing after this, not before: only now is the buyer's wallet locked. A grant
    that is the first row `beside` is looked for so. Raises Invalid, NotAllowed, PostingRefused and KeyReused.
    """
    return await _pay(session, _posting(download))


async def pay_for_download_alone(database: Database, download: Download) -> Posted:
    """The same where nothing else is written in the transaction: the fast way. Raises the same."""
    posting = _posting(download)
    return await run_alone(database, posting, lambda session: _pay(session, posting))


async def _pay(session: WriteSession, posting: Posting) -> Posted:
    posted = await post_this(session, posting)
    (bonus,) = posting.leaving_more
    if not posted.replayed and (spent := -posted.moved(bonus)):
        await spend_bonuses(session, bonus.owner_id, spent)
    return posted


def _posting(download: Download) -> Posting:
    key, buyer_id, price = download.key, download.buyer_id, download.price
    _refuse_unfit(download)
    ordered = sorted(download.authors, key=lambda author: author.company_id)
    fee = price.part(download.fee_basis_points)
    parts = (price - fee).split([author.weight for author in ordered])
    bonus = Account(AccountKind.WALLET_PROMO, buyer_id)
    moves = [take(price, bonus, Account(AccountKind.WALLET, buyer_id))]
    holds = []
    for author, part in zip(ordered, parts, strict=True):
        if part:
            pending = Account(AccountKind.EARNINGS_PENDING, author.company_id)
            moves.append(give(part, pending))
            holds.append(NewHold(pending, part.minor, HOLD_DAYS, SALE_HOLD))
    if fee:
        moves.append(give(fee, revenue_account(key.scope, key.value)))
    request = Request(
        key=key,
        kind=TransferKind.DOWNLOAD,
        cause=download.cause,
        content={
            "buyer": buyer_id,
            "price": price.minor,
            "fee_basis_points": download.fee_basis_points,
            "authors": [[author.company_id, author.weight] for author in ordered],
        },
        actor_id=download.actor_id,
    )
    # Bonus credits come in lots; those used up are noted after it.
    return Posting.of(request, moves, holds, beside=download.beside, leaving_more=(bonus,))


def _refuse_unfit(download: Download) -> None:
    download.price.refuse_unmovable("CR", field="price")
    ids = [author.company_id for author in download.authors]
    if not 1 <= len(ids) <= MAX_AUTHORS or len(set(ids)) != len(ids):
        raise Invalid(
            Text(zh=f"作者须为 1 到 {MAX_AUTHORS} 家不同公司。", en=f"There are 1 to {MAX_AUTHORS} authors."),
            field="authors",
        )
    if not 0 <= download.fee_basis_points <= MAX_FEE_BASIS_POINTS:
        raise Invalid(
            Text(zh="平台费率超出允许范围。", en="The fee rate is outside what is allowed."), field="fee"
        )
    if download.buyer_id in ids:
        raise NotAllowed(
            Text(
                zh="这是贵公司自己的资料，不需要购买。",
                en="This is your own company's; there is nothing to buy.",
            )
        )
