"""Sending moderators who have not declared their vendor to the page that asks, and from there back."""

from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from app.features.members.staff.vendor import VendorUndeclared, vendor_of
from app.web.csrf import SAFE_METHODS
from app.web.dependencies import ReadSessionDep, ViewerDep
from app.web.errors import answer
from app.web.pages import page_of

_PAGE = "/staff/vendor"


async def _declared(session: ReadSessionDep, viewer: ViewerDep) -> str:
    return await vendor_of(session, viewer)


VendorDep = Annotated[str, Depends(_declared, scope="function")]


def install(app: FastAPI) -> None:
    app.add_exception_handler(VendorUndeclared, _on_undeclared)


async def _on_undeclared(request: Request, error: Exception) -> Response:
    assert isinstance(error, VendorUndeclared)
    if request.url.path.startswith("/api/"):
        return await answer(request, 409, error.message)
    back = f"?next={quote(page_of(request).path)}" if request.method in SAFE_METHODS else ""
    return RedirectResponse(_PAGE + back, 303)
