"""The framework's application with our own layers in front of everything that it does itself."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send


class Application(FastAPI):
    """`front` is put before the framework: what it answers itself passes none of the framework's layers,
    and what nobody foresaw in them is left to it."""

    def __init__(self, *, front: Callable[[ASGIApp], ASGIApp], **options: Any) -> None:
        super().__init__(**options)
        self.front = front(super().__call__)
        self.add_exception_handler(Exception, _leave)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["app"] = self  # the framework says it too late for the layers before it
        await self.front(scope, receive, send)


async def _leave(request: Request, error: Exception) -> Response:
    """Instead of the bare answer that the framework would give."""
    raise error
