"""Signatures of provider events: HMAC-SHA256 over the moment and the body, as most providers do it."""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from typing import Any, Literal, get_args

from app.features.ledger.models import CAUSE_ID_LENGTH, PUBLIC_ID_LENGTH
from app.kit.amount import Amount, Asset, asset_named
from app.kit.errors import Invalid, NotAllowed
from app.kit.text import Text

EventKind = Literal["paid", "charged_back", "chargeback_won"]
TOLERANCE_SECONDS = 300  # an event that is older may have been recorded and sent again
_HEADER = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})", re.ASCII)
_FIELDS = ("id", "kind", "payment", "company", "asset", "amount", "credits")


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """`payment` is the provider's id of what was paid; later events about it name it again."""

    id: str
    kind: EventKind
    payment: str
    company: str
    paid: Amount
    credits: Amount

    @property
    def digest(self) -> str:
        parts = (self.id, self.kind, self.payment, self.company, self.paid.plain(), self.credits.plain())
        return hashlib.sha256("\x00".join((*parts, self.paid.asset)).encode()).hexdigest()


def sign(body: bytes, secret: str, *, moment: int) -> str:
    """The header that belongs to a body sent at `moment`, in seconds since 1970."""
    mark = hmac.new(secret.encode(), b"%d." % moment + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={mark}"


def read_event(body: bytes, header: str, secret: str, *, now: int) -> ProviderEvent:
    """The event in a signed body. Raises NotAllowed (forged, or too old) and Invalid."""
    found = _HEADER.fullmatch(header)
    moment = int(found[1]) if found else 0
    if not secret or not hmac.compare_digest(sign(body, secret, moment=moment).encode(), header.encode()):
        raise NotAllowed(Text(zh="签名不符。", en="The signature does not fit."))
    if abs(now - moment) > TOLERANCE_SECONDS:
        raise NotAllowed(
            Text(zh="签名已过期，请重新签名后发送。", en="The signature is too old; sign it anew.")
        )
    try:
        told = json.loads(body)
    except ValueError as error:
        raise _unreadable("body") from error
    if not isinstance(told, dict) or set(told) != set(_FIELDS):
        raise _unreadable("body")
    return _event(told)


def _event(told: dict[str, Any]) -> ProviderEvent:
    if told["kind"] not in get_args(EventKind):
        raise _unreadable("kind")
    for field, longest in (
        ("id", CAUSE_ID_LENGTH),
        ("payment", CAUSE_ID_LENGTH),
        ("company", PUBLIC_ID_LENGTH),
    ):
        value = told[field]
        if not isinstance(value, str) or not 1 <= len(value) <= longest or not value.isprintable():
            raise _unreadable(field)
    asset: Asset = asset_named(str(told["asset"]), field="asset")
    return ProviderEvent(
        id=told["id"],
        kind=told["kind"],
        payment=told["payment"],
        company=told["company"],
        paid=Amount.within_limits(asset, told["amount"], field="amount"),
        credits=Amount.within_limits("CR", told["credits"], field="credits"),
    )


def _unreadable(field: str) -> Invalid:
    known = ", ".join(_FIELDS)
    return Invalid(
        Text(zh=f"事件须恰有这些字段：{known}。", en=f"An event has exactly these fields: {known}."),
        field=field,
    )
