"""What finance staff propose and decide, for both faces. Each leaves a row in the trail."""

from collections.abc import Awaitable, Callable, Sequence

from app.db.engine import Database, WriteSession
from app.features.ledger import actions as ledger
from app.features.ledger.desk.acting import person_of
from app.features.ledger.desk.forms import TypedLeg, credits_in
from app.features.ledger.payments.receiving import Outcome, dismiss, settle
from app.features.ledger.posting.moves import Account
from app.features.ledger.posting.transfers import enter
from app.features.ledger.queries.for_staff import disputed_hold
from app.features.members.audit.recording import record_audit
from app.features.members.companies.finding import company_named
from app.kit.errors import Invalid, NotFound
from app.kit.text import Text
from app.kit.viewer import Viewer

PROPOSABLE = ("budget", "top_up", "goodwill", "correction")


async def propose(
    database: Database,
    viewer: Viewer,
    kind: str,
    *,
    reason: str,
    amount: str = "",
    company: str = "",
    legs: Sequence[TypedLeg] = (),
    reverses: str = "",
) -> str:
    """Returns the proposal's public id. Raises NotFound and Invalid."""
    if kind not in PROPOSABLE:
        listed = ", ".join(PROPOSABLE)
        raise Invalid(Text(zh=f"只能提议：{listed}", en=f"Propose one of: {listed}."), field="kind")
    credits = credits_in(amount) if kind != "correction" else None

    async def work(session: WriteSession) -> str:
        actor_id = person_of(viewer)
        if kind == "correction":
            return await ledger.propose_correction(
                session,
                legs=[await _leg(session, one) for one in legs],
                reason=reason,
                actor_id=actor_id,
                reverses=reverses.strip() or None,
            )
        assert credits is not None
        if kind == "budget":
            return await ledger.propose_budget(session, amount=credits, reason=reason, actor_id=actor_id)
        company_id = await company_named(session, company)
        verb = ledger.propose_top_up if kind == "top_up" else ledger.propose_goodwill
        return await verb(session, company_id=company_id, amount=credits, reason=reason, actor_id=actor_id)

    return await done(database, viewer, "propose", "ledger_proposal", work)


async def _leg(session: WriteSession, leg: TypedLeg) -> tuple[Account, int]:
    owner = await company_named(session, leg.company, also_gone=True) if leg.company else 0
    return Account(leg.account, owner), leg.minor


async def decide_proposal(database: Database, viewer: Viewer, proposal: str, *, approve: bool) -> str:
    """Raises NotFound, NotAllowed (one's own), Conflict and PostingRefused."""

    async def work(session: WriteSession) -> str:
        if approve:
            await ledger.approve_proposal(session, proposal, actor_id=person_of(viewer))
        else:
            await ledger.refuse_proposal(session, proposal, actor_id=person_of(viewer))
        return proposal

    verb = "approve" if approve else "refuse"
    return await done(database, viewer, verb, "ledger_proposal", work)


async def decide_appeal(database: Database, viewer: Viewer, appeal: str, *, accept: bool, answer: str) -> str:
    """Raises NotFound, NotAllowed, Conflict and Invalid."""

    async def work(session: WriteSession) -> str:
        await ledger.decide_appeal(session, appeal, accept=accept, answer=answer, actor_id=person_of(viewer))
        return appeal

    return await done(database, viewer, "decide_appeal", "ledger_appeal", work)


async def end_dispute(
    database: Database, viewer: Viewer, transfer: str, company: str, *, for_author: bool
) -> str:
    """In the author's favour (the hold goes on as before), or against (the sale goes back).

    Raises NotFound, Conflict and PostingRefused.
    """
    async with database.reading() as reading:
        author = await company_named(reading, company, also_gone=True)
        hold_id = await disputed_hold(reading, transfer, author)
    if hold_id is None:
        raise NotFound(Text(zh="这笔收益没有争议。", en="There is no such dispute."), field="transfer")
    found = hold_id

    async def work(session: WriteSession) -> str:
        if for_author:
            await ledger.reopen_hold(session, found)
        else:
            await ledger.lose_dispute(session, found, actor_id=person_of(viewer))
        return transfer

    verb = "reopen_hold" if for_author else "lose_dispute"
    return await done(database, viewer, verb, "ledger_transfer", work)


async def settle_event(database: Database, viewer: Viewer, event: str, *, company: str) -> Outcome:
    """Try an event once more, for the company that one of staff names, if any. Raises NotFound."""

    async def named(session: WriteSession) -> str:
        if company:
            await company_named(session, company)
        return event

    await done(database, viewer, "settle_event", "ledger_event", named)
    return await settle(database, event, company=company or None)


async def dismiss_event(database: Database, viewer: Viewer, event: str) -> str:
    """Raises NotFound and Conflict."""

    async def work(session: WriteSession) -> str:
        await dismiss(session, event, actor_id=person_of(viewer))
        return event

    return await done(database, viewer, "dismiss_event", "ledger_event", work)


async def done(
    database: Database,
    viewer: Viewer,
    verb: str,
    object_kind: str,
    work: Callable[[WriteSession], Awaitable[str]],
) -> str:
    """Run `work`, which returns the id of what it did, with its row in the trail."""

    async def recorded(session: WriteSession) -> str:
        await enter(session)
        object_id = await work(session)
        await record_audit(session, viewer, f"ledger.{verb}", object_kind=object_kind, object_id=object_id)
        return object_id

    return await ledger.run_posting(database, recorded)
