"""A payment that the payer's bank takes back, and its reversal when the platform wins."""

from app.db.engine import WriteSession
from app.features.ledger.actions.disputes import dispute_sales_of, reopen_disputes_over
from app.features.ledger.actions.freezing import freeze_account, lift_freezes_because
from app.features.ledger.kinds import AccountKind, TransferKind
from app.features.ledger.policy import CHARGEBACK, DISPUTE_DAYS
from app.features.ledger.posting.moves import Account, give, take
from app.features.ledger.posting.refusing import refused
from app.features.ledger.posting.requests import Cause, Key, Posted, Request
from app.features.ledger.posting.transfers import begin, complete
from app.features.ledger.queries.found import transfer_named
from app.kit.amount import Amount
from app.kit.text import Text

_CLEARING = Account(AccountKind.PAYMENT_CLEARING)


async def take_chargeback(
    session: WriteSession,
    *,
    key: Key,
    top_up: str,
    amount: Amount | None = None,
    cause: Cause,
    actor_id: int | None = None,
) -> Posted:
    """Take a top-up (or `amount` of it) back: from the wallet what is there, the rest becomes debt.

    The wallet is frozen, and sales it still holds are disputed as far as the debt goes: inside their hold
    the authors bear it, later the platform does. Raises NotFound, Invalid, PostingRefused and KeyReused.
    """
    paid_in = await transfer_named(session, top_up, kind=TransferKind.TOP_UP)
    company_id, whole = int(paid_in.content["company"]), Amount("CR", int(paid_in.content["amount"]))
    taken = whole if amount is None else amount
    taken.refuse_unmovable("CR", field="amount")
    request = Request(
        key=key,
        kind=TransferKind.CHARGEBACK,
        cause=cause,
        content={"top_up": top_up, "company": company_id, "amount": taken.minor},
        actor_id=actor_id,
        reverses_id=paid_in.id,
    )
    if whole < taken:
        message = Text(zh="拒付金额超过该笔充值。", en="The chargeback is above the top-up it takes back.")
        raise refused(request, "above_top_up", message, field="amount")
    claimed = await begin(session, request)
    if isinstance(claimed, Posted):
        return claimed
    debt = Account(AccountKind.PARTNER_DEBT, company_id)
    moves = [take(taken, Account(AccountKind.WALLET, company_id), debt), give(taken, _CLEARING)]
    posted = await complete(session, claimed, moves)
    await freeze_account(
        session,
        company_id=company_id,
        kind=AccountKind.WALLET,
        days=DISPUTE_DAYS,
        reason=CHARGEBACK,
        actor_id=None,
    )
    if owed := -posted.moved(debt):
        await dispute_sales_of(session, company_id, owed, reason=CHARGEBACK)
    return posted


async def reverse_chargeback(
    session: WriteSession, *, key: Key, chargeback: str, cause: Cause, actor_id: int | None = None
) -> Posted:
    """The payment came back after all: repay the debt that is left, credit the rest, lift what was frozen.

    Raises NotFound, PostingRefused and KeyReused.
    """
    taken = await transfer_named(session, chargeback, kind=TransferKind.CHARGEBACK)
    company_id, amount = int(taken.content["company"]), Amount("CR", int(taken.content["amount"]))
    request = Request(
        key=key,
        kind=TransferKind.CHARGEBACK_WON,
        cause=cause,
        content={"chargeback": chargeback},
        actor_id=actor_id,
        reverses_id=taken.id,
    )
    claimed = await begin(session, request)
    if isinstance(claimed, Posted):
        return claimed
    wallet = Account(AccountKind.WALLET, company_id)
    back = give(amount, Account(AccountKind.PARTNER_DEBT, company_id), wallet)
    posted = await complete(session, claimed, [take(amount, _CLEARING), back])
    await lift_freezes_because(session, wallet, CHARGEBACK)
    await reopen_disputes_over(session, company_id, reason=CHARGEBACK)
    return posted
