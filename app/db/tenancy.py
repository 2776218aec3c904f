"""The second wall: on PostgreSQL every transaction says for whom it acts, and row-level security holds it
to that. Nothing said means no rows of any company. SQLite has only the first wall, the SQL of the queries.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, text

ActorKind = Literal["nobody", "member", "staff", "system"]
_SAY = text("SELECT set_config('top.actor', :actor, true), set_config('top.company', :company, true)")


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


def say_tenant(connection: Connection) -> None:
    """Tell PostgreSQL, for the transaction that has just begun."""
    tenant = _acting.get()
    if tenant.actor != "nobody":
        company = "" if tenant.company_id is None else str(tenant.company_id)
        connection.execute(_SAY, {"actor": tenant.actor, "company": company})
