"""Payouts in the console: what is under way, what is in doubt, what ended lately."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from app.features.ledger.desk import loading
from app.features.ledger.desk.moving_payouts import move_payout
from app.features.ledger.desk.problems import doubt_in_words
from app.features.ledger.desk.queue import Asked, AskedDep, DoneQuery, Queue
from app.features.ledger.policies import FINANCE, MOVES_MONEY

router = APIRouter()


async def _load(asked: Asked) -> Mapping[str, Any]:
    found = await loading.payouts(asked.database, asked.viewer)
    return {
        "payouts": [(one, doubt_in_words(one.doubt)) for one in found.open],
        "ended": found.ended,
        "companies": found.companies,
        "provider": asked.payout_provider,
    }


_QUEUE = Queue("payouts", _load)


@router.get("/staff/ledger/payouts", dependencies=[FINANCE.needed])
async def payouts_page(asked: AskedDep, done: DoneQuery = "") -> Response:
    """Payouts under way, the oldest first."""
    return await _QUEUE.show(asked, done=done)


@router.post("/staff/ledger/payouts/{public_id}", dependencies=[MOVES_MONEY.needed])
async def move_payout_page(public_id: str, asked: AskedDep) -> Response:
    step = asked.field("step")
    moving = move_payout(
        asked.database,
        asked.viewer,
        public_id,
        step,
        provider=asked.payout_provider,
        reference=asked.field("reference"),
        reason=asked.field("reason"),
    )
    return await _QUEUE.act(asked, moving, done=step, at=public_id)
