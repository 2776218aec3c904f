"""The cookie of a session, given and taken."""

from fastapi import Request, Response

from app.features.members.signing_in.sessions import lifetime_of
from app.web.cookies import drop_cookie, set_cookie

CLEARED = {"clear-site-data": '"cache", "storage"'}


def give_session(request: Request, response: Response, token: str, kind: str) -> None:
    seconds = int(lifetime_of(kind).absolute.total_seconds())
    set_cookie(request, response, "session", token, seconds=seconds)


def take_session(request: Request, response: Response) -> None:
    """And have the browser forget what it kept of the pages."""
    drop_cookie(request, response, "session")
    response.headers.update(CLEARED)
