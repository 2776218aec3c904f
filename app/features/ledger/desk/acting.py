"""What one of finance staff does with a company's money, for both faces. Each leaves a row in the trail."""

from app.db.engine import Database, WriteSession
from app.features.ledger import actions as ledger
from app.features.ledger.actions.by_hand import RECEIPTS
from app.features.ledger.desk.forms import (
    credits_in,
    days_in,
    freezable_in,
    name_in,
    reference_in,
    staff_key,
)
from app.features.ledger.errors import KeyReused
from app.features.ledger.posting.requests import Key, Posted
from app.features.ledger.posting.transfers import enter
from app.features.members.audit.recording import record_audit
from app.features.members.companies.finding import company_named
from app.kit.errors import Conflict
from app.kit.text import Text
from app.kit.viewer import Viewer

NO_SUCH_ACT = Text(zh="没有这种操作。", en="There is no such act.")


def person_of(viewer: Viewer) -> int:
    assert viewer.person_id is not None  # the policy of every route here asks for staff
    return viewer.person_id


async def credit(
    database: Database, viewer: Viewer, company: str, what: str, *, key: str, amount: str, reference: str
) -> Posted:
    """`what`: top_up (a payment that no provider told of) or goodwill (at the platform's cost).

    Raises NotFound, NotAllowed (more than one person may give), Invalid, Conflict and KeyReused.
    """
    credits, cause = credits_in(amount), reference_in(reference)
    # Money that came in is booked once for its receipt, whoever clicks; a gift once for its key.
    named = Key(RECEIPTS, f"{company}:{cause.id}") if what == "top_up" else staff_key(viewer.person_id, key)
    give = ledger.top_up_by_hand if what == "top_up" else ledger.give_goodwill_by_hand

    async def work(session: WriteSession) -> Posted:
        company_id = await company_named(session, company)
        posted = await give(
            session,
            key=named,
            company_id=company_id,
            amount=credits,
            cause=cause,
            actor_id=person_of(viewer),
        )
        await _record(session, viewer, f"ledger.{what}", posted, company_id)
        return posted

    try:
        return await ledger.run_posting(database, work)
    except KeyReused:
        if what != "top_up":
            raise
        raise Conflict(
            Text(
                zh="这张凭证已为该公司入过账，金额不同。请核对凭证号。",
                en="This receipt was booked for the company already, with another amount. Check its number.",
            ),
            field="reference",
        ) from None


async def give_bonus(
    database: Database, viewer: Viewer, company: str, *, campaign: str, occasion: str, amount: str, days: str
) -> Posted:
    """From the approved budget, once for a company, campaign and occasion. Raises as `grant_bonus`."""
    credits, lasting = credits_in(amount), days_in(days)
    named = name_in(campaign, "campaign"), name_in(occasion, "occasion")

    async def work(session: WriteSession) -> Posted:
        company_id = await company_named(session, company)
        posted = await ledger.grant_bonus(
            session,
            campaign=named[0],
            occasion=named[1],
            company_id=company_id,
            amount=credits,
            days=lasting,
            actor_id=person_of(viewer),
        )
        await _record(session, viewer, "ledger.bonus", posted, company_id)
        return posted

    return await ledger.run_posting(database, work)


async def freeze(
    database: Database, viewer: Viewer, company: str, *, account: str, days: str, reason: str
) -> str:
    """Raises NotFound and Invalid."""
    kind, lasting = freezable_in(account), days_in(days)

    async def work(session: WriteSession) -> str:
        await enter(session)
        company_id = await company_named(session, company)
        frozen = await ledger.freeze_account(
            session,
            company_id=company_id,
            kind=kind,
            days=lasting,
            reason=reason,
            actor_id=person_of(viewer),
        )
        await record_audit(
            session, viewer, "ledger.freeze",
            object_kind="ledger_freeze", object_id=frozen, company_id=company_id,
        )  # fmt: skip
        return frozen

    return await ledger.run_posting(database, work)


async def lift(database: Database, viewer: Viewer, freeze_id: str) -> None:
    """Raises NotFound."""

    async def work(session: WriteSession) -> None:
        await enter(session)
        await ledger.lift_freeze(session, freeze_id, actor_id=person_of(viewer))
        await record_audit(
            session, viewer, "ledger.lift_freeze", object_kind="ledger_freeze", object_id=freeze_id
        )

    await ledger.run_posting(database, work)


async def _record(
    session: WriteSession, viewer: Viewer, action: str, posted: Posted, company_id: int
) -> None:
    """A repeated request did nothing, and is told of nowhere."""
    if not posted.replayed:
        await record_audit(
            session,
            viewer,
            action,
            object_kind="ledger_transfer",
            object_id=posted.public_id,
            company_id=company_id,
        )
