"""Everybody who asks: each differs from another in one thing that a policy looks at."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import pytest

from app.features.members.permissions import SCOPES, STAFF_ROLES

Kind = Literal["nobody", "member", "staff"]


@dataclass(frozen=True, slots=True)
class Actor:
    """`company` is a letter: A owns what is asked for, B is its rival, U is not verified, S is suspended.

    `factor`: gave a second factor a moment ago. `standing`: what became of the account or the sign-in.
    """

    key: str
    kind: Kind
    company: str = ""
    role: str = ""
    staff_roles: tuple[str, ...] = ()
    factor: bool = False
    standing: Literal["active", "suspended", "awaits_factor"] = "active"
    scopes: frozenset[str] | None = None

    @property
    def is_known(self) -> bool:
        """Whether the product takes this actor for anybody."""
        return self.kind != "nobody" and self.standing == "active" and self.company != "S"

    @property
    def is_verified(self) -> bool:
        return self.company in ("A", "B")


NOBODY = Actor("nobody", "nobody")
ANA = Actor("ana", "member", "A", "sales", factor=True)
ADMIN = Actor("admin of A", "member", "A", "admin", factor=True)
RIVAL = Actor("rival", "member", "B", "admin", factor=True)
PEOPLE = (
    NOBODY,
    ANA,
    ADMIN,
    Actor("presales of A", "member", "A", "presales", factor=True),
    Actor("finance of A", "member", "A", "finance", factor=True),
    Actor("admin of A without factor", "member", "A", "admin"),
    Actor("removed from A", "member", "A", "admin", factor=True, standing="suspended"),
    Actor("half signed in at A", "member", "A", "admin", standing="awaits_factor"),
    RIVAL,
    Actor("rival without factor", "member", "B", "sales"),
    Actor("unverified", "member", "U", "admin", factor=True),
    Actor("of a suspended company", "member", "S", "admin", factor=True),
)
STAFF = (
    *(Actor(role, "staff", staff_roles=(role,), factor=True) for role in STAFF_ROLES),
    Actor("staff without roles", "staff", factor=True),
    Actor("platform admin without factor", "staff", staff_roles=("platform_admin",)),
)
TOKENS = (
    *(Actor(f"token for {scope}", "member", "A", "admin", scopes=frozenset({scope})) for scope in SCOPES),
    Actor("token for all", "member", "A", "admin", scopes=frozenset(SCOPES)),
    Actor("token for nothing", "member", "A", "admin", scopes=frozenset()),
    Actor("token of a rival", "member", "B", "admin", scopes=frozenset(SCOPES)),
)
ACTORS = (*PEOPLE, *STAFF)

# Who asks in every run; the others ask in `make test-deep`.
_EVERY_RUN = {
    "nobody", "ana", "admin of A", "rival", "moderator", "platform admin without factor",
}  # fmt: skip


def each(actors: Iterable[Actor]) -> list[Any]:
    """For `parametrize`."""
    return [
        pytest.param(one, id=one.key, marks=() if one.key in _EVERY_RUN else pytest.mark.deep)
        for one in actors
    ]
