"""Personal API tokens: made once, approved, narrowed, over; what they can never do."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy import select, update

from app.db.writing import run_write
from app.features.members.models import Company, Person
from app.features.members.permissions import SCOPES
from app.features.members.signing_in.api_tokens.format import is_well_formed, new_api_token
from app.features.members.signing_in.models import ApiToken
from app.kit import clock
from app.web.csrf import SAFE_METHODS
from app.web.policy import policies
from tests.application import client_of
from tests.mails import read_mails
from tests.people import PASSWORD, Known, add_company, add_person, signed_in

both_faces = pytest.mark.parametrize("face", ["page", "api"])
FOLLOWS = "/api/v1/my/follows"


@pytest.fixture
async def company(app: FastAPI) -> int:
    return await add_company(app.state.database, "甲公司")


@pytest.fixture
async def ana(app: FastAPI, company: int) -> Known:
    return await add_person(app.state.database, "安娜", company_id=company, second_factor=True)


@pytest.fixture
async def admin(app: FastAPI, company: int) -> Known:
    return await add_person(app.state.database, "老板", company_id=company, role="admin", second_factor=True)


@pytest.fixture
async def program(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app, raise_errors=False) as client:
        yield client


async def make(client: httpx.AsyncClient, face: str = "api", **fields: object) -> httpx.Response:
    asked: dict[str, object] = {"name": "CRM 同步", "scopes": ["follows"], "days": 90} | fields
    if face == "page":
        return await client.post("/account/tokens/new", data=asked)
    return await client.post("/api/v1/account/tokens", json=asked)


async def made(client: httpx.AsyncClient, **fields: object) -> tuple[str, str]:
    """(token, its id)"""
    answer = (await make(client, **fields)).json()
    return answer["token"], answer["id"]


def bear(client: httpx.AsyncClient, token: str) -> None:
    client.headers["authorization"] = f"Bearer {token}"


def test_a_token_says_what_it_is_and_whether_it_is_whole() -> None:
    token = new_api_token()
    assert token.startswith("top_pat_")
    assert is_well_formed(token)
    assert token != new_api_token()
    swapped = token[:10] + token[11] + token[10] + token[12:]
    cut, longer, other = token[:-1], token + "1", token.replace("top_", "ghp_")
    for broken in (
        swapped if swapped != token else "",
        cut,
        longer,
        other,
        "",
        "top_pat_",
        "top_pat_" + "é" * 50,
    ):
        assert not is_well_formed(broken)


@both_faces
async def test_an_admin_makes_one_that_works_at_once_and_is_shown_once(
    app: FastAPI, client: httpx.AsyncClient, program: httpx.AsyncClient, admin: Known, face: str
) -> None:
    signed_in(client, admin)
    answer = await make(client, face)
    if face == "page":
        token = answer.text.split('class="secret" translate="no">')[1].split("<")[0]
    else:
        token = answer.json()["token"]
    for path in ("/account/tokens", "/api/v1/account/tokens"):
        shown = await client.get(path)
        assert "CRM 同步" in shown.text
        assert token not in shown.text
    async with app.state.database.reading() as session:
        assert token not in str((await session.execute(select(ApiToken.__table__))).all())
    bear(program, token)
    assert (await program.get(FOLLOWS)).status_code == 200
    lines = (await client.get("/api/v1/account/tokens")).json()["items"]
    assert lines[0]["used_at"], "the last use is shown"


@both_faces
async def test_a_members_token_works_once_an_admin_approved_it(
    app: FastAPI, client: httpx.AsyncClient, program: httpx.AsyncClient, ana: Known, admin: Known, face: str
) -> None:
    signed_in(client, ana)
    token, public_id = await made(client)
    assert [(mail.kind, mail.to) for mail in await read_mails(app)] == [("token_waits", admin.mail)]
    bear(program, token)
    assert (await program.get(FOLLOWS)).status_code == 401
    prefix = "" if face == "page" else "/api/v1"
    own = await client.post(f"{prefix}/account/tokens/{public_id}/approve")
    assert own.status_code == 403, "nobody but an admin approves"
    signed_in(client, admin)
    approved = await client.post(f"{prefix}/account/tokens/{public_id}/approve")
    assert approved.status_code in (204, 303)
    assert (await program.get(FOLLOWS)).status_code == 200
    again = await client.post(f"{prefix}/account/tokens/{public_id}/refuse")
    assert again.status_code == 409


@pytest.mark.statement(32)
async def test_a_token_that_is_over_is_nobodys(
    app: FastAPI, client: httpx.AsyncClient, program: httpx.AsyncClient, admin: Known, company: int
) -> None:
    signed_in(client, admin)
    token, _ = await made(client)
    bear(program, token)
    other = await add_company(app.state.database, "乙公司")
    later = clock.now() + timedelta(days=90)
    of_admin = update(Person).where(Person.id == admin.person_id)
    changes: list[tuple[Any, Any]] = [
        (update(ApiToken).values(state=state), update(ApiToken).values(state="active"))
        for state in ("revoked", "refused", "waiting")
    ]
    changes += [
        (of_admin.values(state=state), of_admin.values(state="active")) for state in ("left", "suspended")
    ]
    changes += [
        (update(ApiToken).values(expires_at=clock.now()), update(ApiToken).values(expires_at=later)),
        (update(Company).values(state="suspended"), update(Company).values(state="active")),
        (of_admin.values(company_id=other), of_admin.values(company_id=company)),
    ]
    for over, again in changes:
        assert (await program.get(FOLLOWS)).status_code == 200
        await run_write(app.state.database, lambda session, change=over: session.execute(change))  # type: ignore[misc]
        assert (await program.get(FOLLOWS)).status_code == 401, str(over)
        await run_write(app.state.database, lambda session, change=again: session.execute(change))  # type: ignore[misc]


@both_faces
async def test_resetting_a_password_revokes_tokens_and_changing_it_does_not(
    app: FastAPI, client: httpx.AsyncClient, program: httpx.AsyncClient, admin: Known, ana: Known, face: str
) -> None:
    """Whoever resets may have lost the account to somebody who made a token; whoever changes it has not."""
    signed_in(client, ana)
    await make(client)  # waits for the admin
    signed_in(client, admin)
    token, _ = await made(client)
    bear(program, token)
    changed = {"old": PASSWORD, "new": "acht andere Worte hier"}
    assert (await client.post("/api/v1/account/password", json=changed)).status_code == 204
    assert (await program.get(FOLLOWS)).status_code == 200
    for who in (admin, ana):
        await client.post("/api/v1/password/forgotten", json={"mail": who.mail})
        sent = (await read_mails(app))[-1]
        assert (sent.kind, sent.to) == ("reset_password", who.mail)
        link = sent.path.removeprefix("/password/new/")
        new = {"password": "neun ganz andere Worte"}
        if face == "page":
            assert (await client.post(f"/password/new/{link}", data=new)).status_code == 303
        else:
            answer = await client.post("/api/v1/password/new", json=new | {"token": link})
            assert answer.status_code == 204
        told = (await read_mails(app))[-1]
        assert (told.kind, "API 令牌都已停用" in told.body) == ("password_reset", True)
    assert (await program.get(FOLLOWS)).status_code == 401
    async with app.state.database.reading() as session:
        assert list(await session.scalars(select(ApiToken.state))) == ["revoked", "revoked"]


@pytest.mark.statement(32)
async def test_a_scope_opens_its_routes_alone(
    client: httpx.AsyncClient, program: httpx.AsyncClient, admin: Known
) -> None:
    signed_in(client, admin)
    token, _ = await made(client, scopes=["wallet"])
    bear(program, token)
    assert (await program.get(FOLLOWS)).status_code == 403


@pytest.mark.statement(32)
async def test_tokens_count_in_the_header_of_the_api_alone(
    client: httpx.AsyncClient, program: httpx.AsyncClient, admin: Known
) -> None:
    signed_in(client, admin)
    token, _ = await made(client)
    for name in ("access_token", "token", "api_key", "authorization"):
        assert (await program.get(FOLLOWS, params={name: token})).status_code == 401
    program.cookies.set("top_session", token)
    assert (await program.get(FOLLOWS)).status_code == 401
    program.cookies.clear()
    bear(program, token)
    assert (await program.get("/my/follows")).status_code == 303, "a page has no token"


@pytest.mark.statement(32)
async def test_malformed_and_foreign_tokens_are_refused(program: httpx.AsyncClient) -> None:
    for given in ("", "x", "top_pat_x", "top_pat_" + "1" * 50, "é" * 58, "a" * 9_000, new_api_token()):
        sent = [(b"authorization", f"Bearer {given}".encode())]
        assert (await program.get(FOLLOWS, headers=sent)).status_code == 401, given


@pytest.mark.statement(32)
@both_faces
async def test_what_a_token_must_be(client: httpx.AsyncClient, admin: Known, face: str) -> None:
    signed_in(client, admin)
    wrong: list[tuple[str, object]] = [("days", days) for days in (400, 367, 0, -1)]
    for field, value in [*wrong, ("scopes", []), ("name", ""), ("name", "x" * 61)]:
        refused = await make(client, face, **{field: value})
        assert refused.status_code == 422, (field, value)
        if face == "api":
            assert refused.json()["errors"][0]["field"] == field
        else:
            assert "field__error" in refused.text
    assert (await client.get("/api/v1/account/tokens")).json()["items"] == []


@both_faces
async def test_making_one_steps_up(client: httpx.AsyncClient, app: FastAPI, company: int, face: str) -> None:
    bare = await add_person(app.state.database, "无", company_id=company, role="admin")
    signed_in(client, bare)
    refused = await make(client, face)
    assert refused.status_code == (303 if face == "page" else 403)
    assert face == "api" or refused.headers["location"].startswith("/second-factor")


@pytest.mark.statement(33)
async def test_a_token_reaches_no_route_without_a_scope_whatever_its_scopes(
    app: FastAPI, client: httpx.AsyncClient, program: httpx.AsyncClient, admin: Known
) -> None:
    """Revealing, exporting, administering and making tokens are routes without a scope."""
    signed_in(client, admin)
    token, public_id = await made(client, scopes=list(SCOPES))
    bear(program, token)
    closed = 0
    for path, methods, (policy, *_) in policies(app.router.routes):
        open_to_all = policy.who in ("anyone", "visitor", "entering", "signed")
        if open_to_all or policy.scope or not path.startswith("/api/"):
            continue
        closed += 1
        for method in methods - {"HEAD"}:
            body = None if method in SAFE_METHODS | {"DELETE"} else {}
            answer = await program.request(method, path.replace("{public_id}", public_id), json=body)
            assert answer.status_code == 403, f"{method} {path}: {answer.status_code}"
    assert closed >= 10
    assert (await program.post("/api/v1/second-factor", json={"code": "123456"})).status_code == 401


async def test_use_is_written_every_five_minutes_at_most(
    app: FastAPI, client: httpx.AsyncClient, program: httpx.AsyncClient, admin: Known
) -> None:
    signed_in(client, admin)
    token, _ = await made(client)
    bear(program, token)
    seen = []
    with time_machine.travel(clock.now(), tick=False) as travel:
        for minutes in (0, 4, 4):
            travel.shift(timedelta(minutes=minutes))
            await program.get(FOLLOWS)
            async with app.state.database.reading() as session:
                seen.append(await session.scalar(select(ApiToken.used_at)))
    assert seen[0] == seen[1] != seen[2]


@both_faces
async def test_the_tokens_of_others_do_not_exist(
    app: FastAPI, client: httpx.AsyncClient, ana: Known, admin: Known, company: int, face: str
) -> None:
    database = app.state.database
    signed_in(client, ana)
    _, public_id = await made(client)
    rival = await add_person(
        database, "博", company_id=await add_company(database, "乙"), role="admin", second_factor=True
    )
    colleague = await add_person(database, "同事", company_id=company, second_factor=True)
    for who in (rival, colleague):
        signed_in(client, who)
        assert (await client.get("/api/v1/account/tokens")).json()["items"] == []
        bodies = []
        for one in (public_id, "x" * len(public_id)):
            if face == "page":
                answer = await client.post(f"/account/tokens/{one}/revoke")
            else:
                answer = await client.delete(f"/api/v1/account/tokens/{one}")
            assert answer.status_code == 404
            bodies.append(answer.text.replace(answer.headers["x-request-id"], "").replace(one, ""))
        assert bodies[0] == bodies[1]
    signed_in(client, admin)
    assert [one["maker"] for one in (await client.get("/api/v1/account/tokens")).json()["items"]] == ["安娜"]


async def test_nobody_collects_tokens(client: httpx.AsyncClient, admin: Known) -> None:
    signed_in(client, admin)
    answers = [(await make(client)).status_code for _ in range(21)]
    assert answers == [201] * 20 + [409]
