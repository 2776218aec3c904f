"""A payout provider over HTTP: PUT and GET of one address for each payout.

`PUT {url}/payouts/{id}` with `{"company", "asset", "amount"}` (amount in fen) orders it, GET asks. Both
answer `{"id", "state", "asset", "amount", "reference", "reason"}`, state being under_way, paid or failed; GET
answers 404 and `{"state": "unknown"}` for what was never ordered, PUT 409 for an id of another content.
"""

import asyncio
from typing import Any

import httpx

from app.features.ledger.models import CAUSE_ID_LENGTH
from app.features.ledger.paying_out.provider import NoAnswer, Order, Told
from app.features.ledger.side_models import REASON_LENGTH

SECONDS = 20  # for one answer; less than PAYOUT_UNTOUCHED


class HttpPayoutProvider:
    def __init__(self, name: str, url: str, token: str, *, seconds: int = SECONDS) -> None:
        self._name = name
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}
        self._seconds = seconds

    @property
    def name(self) -> str:
        return self._name

    async def send(self, order: Order) -> Told:
        money = order.money
        body = {"company": order.company, "asset": money.asset, "amount": money.minor}
        return _read(order, await self._request("PUT", order, json=body))

    async def ask(self, order: Order) -> Told:
        return _read(order, await self._request("GET", order))

    async def _request(self, method: str, order: Order, **more: Any) -> httpx.Response:
        address = f"{self._url}/payouts/{order.payout}"
        try:
            async with asyncio.timeout(self._seconds), httpx.AsyncClient(timeout=self._seconds) as client:
                return await client.request(method, address, headers=self._headers, **more)
        except (TimeoutError, httpx.HTTPError) as error:
            raise NoAnswer("unanswered", f"{self._name}: {type(error).__name__}") from error


def _read(order: Order, answer: httpx.Response) -> Told:
    """Only what is about this very payout counts; anything else leaves its outcome open."""
    if answer.status_code == httpx.codes.CONFLICT:
        raise NoAnswer("contradicts", "this payout's id has another content there")
    try:
        told = answer.json()
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise _unreadable(answer)
    if answer.status_code == httpx.codes.NOT_FOUND and told.get("state") == "unknown":
        return Told("unknown")
    if answer.is_server_error:
        raise NoAnswer("unanswered", f"status {answer.status_code}")
    if not answer.is_success or told.get("id") != order.payout:
        raise _unreadable(answer)
    if (told.get("asset"), told.get("amount")) != (order.money.asset, order.money.minor):
        raise NoAnswer("contradicts", "another amount")
    state, reference, reason = (_text(told.get(name)) for name in ("state", "reference", "reason"))
    if state == "paid" and reference:
        return Told("paid", reference=reference[:CAUSE_ID_LENGTH])
    if state == "failed" and reason:
        return Told("failed", reference=reference[:CAUSE_ID_LENGTH], reason=reason[:REASON_LENGTH])
    if state == "under_way":
        return Told("under_way", reference=reference[:CAUSE_ID_LENGTH])
    raise _unreadable(answer)


def _text(value: object) -> str:
    """One printable line."""
    if not isinstance(value, str):
        return ""
    return " ".join("".join(one if one.isprintable() else " " for one in value).split())


def _unreadable(answer: httpx.Response) -> NoAnswer:
    doubt = "unanswered" if answer.is_server_error else "unreadable"
    return NoAnswer(doubt, f"status {answer.status_code}")  # type: ignore[arg-type]
