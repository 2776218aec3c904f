"""Language and theme: a plain form, a cookie, and back to where the reader was."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from app.web.pages import LANGUAGE_COOKIE, THEME_COOKIE
from app.web.policy import ANYONE
from app.web.redirects import local_path
from app.web.templating import Theme
from app.web.translation import PageLanguage

router = APIRouter(dependencies=[ANYONE.needed])
_YEAR = 365 * 24 * 3600


@router.post("/preferences", status_code=303)
async def set_preferences(
    request: Request,
    next: Annotated[str, Form(max_length=4000)] = "/",
    language: Annotated[PageLanguage | None, Form()] = None,
    theme: Annotated[Theme | None, Form()] = None,
) -> RedirectResponse:
    """Remember the choices made in the page footer for a year."""
    is_production: bool = request.app.state.settings.is_production
    response = RedirectResponse(local_path(next), status_code=303)
    for cookie, value in ((LANGUAGE_COOKIE, language), (THEME_COOKIE, theme)):
        if value is not None:
            response.set_cookie(
                cookie,
                value,
                max_age=_YEAR,
                httponly=True,
                samesite="lax",
                secure=is_production,
            )
    return response
