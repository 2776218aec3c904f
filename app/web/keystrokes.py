"""The short way for what every keystroke asks: no router, no dependencies, no response object."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from fastapi import Request, Response
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.guards import guard
from app.web.pages import fragment_headers
from app.web.percent import percent_decoded
from app.web.policy import ANYONE

COMPRESSION: Mapping[str, Any] = {"minimum_size": 1000, "compresslevel": 4}
_ENCODING = b"accept-encoding"

Fragment = Callable[[Request], Awaitable[str]]
Refusal = Callable[[Request, Exception], Awaitable[Response]]


def typed(request: Request, name: str) -> str:
    """The parameter `name`, empty where it is missing. A box sends nothing else: that needs no parser."""
    query: bytes = request.scope["query_string"]
    given, _, value = query.partition(b"=")
    if given == name.encode() and b"&" not in value and value.isascii():
        return percent_decoded(value.replace(b"+", b" ")).decode("utf-8", "replace")
    return request.query_params.get(name, "")


class Keystroke(Route):
    """A fragment of HTML that is asked with GET; the router knows it too, for every other method."""

    policy = ANYONE

    def __init__(self, path: str, fragment: Fragment) -> None:
        async def unused(request: Request) -> Response:
            raise AssertionError("Keystrokes answers it before the router")

        super().__init__(path, unused, methods=["GET"], include_in_schema=False)
        self.fragment = fragment


class Keystrokes:
    """Answers its routes itself and leaves the rest to `app`. What happens on the way to an ordinary page
    takes as long as the search itself; here as there the guard comes first and `refusal` answers errors."""

    def __init__(self, app: ASGIApp, *, routes: Sequence[Keystroke], refusal: Refusal) -> None:
        self._app = app
        self._routes = {route.path: route for route in routes}
        self._refusal = refusal
        self._compressed = GZipMiddleware(self._answer, **COMPRESSION)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self._routes.get(scope["path"]) if scope["type"] == "http" else None
        if route is None or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        scope["route"] = route  # as the router does: the record of the request names it
        if any(name == _ENCODING and b"gzip" in value for name, value in scope["headers"]):
            await self._compressed(scope, receive, send)
        else:
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        try:
            await guard(request)
            body = (await scope["route"].fragment(request)).encode()
        except Exception as error:
            refused = await self._refusal(request, error)
            await refused(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": fragment_headers(len(body))})
        await send({"type": "http.response.body", "body": body})
