"""Events of providers that nobody could place, as a page of staff."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from app.features.ledger.desk import deciding, loading
from app.features.ledger.desk.problems import problem_in_words
from app.features.ledger.desk.queue import Asked, AskedDep, DoneQuery, Queue
from app.features.ledger.policies import FINANCE, MOVES_MONEY

router = APIRouter()


async def _load(asked: Asked) -> Mapping[str, Any]:
    found = await loading.events(asked.database, asked.viewer)
    return {"events": [(one, problem_in_words(one.problem)) for one in found]}


_QUEUE = Queue("events", _load)


@router.get("/staff/ledger/events", dependencies=[FINANCE.needed])
async def events_page(asked: AskedDep, done: DoneQuery = "") -> Response:
    """The oldest first."""
    return await _QUEUE.show(asked, done=done)


@router.post("/staff/ledger/events/{public_id}", dependencies=[MOVES_MONEY.needed])
async def event_page(public_id: str, asked: AskedDep) -> Response:
    """Try it once more, for a company that staff names; or have it wait no longer. What became of it is the
    answer."""

    async def see_to_it() -> str:
        if asked.field("act") == "dismiss":
            await deciding.dismiss_event(asked.database, asked.viewer, public_id)
            return "dismissed"
        company = asked.field("company").strip()
        return (await deciding.settle_event(asked.database, asked.viewer, public_id, company=company)).state

    return await _QUEUE.act(asked, see_to_it(), at=public_id)
