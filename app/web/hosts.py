"""The Host header, looked at closely once for each way of writing it."""

from collections.abc import Sequence

from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

_MOST_KNOWN = 100


class Hosts(TrustedHostMiddleware):
    """Serves the `allowed_hosts` alone; what it has served before it knows again."""

    def __init__(self, app: ASGIApp, *, allowed_hosts: Sequence[str]) -> None:
        super().__init__(self._first_time, allowed_hosts)
        self._app = app
        self._known: set[bytes] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _host_of(scope) in self._known:
            await self._app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    async def _first_time(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and len(self._known) < _MOST_KNOWN:
            self._known.add(_host_of(scope))
        await self._app(scope, receive, send)


def _host_of(scope: Scope) -> bytes:
    for name, value in scope["headers"]:
        if name == b"host":
            return bytes(value)
    return b""
