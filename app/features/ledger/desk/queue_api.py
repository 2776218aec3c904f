"""The ledger's queues over JSON: proposals, payouts, appeals, freezes, disputes."""

from fastapi import APIRouter, Request

from app.features.ledger.desk import deciding, loading
from app.features.ledger.desk.forms import leg_of
from app.features.ledger.desk.moving_payouts import move_payout
from app.features.ledger.desk.schemas import (
    AppealDecisionIn,
    DecisionIn,
    DisputeIn,
    DisputeOut,
    IdOut,
    ProposalIn,
    ProposalOut,
    StaffAppealOut,
    StaffFreezeOut,
    StaffPayoutOut,
    StepIn,
    staff_payout_out,
)
from app.features.ledger.policies import FINANCE, MOVES_MONEY
from app.features.ledger.wallet.reasons import reason_in_words
from app.features.ledger.wallet.schemas import amount_out, appeal_out, freeze_out
from app.web.dependencies import DatabaseDep, ViewerDep
from app.web.inputs import StrictRoute
from app.web.listing import Listing
from app.web.pages import LanguageDep

router = APIRouter(tags=["staff"], route_class=StrictRoute)


@router.get("/staff/ledger/proposals", dependencies=[FINANCE.needed])
async def list_proposals(
    database: DatabaseDep, viewer: ViewerDep, language: LanguageDep
) -> Listing[ProposalOut]:
    """What waits for a second person, the oldest first."""
    found = await loading.proposals(database, viewer)
    return Listing(
        items=[
            ProposalOut(
                id=one.proposal.id,
                kind=one.proposal.kind,
                words=[text.in_language(language) for text in one.words],
                reason=one.proposal.reason,
                proposed_at=one.proposal.proposed_at,
                is_own=one.is_own,
            )
            for one in found.items
        ]
    )


@router.post("/staff/ledger/proposals", status_code=201, dependencies=[MOVES_MONEY.needed])
async def propose(body: ProposalIn, database: DatabaseDep, viewer: ViewerDep) -> IdOut:
    """Nothing moves until somebody else approves; a proposal is approved once, its id being the key."""
    proposed = await deciding.propose(
        database,
        viewer,
        body.kind,
        reason=body.reason,
        amount=body.amount,
        company=body.company,
        legs=[leg_of(one.account, one.company, one.amount) for one in body.legs],
        reverses=body.reverses,
    )
    return IdOut(id=proposed)


@router.post("/staff/ledger/proposals/{public_id}/decision", dependencies=[MOVES_MONEY.needed])
async def decide(public_id: str, body: DecisionIn, database: DatabaseDep, viewer: ViewerDep) -> IdOut:
    """Approve or refuse what another proposed."""
    return IdOut(id=await deciding.decide_proposal(database, viewer, public_id, approve=body.approve))


@router.get("/staff/ledger/payouts", dependencies=[FINANCE.needed])
async def list_payouts(database: DatabaseDep, viewer: ViewerDep) -> Listing[StaffPayoutOut]:
    """Payouts under way, and those that their provider contradicted; the oldest first."""
    found = await loading.payouts(database, viewer)
    return Listing(items=[staff_payout_out(one, found.companies[one.company_id]) for one in found.open])


@router.post("/staff/ledger/payouts/{public_id}", dependencies=[MOVES_MONEY.needed])
async def take_step(
    public_id: str, body: StepIn, request: Request, database: DatabaseDep, viewer: ViewerDep
) -> IdOut:
    """Each step is taken once, however often it is asked for: the payout's id and the step are the key. What
    is proposed has the proposal's id, and waits for a second person."""
    moved = await move_payout(
        database,
        viewer,
        public_id,
        body.step,
        provider=request.app.state.settings.payout_provider,
        reference=body.reference,
        reason=body.reason,
    )
    return IdOut(id=moved)


@router.get("/staff/ledger/appeals", dependencies=[FINANCE.needed])
async def list_appeals(database: DatabaseDep, viewer: ViewerDep) -> Listing[StaffAppealOut]:
    """What companies object to, the oldest first."""
    found = await loading.objections(database, viewer)
    return Listing(
        items=[
            StaffAppealOut(**appeal_out(one).model_dump(), company=found.companies[one.company_id])
            for one in found.appeals
        ]
    )


@router.post("/staff/ledger/appeals/{public_id}/decision", dependencies=[MOVES_MONEY.needed])
async def decide_appeal(
    public_id: str, body: AppealDecisionIn, database: DatabaseDep, viewer: ViewerDep
) -> IdOut:
    """Accept (the freeze ends, the earnings are released) or refuse, with an answer."""
    decided = await deciding.decide_appeal(
        database, viewer, public_id, accept=body.accept, answer=body.answer
    )
    return IdOut(id=decided)


@router.get("/staff/ledger/freezes", dependencies=[FINANCE.needed])
async def list_freezes(
    database: DatabaseDep, viewer: ViewerDep, language: LanguageDep
) -> Listing[StaffFreezeOut]:
    """Freezes that stand, the next to end first."""
    found = await loading.objections(database, viewer)
    return Listing(
        items=[
            StaffFreezeOut(
                **freeze_out(one, reason_in_words(one.reason).in_language(language)).model_dump(),
                company=found.companies[one.company_id],
            )
            for one in found.freezes
        ]
    )


@router.get("/staff/ledger/disputes", dependencies=[FINANCE.needed])
async def list_disputes(database: DatabaseDep, viewer: ViewerDep) -> Listing[DisputeOut]:
    """Earnings under dispute, the next to end first."""
    found = await loading.objections(database, viewer)
    return Listing(
        items=[
            DisputeOut(
                transfer=one.transfer,
                company=found.companies[one.company_id],
                held=amount_out(one.held),
                ends_at=one.ends_at,
            )
            for one in found.disputes
        ]
    )


@router.post("/staff/ledger/disputes/{transfer}", dependencies=[MOVES_MONEY.needed])
async def end_dispute(transfer: str, body: DisputeIn, database: DatabaseDep, viewer: ViewerDep) -> IdOut:
    """In the author's favour, or against: then the whole sale goes back. Done once: the sale is the key."""
    ended = await deciding.end_dispute(
        database, viewer, transfer, body.company, for_author=body.outcome == "author"
    )
    return IdOut(id=ended)
