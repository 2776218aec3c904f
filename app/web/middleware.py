"""What every request passes: an id, a log line, security headers, an answer to what nobody foresaw.

One layer of pure ASGI for all of it: nothing is buffered, and every further layer would cost each request
two calls and each part of its answer one more.
"""

import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.kit.viewer import Viewer

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; "
    "worker-src 'self'; manifest-src 'self'"
)
_DENIED_FEATURES = [
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "screen-wake-lock",
    "usb",
    "xr-spatial-tracking",
]
PERMISSIONS = ", ".join(
    [f"{feature}=()" for feature in _DENIED_FEATURES]
    + ["publickey-credentials-create=(self)", "publickey-credentials-get=(self)", "web-share=(self)"]
)
SECURITY_HEADERS = {
    "content-security-policy": CSP,
    "permissions-policy": PERMISSIONS,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_NOT_KEPT = (b"cache-control", b"no-store")
_TOO_LARGE, _BARE = 413, (b"content-type", b"text/plain; charset=utf-8")
HSTS = "max-age=31536000; includeSubDomains"

Observe = Callable[[str, str, int, float], None]  # method, template of the route, status, seconds
LastAnswer = Callable[[Request, Exception], Awaitable[Response]]
Header = tuple[bytes, bytes]

log = structlog.get_logger()


class Entrance:
    """Gives each request an id, writes one log line without query string or body, and tells `observe`;
    puts the headers of the security design on every response, errors included; answers HEAD as GET without
    the body; and answers whatever nobody foresaw with `last_answer`.

    Nothing is raised further: the server would log the message, which may hold what a reader typed.
    """

    def __init__(self, app: ASGIApp, *, observe: Observe, https: bool, last_answer: LastAnswer) -> None:
        self.app = app
        self.observe = observe
        self.last_answer = last_answer
        headers = SECURITY_HEADERS | ({"strict-transport-security": HSTS} if https else {})
        self.headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        known_by = structlog.contextvars.bind_contextvars(request_id=request_id)
        method = scope["method"]
        # A copy, for the server must go on knowing that it answers a HEAD.
        inner = {**scope, "method": "GET"} if method == "HEAD" else scope
        headers = [*self.headers, (b"x-request-id", request_id.encode())]
        answer = _Answer(send, headers, scope["state"], without_body=inner is not scope)
        started = time.perf_counter()
        try:
            failure = await self._failure_of(inner, receive, answer)
            if failure is not None:
                response = await self.last_answer(Request(inner), failure)
                if not answer.status:
                    await response(inner, receive, answer.send)
        finally:
            # The route's template, not the path: a path may hold what somebody looked for.
            route = getattr(inner.get("route"), "path", "-")
            status, seconds = answer.status or 500, time.perf_counter() - started
            self.observe(method, route, status, seconds)
            took = round(seconds * 1000, 1)
            face = "api" if scope["path"].startswith("/api/") else "page"
            log.info("request", method=method, face=face, route=route, status=status, took_ms=took)
            structlog.contextvars.reset_contextvars(**known_by)

    async def _failure_of(self, scope: Scope, receive: Receive, answer: "_Answer") -> Exception | None:
        """Have the application answer; what went wrong where it did not."""
        try:
            await self.app(scope, receive, answer.send)
        except Exception as error:
            if not answer.is_withheld:  # else it was raised to stop what reads on
                return error
        return HTTPException(_TOO_LARGE) if answer.is_withheld else None


class _Answer:
    """What goes back for one request; `status` is 0 until it begins.

    A body whose announced length is above the limit is refused by the framework, in bare text and in the
    place of whatever answers; `is_withheld`: that was kept back, for ours says what the limit is.
    """

    __slots__ = ("_headers", "_send", "_state", "_without_body", "is_withheld", "status")

    def __init__(
        self, send: Send, headers: Sequence[Header], state: Mapping[str, Any], *, without_body: bool
    ) -> None:
        self._send = send
        self._headers = headers
        self._state = state  # of the request: who it turned out to be is known when the answer begins
        self._without_body = without_body
        self.is_withheld = False
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.is_withheld = message["status"] == _TOO_LARGE and _BARE in message["headers"]
            if self.is_withheld:
                return
            self.status = message["status"]
            given = message["headers"]
            viewer: Viewer | None = self._state.get("viewer")
            if viewer is not None and viewer.person_id is not None:
                # Whatever face, whatever answer: it is this reader's alone, and no cache may keep it.
                given = [pair for pair in given if pair[0] != b"cache-control"] + [_NOT_KEPT]
            names = {name for name, _ in given}
            message["headers"] = [*given, *(pair for pair in self._headers if pair[0] not in names)]
            await self._send(message)
            if self._without_body:
                await self._send({"type": "http.response.body", "body": b""})
        elif not self._without_body and not self.is_withheld:
            await self._send(message)
