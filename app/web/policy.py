"""Who may use a route, as data beside the route. A route that declares none keeps the product from starting.

`router = APIRouter(dependencies=[ANYONE.needed])` for a whole router, or the same per route; exactly one
policy applies to a route. What a reader may see of an object is not decided here but where it is loaded:
`access_*` and `visible_*` of the rooms.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from fastapi import Depends, Request
from fastapi.params import Depends as Needed
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Mount

from app.kit.errors import NotAllowed, NotFound, SecondFactorNeeded, SignInNeeded
from app.kit.text import Text
from app.kit.viewer import Viewer
from app.web.csrf import SAFE_METHODS, check_visitor_token
from app.web.identity import identify

_HIDDEN = Text(
    zh="没有找到这个页面。它可能已经移动，或从未存在。", en="Nothing was found here. It may have moved."
)
_ROLE = Text(
    zh="你的角色不能做这一步。请联系贵公司管理员。",
    en="Your role does not allow this. Please ask an admin of your company.",
)
_UNVERIFIED = Text(
    zh="贵公司通过认证后才能做这一步。可在“公司”页面提交认证。",
    en="Your company must be verified first. Ask for it on the page “Company”.",
)
_SCOPE = Text(zh="这个令牌的权限不包括该操作。", en="The scopes of this token do not include that.")


class Denials(Protocol):
    """Handed over by the entry point: keeps what was refused to whom."""

    async def refused(self, viewer: Viewer, *, face: str, method: str, route: str) -> None:
        """`face`: page or api; `route`: its template, never what stands in its place."""
        ...


@dataclass(frozen=True, slots=True)
class Policy:
    """One row of the authorization table.

    `who`: anyone; visitor (anyone, and unsafe requests need the token of a page shown before); entering (a
    browser that gave its password, also one whose second factor is missing); signed (a machine, whose
    signature the policy itself checks, in a class of its own); signed_in;
    member (of a company); staff (others get the same answer as for a page that does not exist).
    `permission`: what the role must allow. `verified`: the company must be. `second_factor`: given in this
    session; `step_up`: within the last ten minutes. `scope`: of API tokens that may call this; without one
    no token may, whatever its scopes.
    """

    who: Literal["anyone", "visitor", "entering", "signed", "signed_in", "member", "staff"]
    permission: str = ""
    verified: bool = False
    second_factor: bool = False
    step_up: bool = False
    scope: str = ""

    @property
    def needed(self) -> Needed:
        """The dependency to declare on a route or router."""
        needed: Needed = Depends(self)
        return needed

    async def __call__(self, request: Request) -> None:
        viewer = await identify(request)
        if self.who == "visitor" and request.method not in SAFE_METHODS:
            await check_visitor_token(request)
        try:
            self.admit(viewer)
        except (NotAllowed, NotFound):
            await _tell(request, viewer)
            raise

    def admit(self, viewer: Viewer) -> None:
        """Raises SignInNeeded, NotFound, NotAllowed or SecondFactorNeeded."""
        if self.who in ("anyone", "visitor", "signed"):
            return
        if self.who == "entering" and viewer.session_id is not None:
            return
        if not viewer.is_signed_in or self.who == "entering":
            raise SignInNeeded
        if viewer.scopes is not None and (not self.scope or self.scope not in viewer.scopes):
            raise NotAllowed(_SCOPE)
        if (self.who == "staff" and not viewer.is_staff) or (self.who == "member" and not viewer.is_member):
            raise NotFound(_HIDDEN)
        if self.permission and not viewer.may(self.permission):
            raise NotFound(_HIDDEN) if self.who == "staff" else NotAllowed(_ROLE)
        if self.verified and not viewer.is_verified:
            raise NotAllowed(_UNVERIFIED)
        if self._wants_factor(viewer):
            raise SecondFactorNeeded

    def _wants_factor(self, viewer: Viewer) -> bool:
        if viewer.scopes is not None:
            return False  # it was approved with a second factor, and no route that steps up has a scope
        if self.step_up:
            return not viewer.has_stepped_up
        return (self.second_factor or self.who == "staff") and not viewer.has_second_factor


async def _tell(request: Request, viewer: Viewer) -> None:
    denials: Denials = request.app.state.denials
    face = "api" if request.url.path.startswith("/api/") else "page"
    route = getattr(request.scope.get("route"), "path", "-")
    await denials.refused(viewer, face=face, method=request.method, route=route.removeprefix("/api/v1"))


ANYONE = Policy("anyone")
VISITOR = Policy("visitor")
SIGNED_IN = Policy("signed_in")


def policies(routes: Sequence[BaseRoute]) -> Iterator[tuple[str, set[str], list[Policy]]]:
    """(path, methods, its distinct policies) of every route; mounted static files are anyone's."""
    for context in iter_route_contexts([route for route in routes if not isinstance(route, Mount)]):
        found = list(dict.fromkeys(_declared(context)))
        yield str(context.path), set(context.methods or ()), found


def refuse_undeclared(routes: Sequence[BaseRoute]) -> None:
    """Raises RuntimeError naming routes without exactly one policy: the product must not start with them."""
    wrong = [f"{path} ({len(found)})" for path, _, found in policies(routes) if len(found) != 1]
    if wrong:
        raise RuntimeError("routes without exactly one policy: " + ", ".join(wrong))


def _declared(context: Any) -> Iterator[Policy]:
    own = getattr(context.original_route, "policy", None)  # of a route that does without dependencies
    if own is not None:
        yield own
    if context.name == "openapi":  # the framework's own; what it describes is no secret
        yield ANYONE
    dependant = getattr(context, "dependant", None)
    for one in dependant.dependencies if dependant is not None else ():
        if isinstance(one.call, Policy):
            yield one.call
