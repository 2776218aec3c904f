"""Asking the product for one of its own pages, as the browser that is waiting for an answer would ask it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from fastapi import Request
from starlette.types import Message

from app.web.cookies import cookie_name

_ASKER = ("host", "user-agent", "accept-language", "x-forwarded-for")
_SAME = ("type", "asgi", "http_version", "scheme", "client", "server", "root_path", "extensions")


@dataclass(frozen=True, slots=True)
class Shown:
    status: int
    body: bytes


async def page_within(request: Request, address: str, *, session: str) -> Shown:
    """GET `address` (path and query) under the session cookie `session`; every layer and policy applies."""
    path, _, query = address.partition("?")
    headers = [(name, value) for name, value in request.headers.raw if name.decode("latin-1") in _ASKER]
    headers.append((b"cookie", _cookies(request, session).encode("latin-1")))
    scope: dict[str, Any] = {name: request.scope[name] for name in _SAME if name in request.scope}
    scope |= {
        "method": "GET",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": headers,
        "state": {},
    }
    status, parts = 0, []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))

    await request.app(scope, receive, send)
    return Shown(status, b"".join(parts))


def _cookies(request: Request, session: str) -> str:
    """Those of the browser, with its session's new one."""
    mine = cookie_name(request, "session")
    pairs = [part.strip() for part in request.headers.get("cookie", "").split(";") if part.strip()]
    return "; ".join([*(one for one in pairs if one.partition("=")[0] != mine), f"{mine}={session}"])
