"""The numbered statements that hold on every route, walked by people who may ask for it."""

import re
from hashlib import sha256

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.db.tables import metadata
from app.features.members.companies.verification.sending import MOST_OF_BODY
from app.web.csrf import HEADER, SAFE_METHODS
from app.web.inputs import MAX_BODY_BYTES
from tests.authorization.actors import ADMIN, NOBODY, PEOPLE, RIVAL, STAFF, Actor, each
from tests.authorization.addresses import Asked, table
from tests.authorization.asking import answered, ask, let_in
from tests.authorization.expecting import Expected, expected
from tests.authorization.world import World
from tests.people import form_token
from tests.web.test_statements import BROKEN_BODIES

JSON = {"content-type": "application/json"}
# What reading may change: the trail of who read, and when a session was last seen.
MAY_CHANGE = {"audit_entries", "audit_head"}
BROKEN = {what: body for what, body in BROKEN_BODIES.items() if what != "too many"}  # that is for each to say
_INLINE = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:")
_UNSAFE_FORM = re.compile(r'<form\b[^>]*method="post"[^>]*>.*?</form>', re.DOTALL)
OUT = [actor for actor in PEOPLE if actor.kind == "member" and not actor.is_known]  # with a cookie still
WALKERS = (ADMIN, RIVAL, *STAFF[:5])


async def contents(app: FastAPI) -> dict[str, str]:
    """A digest of all rows of every table that reading must leave alone."""
    digests = {}
    async with app.state.database.reading() as session:
        for one in metadata.sorted_tables:
            columns = [column for column in one.columns if column.name != "seen_at"]
            rows = await session.execute(select(*columns).order_by(*one.primary_key.columns))
            digests[one.name] = sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()
    return {name: digest for name, digest in digests.items() if name not in MAY_CHANGE}


def rows(world: World, *, safe: bool) -> list[Asked]:
    return [asked for asked in table(world.app, world) if (asked.method in SAFE_METHODS) == safe]


_ROOMIER = {"/company/verification/request": MOST_OF_BODY}  # it takes a file


@pytest.mark.statement(31)
@pytest.mark.parametrize("actor", each(WALKERS))
async def test_reading_changes_nothing(world: World, client: httpx.AsyncClient, actor: Actor) -> None:
    before = await contents(world.app)
    for asked in rows(world, safe=True):
        await ask(client, world, actor, asked)
    assert await contents(world.app) == before


@pytest.mark.statement(30)
async def test_unsafe_requests_need_the_token_of_their_own_session(
    world: World, client: httpx.AsyncClient
) -> None:
    before = await contents(world.app)
    others = form_token(client, world.known[RIVAL.key].token)
    wrong: list[dict[str, str | None]] = [
        {HEADER: None},
        {HEADER: "x" * 32},
        {HEADER: others},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": None, "origin": "https://evil.example"},
    ]
    proxied = {
        HEADER: None,
        "authorization": "Basic eDp5",
    }  # a proxy's own; under /api/ a token, and a wrong one
    for asked in rows(world, safe=False):
        actor = let_in(asked)
        if actor is None or actor is NOBODY:
            actor = ADMIN
        for headers in wrong if asked.is_api else [*wrong, proxied]:
            answer = await ask(client, world, actor, asked, headers=headers)
            assert answer.status_code == 403, f"{asked} {headers} {answer.status_code}"
            assert "top_session" not in answer.headers.get("set-cookie", "")
    assert await contents(world.app) == before


@pytest.mark.statement(30)
async def test_a_visitor_needs_the_token_of_a_page_shown_before(
    world: World, client: httpx.AsyncClient
) -> None:
    visited = [asked for asked in rows(world, safe=False) if asked.policy.who == "visitor"]
    assert len(visited) >= 2
    for asked in visited:
        for headers in (
            {HEADER: None},
            {HEADER: "x" * 32},
            {"cookie": "top_visitor=guessed", HEADER: "x" * 32},
        ):
            answer = await ask(client, world, NOBODY, asked, headers=headers)
            assert answer.status_code == 403, str(asked)


@pytest.mark.statement(30)
@pytest.mark.usefixtures("no_write_stays")
@pytest.mark.parametrize("actor", each([*WALKERS, *OUT]))
async def test_every_form_on_a_page_carries_the_token_of_its_reader(
    world: World, client: httpx.AsyncClient, actor: Actor
) -> None:
    """Else the reader is told that the page has expired, whatever the form is for."""
    token, shown = form_token(client, world.known[actor.key].token), 0
    for asked in rows(world, safe=True):
        answer = await answered(client, world, actor, asked)
        if "text/html" in answer.headers.get("content-type", ""):
            for form in _UNSAFE_FORM.findall(answer.text):
                shown += 1
                assert f'name="csrf" value="{token}"' in form, f"{asked}: {form[:200]}"
    assert shown


