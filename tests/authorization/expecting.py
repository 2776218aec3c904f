"""What an actor must get of a route, from its policy and from whose the object is; and what it got."""

from enum import StrEnum

import httpx

from app.features.members.permissions import COMPANY_ROLES, SCOPES, STAFF_ROLES
from app.web.csrf import SAFE_METHODS
from app.web.policy import Policy
from tests.authorization.actors import Actor
from tests.authorization.addresses import Asked, Place
from tests.authorization.oversight import ASKER


class Expected(StrEnum):
    OPEN = "is let in"
    SIGN_IN = "must sign in"
    HIDDEN = "finds nothing"
    REFUSED = "is refused"
    FACTOR = "must give a second factor"


def expected(asked: Asked, actor: Actor) -> Expected:
    """Read with the docstring of Policy beside it: this is the same table, said a second time."""
    policy = asked.policy
    known = actor.is_known and (actor.scopes is None or asked.is_api)  # a token is nobody's on a page
    if _brings_a_dead_token(asked, actor):
        return Expected.SIGN_IN
    if policy.who == "signed":
        return Expected.HIDDEN  # no provider is set up, and no session stands for a signature
    if policy.who == "entering":
        return Expected.OPEN if _gave_password(actor) else Expected.SIGN_IN
    if policy.who not in ("anyone", "visitor"):
        if not known:
            return Expected.SIGN_IN
        refusal = _of_token(policy, actor) if actor.scopes is not None else _of_person(policy, actor)
        if refusal is not None:
            return refusal
    return Expected.OPEN if _sees(asked.place, actor, known) else Expected.HIDDEN


def _brings_a_dead_token(asked: Asked, actor: Actor) -> bool:
    """Refused wherever the API asks who it is, also by what is open to anybody."""
    return actor.scopes is not None and not actor.is_known and asked.is_api and asked.asks_who


def _gave_password(actor: Actor) -> bool:
    return actor.scopes is None and (actor.is_known or actor.standing == "awaits_factor")


def _of_person(policy: Policy, actor: Actor) -> Expected | None:
    if policy.who in ("member", "staff") and policy.who != actor.kind:
        return Expected.HIDDEN
    if policy.permission and policy.permission not in _permissions(actor):
        return Expected.HIDDEN if policy.who == "staff" else Expected.REFUSED
    if policy.verified and not actor.is_verified:
        return Expected.REFUSED
    wants_factor = policy.step_up or policy.second_factor or policy.who == "staff"
    return Expected.FACTOR if wants_factor and not actor.factor else None


def _of_token(policy: Policy, actor: Actor) -> Expected | None:
    assert actor.scopes is not None
    if not policy.scope or policy.scope not in actor.scopes:
        return Expected.REFUSED
    reached = set().union(*(SCOPES[scope] for scope in actor.scopes)) & COMPANY_ROLES[actor.role]
    return Expected.REFUSED if policy.permission and policy.permission not in reached else None


def _permissions(actor: Actor) -> set[str]:
    of_staff = (STAFF_ROLES[role] for role in actor.staff_roles)
    return set(COMPANY_ROLES.get(actor.role, ())).union(*of_staff)


def _sees(place: Place, actor: Actor, known: bool) -> bool:
    if place.owner in ("public", "link"):
        return True
    if place.owner == "shown":
        return known
    if place.owner == "company":
        return known and (actor.kind == "staff" or actor.company == "A")
    if place.owner == "asker":
        return actor.key == ASKER
    if place.owner == "maker" and actor.company == "A" and actor.role == "admin":
        return known
    return known and actor.person == "ana"


def got(asked: Asked, answer: httpx.Response) -> Expected | str:
    """In the same words; what fits none of them in its own."""
    status, target = answer.status_code, answer.headers.get("location", "")
    if status >= 500:
        return f"{status}"
    if asked.is_api:
        if status == 403:
            wants_factor = "二次" in answer.text or "再验证一次身份" in answer.text
            return Expected.FACTOR if wants_factor else Expected.REFUSED
        return {401: Expected.SIGN_IN, 404: Expected.HIDDEN}.get(status, Expected.OPEN)
    if status == 303 and target.startswith("/sign-in"):
        wanted = target.startswith("/sign-in?next=/") or asked.method not in SAFE_METHODS
        return Expected.SIGN_IN if wanted else f"303 {target}"
    if status == 303 and target.startswith("/second-factor"):
        return Expected.FACTOR
    return {403: Expected.REFUSED, 404: Expected.HIDDEN, 401: "401"}.get(status, Expected.OPEN)
