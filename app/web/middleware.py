"""What every request passes: an id, a log line, security headers. Pure ASGI, so nothing is buffered."""

import secrets
import time
from collections.abc import Awaitable, Callable

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
HSTS = "max-age=31536000; includeSubDomains"

Observe = Callable[[str, str, int, float], None]  # method, template of the route, status, seconds

log = structlog.get_logger()


class RequestRecord:
    """Gives each request an id, writes one log line without query string or body, and tells `observe`."""

    def __init__(self, app: ASGIApp, *, observe: Observe) -> None:
        self.app = app
        self.observe = observe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started, status = time.perf_counter(), 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        finally:
            # The route's template, not the path: a path may hold what somebody looked for.
            route = getattr(scope.get("route"), "path", "-")
            seconds = time.perf_counter() - started
            self.observe(scope["method"], route, status, seconds)
            took = round(seconds * 1000, 1)
            face = "api" if scope["path"].startswith("/api/") else "page"
            log.info("request", method=scope["method"], face=face, route=route, status=status, took_ms=took)
            structlog.contextvars.unbind_contextvars("request_id")


class AnswerHead:
    """Answers HEAD as GET without the body, on every route; the headers are those GET would have."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        has_ended = False

        async def send_without_body(message: Message) -> None:
            nonlocal has_ended
            if message["type"] == "http.response.start":
                await send(message)
            elif not has_ended:
                has_ended = True
                await send({"type": "http.response.body", "body": b""})

        # A copy, for the server must go on knowing that it answers a HEAD.
        as_get = {**scope, "method": "GET"}
        try:
            await self.app(as_get, receive, send_without_body)
        finally:
            scope.update({**as_get, "method": "HEAD"})


class LastResort:
    """Answers whatever nobody foresaw, inside the other middleware: so with headers, id and log line.

    Nothing is raised further: the server would log the message, which may hold what a reader typed.
    """

    def __init__(self, app: ASGIApp, *, answer: Callable[[Request, Exception], Awaitable[Response]]) -> None:
        self.app = app
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_started = False

        async def watched_send(message: Message) -> None:
            nonlocal has_started
            has_started = has_started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched_send)
        except Exception as error:
            if scope["type"] != "http":
                raise
            response = await self.answer(Request(scope), error)
            if not has_started:
                await response(scope, receive, send)


class SecurityHeaders:
    """Puts the headers of the security design on every response, errors included."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        headers = SECURITY_HEADERS | ({"strict-transport-security": HSTS} if https else {})
        self.headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message["headers"])
                names = {name for name, _ in given}
                message["headers"] = given + [pair for pair in self.headers if pair[0] not in names]
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)
