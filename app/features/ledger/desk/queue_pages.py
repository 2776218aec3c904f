"""The ledger's queues in the console: proposals, freezes and appeals."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from app.features.ledger.desk import deciding, loading
from app.features.ledger.desk.acting import lift
from app.features.ledger.desk.forms import legs_in
from app.features.ledger.desk.queue import Asked, AskedDep, DoneQuery, Queue
from app.features.ledger.kinds import AccountKind
from app.features.ledger.policies import FINANCE, MOVES_MONEY
from app.features.ledger.side_models import REASON_LENGTH
from app.features.ledger.wallet.reasons import reason_in_words

router = APIRouter()


async def _load_proposals(asked: Asked) -> Mapping[str, Any]:
    return {
        "proposals": await loading.proposals(asked.database, asked.viewer),
        "accounts": [(kind.name.lower(), kind.label) for kind in AccountKind],
        "limit": REASON_LENGTH,
    }


async def _load_appeals(asked: Asked) -> Mapping[str, Any]:
    found = await loading.objections(asked.database, asked.viewer)
    return {
        "appeals": found.appeals,
        "freezes": [(one, reason_in_words(one.reason)) for one in found.freezes],
        "disputes": found.disputes,
        "companies": found.companies,
        "limit": REASON_LENGTH,
    }


_PROPOSALS, _APPEALS = Queue("proposals", _load_proposals), Queue("appeals", _load_appeals)


@router.get("/staff/ledger/proposals", dependencies=[FINANCE.needed])
async def proposals_page(asked: AskedDep, done: DoneQuery = "") -> Response:
    """What one proposed and another approves."""
    return await _PROPOSALS.show(asked, done=done)


@router.post("/staff/ledger/proposals", dependencies=[MOVES_MONEY.needed])
async def propose_page(asked: AskedDep) -> Response:
    async def propose() -> None:
        await deciding.propose(
            asked.database,
            asked.viewer,
            asked.field("kind"),
            reason=asked.field("reason"),
            amount=asked.field("amount"),
            company=asked.field("company").strip(),
            legs=legs_in(asked.field("legs")),
            reverses=asked.field("reverses"),
        )

    return await _PROPOSALS.act(asked, propose(), done="proposed")


@router.post("/staff/ledger/proposals/{public_id}/decision", dependencies=[MOVES_MONEY.needed])
async def decide_page(public_id: str, asked: AskedDep) -> Response:
    approve = asked.field("decision") == "approve"
    deciding_it = deciding.decide_proposal(asked.database, asked.viewer, public_id, approve=approve)
    return await _PROPOSALS.act(asked, deciding_it, done="approved" if approve else "refused", at=public_id)


@router.get("/staff/ledger/appeals", dependencies=[FINANCE.needed])
async def appeals_page(asked: AskedDep, done: DoneQuery = "") -> Response:
    """Appeals, freezes that stand, and disputes."""
    return await _APPEALS.show(asked, done=done)


@router.post("/staff/ledger/appeals/{public_id}/decision", dependencies=[MOVES_MONEY.needed])
async def decide_appeal_page(public_id: str, asked: AskedDep) -> Response:
    accept, answer = asked.field("decision") == "accept", asked.field("answer")
    deciding_it = deciding.decide_appeal(
        asked.database, asked.viewer, public_id, accept=accept, answer=answer
    )
    return await _APPEALS.act(asked, deciding_it, done="decided", at=public_id)


@router.post("/staff/ledger/freezes/{public_id}/lift", dependencies=[MOVES_MONEY.needed])
async def lift_page(public_id: str, asked: AskedDep) -> Response:
    return await _APPEALS.act(asked, lift(asked.database, asked.viewer, public_id), done="lifted")


@router.post("/staff/ledger/disputes/{transfer}", dependencies=[MOVES_MONEY.needed])
async def dispute_page(transfer: str, asked: AskedDep) -> Response:
    company, for_author = asked.field("company"), asked.field("outcome") == "author"
    ending = deciding.end_dispute(asked.database, asked.viewer, transfer, company, for_author=for_author)
    return await _APPEALS.act(asked, ending, done="ended")