@pytest.mark.statement(51)
@pytest.mark.usefixtures("no_write_stays")
@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
async def test_broken_json_is_refused(world: World, client: httpx.AsyncClient, body: bytes) -> None:
    """By everything that reads a body; what reads none cannot be broken by one."""
    described = world.app.openapi()["paths"]
    for asked in rows(world, safe=False):
        actor = let_in(asked)
        if actor is None or not asked.is_api:
            continue
        answer = await ask(client, world, actor, asked, content=body, headers=JSON)
        assert answer.status_code < 500, str(asked)
        if "requestBody" in described[asked.template][asked.method.lower()]:
            assert 400 <= answer.status_code < 500, str(asked)
            assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.statement(52)
@pytest.mark.usefixtures("no_write_stays")
async def test_bodies_over_the_limit_are_refused(world: World, client: httpx.AsyncClient) -> None:
    for asked in rows(world, safe=False):
        actor = let_in(asked) or ADMIN
        body = b" " * (_ROOMIER.get(asked.template.removeprefix("/api/v1"), MAX_BODY_BYTES) + 1)
        answer = await ask(client, world, actor, asked, content=body, headers=JSON)
        assert answer.status_code == 413, f"{asked} {answer.status_code}"


@pytest.mark.statement(52)
@pytest.mark.usefixtures("no_write_stays")
async def test_forms_with_thousands_of_fields_are_refused(world: World, client: httpx.AsyncClient) -> None:
    fields = {f"field{number}": "1" for number in range(2_000)}
    for asked in rows(world, safe=False):
        if asked.is_api:
            continue
        actor = next((one for one in (ADMIN, *STAFF) if expected(asked, one) is Expected.OPEN), ADMIN)
        answer = await ask(client, world, actor, asked, headers={HEADER: None}, data=fields)
        assert answer.status_code in (400, 413, 422), f"{asked} {answer.status_code}"


@pytest.mark.statement(54)
@pytest.mark.statement(55)
@pytest.mark.parametrize("actor", each([*PEOPLE[:2], *STAFF[:5]]))
async def test_answers_are_for_this_reader_on_this_site_alone(
    world: World, client: httpx.AsyncClient, actor: Actor
) -> None:
    for asked in rows(world, safe=True):
        answer = await ask(client, world, actor, asked, headers={"origin": "https://evil.example"})
        assert "access-control-allow-origin" not in answer.headers, str(asked)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy or policy.startswith("sandbox;")  # a file to be kept
        assert "unsafe" not in policy
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        if "text/html" in answer.headers.get("content-type", ""):
            assert not _INLINE.search(answer.text), str(asked)
            assert "cookie" in answer.headers["vary"].lower(), str(asked)
        if actor.is_known and asked.asks_who:
            assert answer.headers["cache-control"] == "no-store", str(asked)


@pytest.mark.statement(5)
@pytest.mark.usefixtures("no_write_stays")
async def test_owner_role_and_status_are_never_taken_from_a_body(
    world: World, client: httpx.AsyncClient
) -> None:
    """Every JSON body refuses fields that it does not name; forms have no other fields than those read."""
    stranger = {"company_id": 1, "person_id": 1, "is_verified": True, "staff_roles": ["platform_admin"]}
    described, asked_for = world.app.openapi()["paths"], 0
    for asked in rows(world, safe=False):
        actor = let_in(asked)
        if not asked.is_api or actor is None or asked.policy.who == "entering":
            continue
        if "requestBody" not in described[asked.template][asked.method.lower()]:
            continue
        asked_for += 1
        answer = await ask(client, world, actor, asked, json=stranger)
        assert answer.status_code == 422, f"{asked} {answer.status_code}"
        refused = {problem["field"].rpartition(".")[2] for problem in answer.json()["errors"]}
        # A body of several kinds is refused for not naming its own, before its fields are read.
        assert refused >= set(stranger) or refused == {"method"}, str(asked)
    assert asked_for >= 3


async def test_everything_can_be_asked_for_by_somebody(world: World) -> None:
    """Else a walk would pass by what nobody may do."""
    asked = [one for one in table(world.app, world) if one.policy.who != "signed"]  # a machine may
    nobody = [str(one) for one in asked if let_in(one) is None]
    assert nobody == []
    assert expected(rows(world, safe=True)[0], NOBODY) is Expected.OPEN
