"""Everybody who asks: each differs from another in one thing that a policy looks at."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

import pytest

from app.features.members.permissions import SCOPES, STAFF_ROLES

Kind = Literal["nobody", "member", "staff"]
TokenState = Literal["active", "waiting", "refused", "revoked", "over"]


@dataclass(frozen=True, slots=True)
class Actor:
    """`company` is a letter: A owns what is asked for, B is its rival, U is not verified, S is suspended.

    `factor`: gave a second factor a moment ago. `standing`: what became of the account or the sign-in.
    `maker`: whose API token this is, by key; `scopes` and `token` are those of the token.
    """

    key: str
    kind: Kind
    company: str = ""
    role: str = ""
    staff_roles: tuple[str, ...] = ()
    factor: bool = False
    standing: Literal["active", "suspended", "awaits_factor"] = "active"
    maker: str = ""
    scopes: frozenset[str] | None = None
    token: TokenState = "active"

    @property
    def is_known(self) -> bool:
        """Whether the product takes this actor for anybody."""
        works = self.standing == self.token == "active"
        return self.kind != "nobody" and works and self.company != "S"

    @property
    def person(self) -> str:
        """The key of whoever this is, or acts for."""
        return self.maker or self.key

    @property
    def is_verified(self) -> bool:
        return self.company in ("A", "B")


NOBODY = Actor("nobody", "nobody")
ANA = Actor("ana", "member", "A", "sales", factor=True)
ADMIN = Actor("admin of A", "member", "A", "admin", factor=True)
RIVAL = Actor("rival", "member", "B", "admin", factor=True)
REMOVED = Actor("removed from A", "member", "A", "admin", factor=True, standing="suspended")
UNVERIFIED = Actor("unverified", "member", "U", "admin", factor=True)
OF_SUSPENDED = Actor("of a suspended company", "member", "S", "admin", factor=True)
PEOPLE = (
    NOBODY,
    ANA,
    ADMIN,
    Actor("presales of A", "member", "A", "presales", factor=True),
    Actor("finance of A", "member", "A", "finance", factor=True),
    Actor("admin of A without factor", "member", "A", "admin"),
    REMOVED,
    Actor("half signed in at A", "member", "A", "admin", standing="awaits_factor"),
    RIVAL,
    Actor("rival without factor", "member", "B", "sales"),
    UNVERIFIED,
    OF_SUSPENDED,
)
STAFF = (
    *(Actor(role, "staff", staff_roles=(role,), factor=True) for role in STAFF_ROLES),
    Actor("staff without roles", "staff", factor=True),
    Actor("platform admin without factor", "staff", staff_roles=("platform_admin",)),
)


def token_of(maker: Actor, what: str, *scopes: str, state: TokenState = "active") -> Actor:
    key = f"{what} token of {maker.key}"
    return replace(maker, key=key, maker=maker.key, scopes=frozenset(scopes), token=state)


RIVALS_TOKEN = token_of(RIVAL, "full", *SCOPES)
TOKENS = (
    *(token_of(ANA, scope, scope) for scope in SCOPES),
    token_of(ANA, "empty"),
    token_of(ADMIN, "full", *SCOPES),
    RIVALS_TOKEN,
    token_of(UNVERIFIED, "full", *SCOPES),
    token_of(REMOVED, "full", *SCOPES),
    token_of(OF_SUSPENDED, "full", *SCOPES),
    token_of(ADMIN, "waiting", *SCOPES, state="waiting"),
    token_of(ADMIN, "refused", *SCOPES, state="refused"),
    token_of(ADMIN, "revoked", *SCOPES, state="revoked"),
    token_of(ADMIN, "expired", *SCOPES, state="over"),
)
ACTORS = (*PEOPLE, *STAFF, *TOKENS)

# Who asks in every run; the others ask in `make test-deep`.
_EVERY_RUN = {
    "nobody", "ana", "admin of A", "rival", "moderator", "platform admin without factor",
    "follows token of ana", "full token of rival", "expired token of admin of A",
}  # fmt: skip


def each(actors: Iterable[Actor]) -> list[Any]:
    """For `parametrize`."""
    return [
        pytest.param(one, id=one.key, marks=() if one.key in _EVERY_RUN else pytest.mark.deep)
        for one in actors
    ]
