"""Refusals that are the ledger's own."""

from typing import Any

from app.kit.errors import Conflict
from app.kit.text import Text


class PostingRefused(Conflict):
    """The rules say no. Everything is rolled back, and `run_posting` remembers it under the key: the same
    request again gets the same answer, also when it would be allowed by then.

    `reason` is the stable word for programs; `request` is what is to be remembered; none where it is already.
    """

    def __init__(self, reason: str, message: Text, *, request: Any = None, field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.reason = reason
        self.request = request


class KeyReused(Conflict):
    """The idempotency key belongs to another request."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="这个 Idempotency-Key 已用于内容不同的请求。请换一个新的。",
                en="This Idempotency-Key was used for a request of other content. Use a new one.",
            ),
            field="Idempotency-Key",
        )


class Misposted(Exception):
    """A transfer that no rule allows: a fault of the program, raised before or instead of any change."""
