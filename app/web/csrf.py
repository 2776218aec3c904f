"""Form tokens: an unsafe request carries what only a page of ours, shown to this very browser, could tell.

A token is derived from the session cookie (or, before anybody signs in, from a visitor cookie), so that
nothing is stored and another session's token fails. It travels in the field `csrf` or in a header.
"""

import base64
import hashlib
import hmac
import secrets

from fastapi import Request, Response

from app.kit.errors import NotAllowed
from app.kit.text import Text
from app.web.cookies import cookie_of, set_cookie
from app.web.identity import bearer_of

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD = "csrf"
HEADER = "x-csrf-token"
_VISIT_SECONDS = 24 * 3600
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class FormToken:
    """For one page: printed into its forms. Reading it marks a browser that has no cookie yet."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._session = cookie_of(request, "session")
        self._visitor = cookie_of(request, "visitor")
        self._is_new = False

    def __str__(self) -> str:
        if not self._session and not self._visitor:
            self._visitor, self._is_new = secrets.token_urlsafe(24), True
        return token_for(self._request, self._session or self._visitor)

    __html__ = __str__

    def renew(self, session: str) -> None:
        """For a page that comes with a new session cookie."""
        self._session = session

    @property
    def of_session(self) -> str:
        """For forms that anybody may send: empty for a browser without a session cookie, which needs none
        and gets no cookie for it. A session that is over still asks for its token, until the cookie goes."""
        return token_for(self._request, self._session) if self._session else ""

    def remember(self, response: Response) -> None:
        """Give the browser the visitor cookie that a printed token was derived from."""
        if self._is_new:
            set_cookie(self._request, response, "visitor", self._visitor, seconds=_VISIT_SECONDS)


async def check_session_token(request: Request) -> None:
    """For every unsafe request that uses a session cookie. Raises NotAllowed."""
    session = cookie_of(request, "session")
    if session and bearer_of(request) is None:
        await _check(request, session)


async def check_visitor_token(request: Request) -> None:
    """For unsafe requests of nobody known that sign in or register. Raises NotAllowed."""
    if not cookie_of(request, "session"):
        await _check(request, cookie_of(request, "visitor"))


async def _check(request: Request, cookie: str) -> None:
    given = request.headers.get(HEADER, "")
    if not given and request.headers.get("content-type", "").startswith(_FORMS):
        given = str((await request.form()).get(FIELD, ""))
    if not cookie or not hmac.compare_digest(given.encode(), token_for(request, cookie).encode()):
        raise NotAllowed(
            Text(
                zh="这个页面已过期（可能刚登录或退出过）。请返回并刷新页面后再提交。",
                en="This page has expired (did you sign in or out since?). Go back, reload it, send again.",
            )
        )


def token_for(request: Request, cookie: str) -> str:
    """The form token of the browser that holds `cookie`."""
    secret: str = request.app.state.settings.secret_key.get_secret_value()
    digest = hmac.new(f"csrf\x00{secret}".encode(), cookie.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:24]).decode()
