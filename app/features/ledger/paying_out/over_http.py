"""A payout provider over HTTP: PUT and GET of one address for each payout.

`PUT {url}/payouts/{id}` with `{"company", "asset", "amount"}` (amount in fen) orders it, GET asks. Both
answer `{"id", "state", "asset", "amount", "reference", "reason"}`, state being under_way, paid or failed; GET
answers 404 and `{"state": "unknown"}` for what was never ordered, PUT 409 for an id of another content.
"""

from http import HTTPStatus
from typing import Any

from app.features.ledger.models import CAUSE_ID_LENGTH
from app.features.ledger.paying_out.provider import NoAnswer, Order, Told
from app.features.ledger.provider_wire import Answer, ProviderWire, Silent, one_line
from app.features.ledger.side_models import REASON_LENGTH


class HttpPayoutProvider:
    def __init__(self, wire: ProviderWire) -> None:
        self._wire = wire

    @property
    def name(self) -> str:
        return self._wire.name

    async def send(self, order: Order) -> Told:
        money = order.money
        body = {"company": order.company, "asset": money.asset, "amount": money.minor}
        return await self._told("PUT", order, body)

    async def ask(self, order: Order) -> Told:
        return await self._told("GET", order)

    async def _told(self, method: str, order: Order, body: dict[str, Any] | None = None) -> Told:
        try:
            return _read(order, await self._wire.call(method, f"/payouts/{order.payout}", body))
        except Silent as silence:
            raise NoAnswer("unanswered", str(silence)) from silence


def _read(order: Order, answer: Answer) -> Told:
    """Only what is about this very payout counts; anything else leaves its outcome open."""
    told = answer.told or {}
    if answer.is_failure:
        raise NoAnswer("unanswered", f"status {answer.status}")
    if answer.status == HTTPStatus.CONFLICT:
        raise NoAnswer("contradicts", "this payout's id has another content there")
    if answer.status == HTTPStatus.NOT_FOUND and told.get("state") == "unknown":
        return Told("unknown")
    if not answer.is_success or told.get("id") != order.payout:
        raise _unreadable(answer)
    if (told.get("asset"), told.get("amount")) != (order.money.asset, order.money.minor):
        raise NoAnswer("contradicts", "another amount")
    state, reason = told.get("state"), one_line(told.get("reason"))[:REASON_LENGTH]
    reference = one_line(told.get("reference"))[:CAUSE_ID_LENGTH]
    if state == "paid" and reference:
        return Told("paid", reference=reference)
    if state == "failed" and reason:
        return Told("failed", reference=reference, reason=reason)
    if state == "under_way":
        return Told("under_way", reference=reference)
    raise _unreadable(answer)


def _unreadable(answer: Answer) -> NoAnswer:
    return NoAnswer("unreadable", f"status {answer.status}")
