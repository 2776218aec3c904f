"""Who sent this request: asked once, from the session cookie or, under /api/, the bearer token."""

from dataclasses import dataclass
from typing import Protocol

from fastapi import Request

from app.db.tenancy import NOBODY, Tenant, act_for
from app.kit.viewer import ANONYMOUS, Viewer
from app.web.cookies import cookie_of
from app.web.limits import client_address, network


@dataclass(frozen=True, slots=True)
class Asked:
    """What an audit row says of the request beside its actor."""

    request_id: str
    ip_prefix: str  # IPv4 /24 or IPv6 /48: enough to tell places apart, no single address


class Identities(Protocol):
    """Handed over by the entry point: this package knows no members."""

    async def of_session(self, token: str, asked: Asked) -> Viewer:
        """ANONYMOUS for a session that is unknown or over."""
        ...

    async def of_api_token(self, token: str, asked: Asked) -> Viewer:
        """Raises SignInNeeded for a token that is unknown, revoked or over."""
        ...


async def identify(request: Request) -> Viewer:
    """The viewer of this request, and from here on its tenant in the database."""
    known: Viewer | None = getattr(request.state, "viewer", None)
    if known is not None:
        return known
    act_for(NOBODY)
    viewer = await _viewer(request)
    request.state.viewer = viewer
    if viewer.is_member:
        act_for(Tenant("member", viewer.company_id))
    elif viewer.is_staff:
        act_for(Tenant("staff"))
    return viewer


async def _viewer(request: Request) -> Viewer:
    identities: Identities = request.app.state.identities
    token = bearer_of(request)
    if token is not None:
        return await identities.of_api_token(token, asked_of(request))
    session = cookie_of(request, "session")
    return await identities.of_session(session, asked_of(request)) if session else ANONYMOUS


def bearer_of(request: Request) -> str | None:
    """Of the API alone: on a page the header says nothing (a proxy with a password of its own sends one), and
    the cookie counts."""
    if not request.url.path.startswith("/api/"):
        return None
    authorization = request.headers.get("authorization")
    return None if authorization is None else authorization.removeprefix("Bearer ").strip()


def address_of(request: Request) -> str:
    """What a limit per address tells callers apart by; it is stored nowhere in clear."""
    proxies: int = request.app.state.settings.trusted_proxies
    return network(client_address(request.scope, trusted_proxies=proxies))


def asked_of(request: Request) -> Asked:
    proxies: int = request.app.state.settings.trusted_proxies
    address = client_address(request.scope, trusted_proxies=proxies)
    return Asked(getattr(request.state, "request_id", "-"), network(address, v4=24, v6=48))
