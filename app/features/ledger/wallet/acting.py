"""What members do with their company's money, for both faces: the same checks, the same rows in the trail."""

from dataclasses import dataclass

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.ledger import actions as ledger
from app.features.ledger.access import access_hold
from app.features.ledger.payments.provider import Payment, PaymentProvider, payment_id
from app.features.ledger.policy import CREDIT_MINOR_PER_FEN
from app.features.ledger.posting.requests import Key, Posted
from app.features.members.audit.recording import record_audit
from app.features.members.companies.finding import public_ids_of
from app.kit.amount import Amount
from app.kit.errors import NotAllowed
from app.kit.text import Text
from app.kit.viewer import Viewer

NO_TOP_UP = Text(
    zh="在线充值尚未开通。请向平台转账，财务收到后入账。",
    en="Topping up online is not open yet. Pay by bank transfer; finance staff credit it when it arrives.",
)


@dataclass(frozen=True, slots=True)
class Begun:
    """A payment that its provider expects."""

    payment: str
    address: str  # where to pay
    money: Amount
    credits: Amount


def company_of(viewer: Viewer) -> int:
    """Of a member, whom the policy of every route here asks for."""
    assert viewer.company_id is not None
    return viewer.company_id


async def move_to_wallet(database: Database, viewer: Viewer, *, key: str, amount: str) -> Posted:
    """Make available earnings spendable. Raises Invalid, PostingRefused and KeyReused."""
    company_id = company_of(viewer)
    credits, named = Amount.parse(amount, "CR", field="amount"), Key.of_company(company_id, key)

    async def work(session: WriteSession) -> Posted:
        posted = await ledger.move_earnings_to_wallet(
            session, key=named, company_id=company_id, amount=credits, actor_id=viewer.person_id
        )
        await _record(session, viewer, "wallet.move", posted)
        return posted

    return await ledger.run_posting(database, work)


async def begin_top_up(
    database: Database,
    viewer: Viewer,
    provider: PaymentProvider | None,
    *,
    key: str,
    amount: str,
    return_to: str,
) -> Begun:
    """Have a provider expect a payment; credits come when it tells that it was paid.

    Raises Invalid, NotAllowed (there is no provider), Unavailable and KeyReused.
    """
    money = Amount.parse(amount, "CNY", field="amount")
    if provider is None:
        raise NotAllowed(NO_TOP_UP)
    credits = Amount.within_limits("CR", money.minor * CREDIT_MINOR_PER_FEN, field="amount")
    company_id, named = company_of(viewer), Key.of_company(company_of(viewer), key)
    async with database.reading() as session:
        company = (await public_ids_of(session, [company_id]))[company_id]
    payment = Payment(payment_id(company, named.value), company, money, return_to)
    address = await provider.begin(payment)

    async def record(session: WriteSession) -> None:
        await record_audit(
            session, viewer, "wallet.begin_top_up", object_kind="payment", object_id=payment.id
        )

    await run_write(database, record)
    return Begun(payment.id, address, money, credits)


async def request_payout(
    database: Database, viewer: Viewer, *, key: str, amount: str, closed_because: Text | None
) -> Posted:
    """Raises NotAllowed, Invalid, PostingRefused and KeyReused."""
    company_id = company_of(viewer)
    credits, named = Amount.parse(amount, "CR", field="amount"), Key.of_company(company_id, key)

    async def work(session: WriteSession) -> Posted:
        posted = await ledger.request_payout(
            session,
            key=named,
            company_id=company_id,
            amount=credits,
            actor_id=viewer.person_id,
            closed_because=closed_because,
        )
        await _record(session, viewer, "wallet.request_payout", posted)
        return posted

    return await ledger.run_posting(database, work)


async def cancel_payout(database: Database, viewer: Viewer, payout: str) -> Posted:
    """Raises NotFound and Conflict."""

    async def work(session: WriteSession) -> Posted:
        posted = await ledger.cancel_payout(session, payout, company_id=company_of(viewer))
        await _record(session, viewer, "wallet.cancel_payout", posted)
        return posted

    return await ledger.run_posting(database, work)


async def appeal(
    database: Database, viewer: Viewer, *, text: str, transfer: str = "", freeze: str = ""
) -> str:
    """Object to a freeze, or to the keeping of a sale's earnings. Raises NotFound, Invalid and Conflict."""

    async def work(session: WriteSession) -> str:
        hold_id = None if freeze else await access_hold(session, viewer, transfer)
        assert viewer.person_id is not None
        filed = await ledger.file_appeal(
            session,
            company_id=company_of(viewer),
            text=text,
            actor_id=viewer.person_id,
            hold_id=hold_id,
            freeze=freeze or None,
        )
        await record_audit(session, viewer, "wallet.appeal", object_kind="ledger_appeal", object_id=filed)
        return filed

    return await ledger.run_posting(database, work)


async def _record(session: WriteSession, viewer: Viewer, action: str, posted: Posted) -> None:
    """A repeated request did nothing, and is told of nowhere."""
    if not posted.replayed:
        await record_audit(session, viewer, action, object_kind="ledger_transfer", object_id=posted.public_id)
