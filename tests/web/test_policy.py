"""Policies of routes: none is forgotten, and each admits whom it names."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi import APIRouter, FastAPI

from app.kit.errors import NotAllowed, NotFound, SecondFactorNeeded, SignInNeeded
from app.kit.viewer import ANONYMOUS, Viewer
from app.web.policy import ANYONE, SIGNED_IN, Policy, policies, refuse_undeclared

NOW = datetime(2026, 11, 29, tzinfo=UTC)
MEMBER = Viewer(person_id=1, company_id=1, permissions=frozenset({"a:b"}), now=NOW)
STAFF = Viewer(person_id=2, permissions=frozenset({"staff:x"}), second_factor_at=NOW, now=NOW)


def with_factor(viewer: Viewer, *, minutes_ago: int) -> Viewer:
    given = NOW - timedelta(minutes=minutes_ago)
    return Viewer(person_id=viewer.person_id, company_id=1, second_factor_at=given, now=NOW)


@pytest.mark.parametrize(
    ("policy", "viewer", "refusal"),
    [
        (ANYONE, ANONYMOUS, None),
        (SIGNED_IN, ANONYMOUS, SignInNeeded),
        (SIGNED_IN, Viewer(person_id=1, company_id=1, awaits_second_factor=True), SignInNeeded),
        (Policy("entering"), ANONYMOUS, SignInNeeded),
        (Policy("entering"), Viewer(person_id=1, session_id=1, awaits_second_factor=True), None),
        (Policy("entering"), Viewer(person_id=1, session_id=1, company_id=1), None),
        (Policy("entering"), Viewer(person_id=1, company_id=1, scopes=frozenset({"s"})), SignInNeeded),
        (SIGNED_IN, MEMBER, None),
        (SIGNED_IN, STAFF, None),
        (Policy("member"), STAFF, NotFound),
        (Policy("staff"), MEMBER, NotFound),
        (Policy("staff", permission="staff:y"), STAFF, NotFound),
        (Policy("staff", permission="staff:x"), STAFF, None),
        (Policy("staff"), Viewer(person_id=2, now=NOW), SecondFactorNeeded),
        (Policy("member", permission="a:b"), MEMBER, None),
        (Policy("member", permission="a:c"), MEMBER, NotAllowed),
        (Policy("member", verified=True), MEMBER, NotAllowed),
        (Policy("member", second_factor=True), MEMBER, SecondFactorNeeded),
        (Policy("member", second_factor=True), with_factor(MEMBER, minutes_ago=60), None),
        (Policy("member", step_up=True), with_factor(MEMBER, minutes_ago=9), None),
        (Policy("member", step_up=True), with_factor(MEMBER, minutes_ago=11), SecondFactorNeeded),
        (Policy("member"), Viewer(person_id=1, company_id=1, scopes=frozenset({"s"})), NotAllowed),
        (Policy("member", scope="s"), Viewer(person_id=1, company_id=1, scopes=frozenset({"t"})), NotAllowed),
        (Policy("member", scope="s"), Viewer(person_id=1, company_id=1, scopes=frozenset({"s"})), None),
    ],
)
def test_a_policy_admits_whom_it_names(
    policy: Policy, viewer: Viewer, refusal: type[Exception] | None
) -> None:
    if refusal is None:
        policy.admit(viewer)
    else:
        with pytest.raises(refusal):
            policy.admit(viewer)


@pytest.mark.parametrize("given", [[], [ANYONE.needed, SIGNED_IN.needed]])
def test_a_route_without_one_policy_keeps_the_product_from_starting(given: list[object]) -> None:
    router = APIRouter(dependencies=given)  # type: ignore[arg-type]
    router.add_api_route("/forgotten", lambda: None)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.include_router(router)
    with pytest.raises(RuntimeError, match="/forgotten"):
        refuse_undeclared(app.router.routes)


async def test_every_route_of_the_product_declares_one(app: FastAPI) -> None:
    declared = list(policies(app.router.routes))
    assert len(declared) > 40
    assert [path for path, _, found in declared if len(found) != 1] == []
