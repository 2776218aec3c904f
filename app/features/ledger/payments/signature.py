"""Who may tell of payments: whoever signs with the provider's secret. No session, no form token.

`Top-Signature: t=<unix seconds>,v1=<hex of HMAC-SHA256 over "<t>.<body>">`
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from fastapi import Request
from pydantic import SecretStr

from app.kit import clock
from app.kit.errors import NotAllowed, NotFound
from app.kit.text import Text
from app.web.identity import identify
from app.web.policy import Policy

HEADER = "top-signature"
TOLERANCE = timedelta(minutes=5)
_SHAPE = re.compile(r"t=(?P<time>\d{1,12}),v1=(?P<mac>[0-9a-f]{64})", re.ASCII)

log = structlog.get_logger()


def sign(secret: str, body: bytes, at: datetime) -> str:
    """The header's value."""
    seconds = int(at.timestamp())
    return f"t={seconds},v1={_mac(secret, seconds, body)}"


def _mac(secret: str, seconds: int, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class SignedByProvider(Policy):
    """Admits what is signed with the secret of the provider in the path."""

    async def __call__(self, request: Request) -> None:
        await identify(request)
        provider = request.path_params["provider"]
        secrets: dict[str, SecretStr] = request.app.state.settings.payment_secrets
        secret = secrets.get(provider)
        if secret is None:
            raise NotFound(
                Text(zh="没有这个支付渠道。", en="There is no such payment provider."), field="provider"
            )
        problem = _objection(request.headers.get(HEADER, ""), secret.get_secret_value(), await request.body())
        if problem is not None:
            log.warning("payment_event_refused", provider=provider, problem=problem.en)
            raise NotAllowed(problem, field="Top-Signature")


def _objection(header: str, secret: str, body: bytes) -> Text | None:
    found = _SHAPE.fullmatch(header)
    if found is None:
        return Text(
            zh="缺少签名，或格式不是 t=<秒>,v1=<HMAC-SHA256>。",
            en="The signature is missing or not of the form t=<seconds>,v1=<HMAC-SHA256>.",
        )
    seconds = int(found["time"])
    if not hmac.compare_digest(found["mac"], _mac(secret, seconds, body)):
        return Text(zh="签名不符。", en="The signature does not match the body.")
    if abs(clock.now() - datetime.fromtimestamp(seconds, UTC)) > TOLERANCE:
        return Text(
            zh="签名时间超出 5 分钟。请用当前时间重新签名后再发；同一事件不会重复入账。",
            en="The signature is more than 5 minutes off. Sign again with the present time and resend; "
            "an event is never booked twice.",
        )
    return None
