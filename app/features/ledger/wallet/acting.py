"""What members do with their company's money, for both faces: the same checks, the same rows in the trail."""

from app.db.engine import Database, WriteSession
from app.features.ledger import actions as ledger
from app.features.ledger.access import access_hold
from app.features.ledger.posting.requests import Key, Posted
from app.features.members.audit.recording import record_audit
from app.kit.amount import Amount
from app.kit.viewer import Viewer


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


async def request_payout(
    database: Database, viewer: Viewer, *, key: str, amount: str, closed_because: str
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
