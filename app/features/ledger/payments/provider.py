"""Beginning a payment at a provider: it answers where to pay. That it was paid, its signed events tell.

`PUT {url}/payments/{id}` with `{"company", "asset", "amount", "return_to"}` (amount in fen) answers
`{"id", "address"}`; the same id again is the same payment, with another content 409. The provider names `id`
as `payment` in its events, and `company` as it was told.
"""

from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Protocol
from urllib.parse import urlsplit

import structlog

from app.features.ledger.errors import KeyReused
from app.features.ledger.provider_wire import ProviderWire, Silent, one_line
from app.kit.amount import Amount
from app.kit.errors import Unavailable
from app.kit.text import Text

_LONGEST_ADDRESS = 2_000
_HERE = ("localhost", "127.0.0.1", "::1")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Payment:
    id: str
    company: str  # public id
    money: Amount
    return_to: str  # address that the payer comes back to


class PaymentProvider(Protocol):
    @property
    def name(self) -> str: ...

    async def begin(self, payment: Payment) -> str:
        """Where to pay. The same payment again is the same one. Raises Unavailable and KeyReused."""
        ...


def payment_id(company: str, key: str) -> str:
    """One for each company and key of a request: sent twice, it is paid once."""
    return sha256(f"{company}\x00{key}".encode()).hexdigest()[:32]


class HttpPaymentProvider:
    def __init__(self, wire: ProviderWire) -> None:
        self._wire = wire

    @property
    def name(self) -> str:
        return self._wire.name

    async def begin(self, payment: Payment) -> str:
        money = payment.money
        body = {
            "company": payment.company,
            "asset": money.asset,
            "amount": money.minor,
            "return_to": payment.return_to,
        }
        try:
            answer = await self._wire.call("PUT", f"/payments/{payment.id}", body)
        except Silent as silence:
            raise _unavailable(self.name, str(silence)) from silence
        if answer.status == HTTPStatus.CONFLICT:
            raise KeyReused
        told = answer.told or {}
        address = one_line(told.get("address"))
        if not answer.is_success or told.get("id") != payment.id or not _may_lead_to(address):
            raise _unavailable(self.name, f"status {answer.status}")
        return address


def _may_lead_to(address: str) -> bool:
    """Whether payers may be sent there: over https, or to this machine."""
    parts = urlsplit(address)
    is_here = parts.scheme == "http" and parts.hostname in _HERE
    return len(address) <= _LONGEST_ADDRESS and (
        is_here or (parts.scheme == "https" and bool(parts.hostname))
    )


def _unavailable(name: str, why: str) -> Unavailable:
    log.warning("payment_not_begun", provider=name, why=why)
    return Unavailable(
        Text(
            zh="支付渠道暂时没有回应，没有扣款，也没有入账。请过几分钟再试。",
            en="The payment provider does not answer. Nothing was paid or credited; try again soon.",
        )
    )
