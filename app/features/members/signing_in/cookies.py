"""The cookie of a session, given and taken; and where its owner begins."""

from fastapi import Request, Response

from app.features.members.signing_in.sessions import lifetime_of
from app.kit.viewer import Viewer
from app.web.cookies import drop_cookie, set_cookie

CLEARED = {"clear-site-data": '"cache", "storage"'}


def home_of(kind: str) -> str:
    """For somebody who was not on the way to anywhere."""
    return "/staff" if kind == "staff" else "/my/customers"


def kind_of(viewer: Viewer) -> str:
    """Also of one who waits for the second factor."""
    return "staff" if viewer.company_id is None else "member"


def give_session(request: Request, response: Response, token: str, kind: str) -> None:
    seconds = int(lifetime_of(kind).absolute.total_seconds())
    set_cookie(request, response, "session", token, seconds=seconds)


def take_session(request: Request, response: Response) -> None:
    """And have the browser forget what it kept of the pages."""
    drop_cookie(request, response, "session")
    response.headers.update(CLEARED)
