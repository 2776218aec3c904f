"""What takes two people: corrections, budgets, larger gifts or top-ups by hand, payouts in doubt."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select, update

from app.db.engine import WriteSession
from app.db.now import database_now
from app.features.ledger.actions.correcting import correct, refuse_unfit_correction
from app.features.ledger.actions.freezing import valid_reason
from app.features.ledger.actions.goodwill import give_goodwill
from app.features.ledger.actions.payout_doubts import end_doubt, leave_doubt, take_up_doubt
from app.features.ledger.actions.top_ups import top_up
from app.features.ledger.kinds import AccountKind
from app.features.ledger.models import LedgerAccount
from app.features.ledger.posting.moves import Account, Move
from app.features.ledger.posting.portable import lock_accounts
from app.features.ledger.posting.requests import Cause, Key, Posted
from app.features.ledger.side_models import LedgerProposal
from app.kit.amount import Amount
from app.kit.errors import Conflict, NotAllowed, NotFound
from app.kit.ids import random_id
from app.kit.text import Text

Leg = tuple[Account, int]  # an account and what it gains, in minor units


async def propose_correction(
    session: WriteSession, *, legs: Sequence[Leg], reason: str, actor_id: int, reverses: str | None = None
) -> str:
    """Propose to move amounts between any accounts, or to undo the transfer `reverses` (then without legs).

    Returns the proposal's public id. Raises NotFound and Invalid.
    """
    body = {
        "legs": [[int(one.kind), one.owner_id, one.asset, one.shard, minor] for one, minor in legs],
        "reverses": reverses,
    }
    await refuse_unfit_correction(session, moves_of(body), reverses)
    return await _propose(session, "correction", body, reason, actor_id)


async def propose_budget(session: WriteSession, *, amount: Amount, reason: str, actor_id: int) -> str:
    """Propose to allow that much more of bonuses. Raises Invalid."""
    amount.refuse_unmovable("CR", field="amount")
    return await _propose(session, "budget", {"amount": amount.minor}, reason, actor_id)


async def propose_top_up(
    session: WriteSession, *, company_id: int, amount: Amount, reason: str, actor_id: int
) -> str:
    """Propose to credit a payment that no provider told of. Raises Invalid."""
    amount.refuse_unmovable("CR", field="amount")
    body = {"company": company_id, "amount": amount.minor}
    return await _propose(session, "top_up", body, reason, actor_id)


async def propose_goodwill(
    session: WriteSession, *, company_id: int, amount: Amount, reason: str, actor_id: int
) -> str:
    """Propose a gift from the platform's revenue. Raises Invalid."""
    amount.refuse_unmovable("CR", field="amount")
    body = {"company": company_id, "amount": amount.minor}
    return await _propose(session, "goodwill", body, reason, actor_id)


async def propose_payout(
    session: WriteSession, *, payout: str, step: str, reference: str, reason: str, actor_id: int
) -> str:
    """Propose an outcome (`step`: settled or failed) of a payout whose provider tells none.

    Raises NotFound, Conflict and Invalid.
    """
    body = {"payout": payout, "step": step, "reference": reference}
    proposed = await _propose(session, "payout", body, reason, actor_id)
    await take_up_doubt(session, payout, proposal=proposed)
    return proposed


async def approve_proposal(session: WriteSession, public_id: str, *, actor_id: int) -> Posted | None:
    """Do what was proposed; None where nothing is posted (a budget). Somebody else must approve.

    Raises NotFound, NotAllowed, Conflict and PostingRefused: then propose anew, as a refusal is remembered.
    """
    proposal = await _decide(session, public_id, state="approved", actor_id=actor_id)
    body, cause = proposal.body, Cause("proposal", public_id)
    key = Key("admin", public_id)
    if proposal.kind == "budget":
        await _raise_budget(session, int(body["amount"]))
        return None
    if proposal.kind == "correction":
        return await correct(
            session, key=key, moves=moves_of(body), reverses=body["reverses"], cause=cause, actor_id=actor_id
        )
    if proposal.kind == "payout":
        step, reference = body["step"], body["reference"]
        return await end_doubt(
            session,
            body["payout"],
            proposal=public_id,
            step=step,
            reference=reference,
            reason=proposal.reason,
        )
    give = top_up if proposal.kind == "top_up" else give_goodwill
    amount = Amount("CR", int(body["amount"]))
    return await give(
        session, key=key, company_id=int(body["company"]), amount=amount, cause=cause, actor_id=actor_id
    )


async def refuse_proposal(session: WriteSession, public_id: str, *, actor_id: int) -> None:
    """Raises NotFound, NotAllowed and Conflict."""
    proposal = await _decide(session, public_id, state="refused", actor_id=actor_id)
    if proposal.kind == "payout":
        await leave_doubt(session, proposal.body["payout"])


def moves_of(body: dict[str, Any]) -> list[Move]:
    return [
        Move(minor, (Account(AccountKind(kind), owner, asset, shard),))
        for kind, owner, asset, shard, minor in body["legs"]
    ]


async def _propose(session: WriteSession, kind: str, body: dict[str, Any], reason: str, actor_id: int) -> str:
    public_id = random_id()
    await session.execute(
        insert(LedgerProposal).values(
            public_id=public_id,
            kind=kind,
            body=body,
            reason=valid_reason(reason),
            state="open",
            proposed_by=actor_id,
            proposed_at=database_now(),
        )
    )
    return public_id


async def _decide(session: WriteSession, public_id: str, *, state: str, actor_id: int) -> LedgerProposal:
    statement = select(LedgerProposal).where(LedgerProposal.public_id == public_id).with_for_update()
    found = await session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(Text(zh="没有这个提议。", en="There is no such proposal."), field="proposal")
    if found.state != "open":
        raise Conflict(
            Text(zh="这个提议已有决定。", en="This proposal was decided already."), field="proposal"
        )
    if found.proposed_by == actor_id:
        raise NotAllowed(
            Text(zh="提议由您提出，须由另一人决定。", en="You proposed this; somebody else has to decide.")
        )
    await session.execute(
        update(LedgerProposal)
        .where(LedgerProposal.id == found.id)
        .values(state=state, decided_by=actor_id, decided_at=database_now())
        .execution_options(synchronize_session=False)
    )
    return found


async def _raise_budget(session: WriteSession, minor: int) -> None:
    """The floor of the issuing account is the budget: what is issued can never pass it."""
    issuance = Account(AccountKind.PROMO_ISSUANCE)
    locked = (await lock_accounts(session, (issuance,)))[issuance]
    await session.execute(
        update(LedgerAccount)
        .where(LedgerAccount.id == locked.id)
        .values(floor=(locked.floor or 0) - minor)
        .execution_options(synchronize_session=False)
    )
