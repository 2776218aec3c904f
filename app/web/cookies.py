"""The two cookies that matter for safety: who is signed in, and which browser a form was given to."""

from typing import Literal

from fastapi import Request, Response

Purpose = Literal["session", "visitor"]


def cookie_name(request: Request, purpose: Purpose) -> str:
    """`__Host-` binds the cookie to this very host over TLS; browsers refuse it over plain HTTP, so that
    development has another name, which production never reads."""
    production: bool = request.app.state.settings.is_production
    return f"__Host-top_{purpose}" if production else f"top_{purpose}"


def cookie_of(request: Request, purpose: Purpose) -> str:
    return request.cookies.get(cookie_name(request, purpose), "")[:200]


def set_cookie(request: Request, response: Response, purpose: Purpose, value: str, *, seconds: int) -> None:
    response.set_cookie(
        cookie_name(request, purpose),
        value,
        max_age=seconds,
        path="/",
        httponly=True,
        secure=request.app.state.settings.is_production,
        samesite="lax",
    )


def drop_cookie(request: Request, response: Response, purpose: Purpose) -> None:
    response.delete_cookie(
        cookie_name(request, purpose),
        path="/",
        httponly=True,
        secure=request.app.state.settings.is_production,
        samesite="lax",
    )
