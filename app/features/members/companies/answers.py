"""Answering a form: the page again with what was wrong, or on to the next."""

from typing import Any

from fastapi.responses import HTMLResponse

from app.kit.errors import DomainError, LimitReached
from app.web.errors import STATUS_OF
from app.web.pages import Page


def form_page(page: Page, template: str, error: DomainError | None = None, **context: Any) -> HTMLResponse:
    """`template` with `error` (Text or None) and `error_field`; the status is that of the refusal."""
    retry = error.retry_after if isinstance(error, LimitReached) else None
    return page.respond(
        template,
        status_code=status_of(error),
        headers={"x-robots-tag": "noindex"} | ({"retry-after": str(retry)} if retry else {}),
        error=error.message if error else None,
        error_field=error.field if error else None,
        **context,
    )


def status_of(error: DomainError | None) -> int:
    return next((code for kind, code in STATUS_OF.items() if isinstance(error, kind)), 200)
