"""The second wall: on PostgreSQL every transaction says for whom it acts, and row-level security holds it
to that. Nothing said means no rows of any company. SQLite has only the first wall, the SQL of the queries.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal

import asyncpg  # type: ignore[import-untyped]

ActorKind = Literal["nobody", "member", "staff", "system"]


@dataclass(frozen=True, slots=True)
class Tenant:
    """`company_id` is that of a member."""

    actor: ActorKind
    company_id: int | None = None


NOBODY = Tenant("nobody")
SYSTEM = Tenant("system")
_acting: ContextVar[Tenant] = ContextVar("acting_tenant", default=NOBODY)


def act_for(tenant: Tenant) -> None:
    """For the rest of this request or task."""
    _acting.set(tenant)


@contextmanager
def acting_as(tenant: Tenant) -> Iterator[None]:
    """For the length of a block: signing in, say, must look up accounts before anybody is known."""
    token = _acting.set(tenant)
    try:
        yield
    finally:
        _acting.reset(token)


def acting_tenant() -> Tenant:
    return _acting.get()


class TellingConnection(asyncpg.Connection):  # type: ignore[misc]
    """A connection of PostgreSQL that tells for whom a transaction acts in the message that begins it."""

    async def execute(self, query: str, *arguments: Any, timeout: float | None = None) -> str:
        if query.startswith("BEGIN"):
            query += said_tenant()
        status: str = await super().execute(query, *arguments, timeout=timeout)
        return status


def said_tenant() -> str:
    """What tells PostgreSQL, behind `BEGIN;`."""
    tenant = _acting.get()
    if tenant.actor == "nobody":
        return ""
    company = "" if tenant.company_id is None else str(int(tenant.company_id))
    return f" SET LOCAL top.actor = '{tenant.actor}'; SET LOCAL top.company = '{company}'"


# The same within a statement that is a transaction of its own, for each row that it writes: said with the
# row's values, before the wall looks at it. `{}` stands for where the two values of `told` are.
TELLING = "set_config('top.actor', {0}.told_actor, true), set_config('top.company', {0}.told_company, true)"


def told(tenant: Tenant) -> dict[str, str]:
    """What `TELLING` reads."""
    company = "" if tenant.company_id is None else str(int(tenant.company_id))
    return {"told_actor": tenant.actor, "told_company": company}
