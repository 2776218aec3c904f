"""Answering for organisations that went elsewhere: on to the one they are part of now, or who took over."""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from app.features.registry.errors import OrganisationMoved
from app.web.pages import page_of
from app.web.problems import MEDIA_TYPE, FieldProblem, Problem

# Nothing is for ever: what was merged by mistake can be parted again.
_HEADERS = {"cache-control": "no-cache"}


def install(app: FastAPI) -> None:
    app.add_exception_handler(OrganisationMoved, _on_moved)


async def _on_moved(request: Request, error: Exception) -> Response:
    """Merged: the same address of what it is part of now. Split or closed: gone, with a page saying so."""
    assert isinstance(error, OrganisationMoved)
    is_api = request.url.path.startswith("/api/")
    if error.organisation_kind == "merged" and request.method in ("GET", "HEAD"):
        path = request.url.path.replace(error.public_id, error.successors[0].public_id)
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(path + query, 308 if is_api else 301, _HEADERS)
    page = page_of(request)
    if not is_api:
        return page.respond("registry/gone.html", status_code=410, gone=error)
    told = error.message.in_language(page.text_language)
    body = Problem(
        title=HTTPStatus.GONE.phrase,
        status=410,
        detail=told,
        request_id=page.request_id,
        errors=[FieldProblem(field="id", detail=told)],
        successors=[{"id": one.public_id, "name": one.name} for one in error.successors] or None,
    )
    return JSONResponse(body.model_dump(exclude_none=True), 410, _HEADERS, media_type=MEDIA_TYPE)
