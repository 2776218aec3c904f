"""The numbered security statements that hold for readers who are not signed in, walked over every route."""

import re
from collections.abc import AsyncIterator
from hashlib import sha256

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.db.tables import metadata
from app.web.csrf import HEADER
from app.web.inputs import MAX_BODY_BYTES
from app.web.policy import policies
from tests.application import client_of
from tests.web.routes import EXAMPLES_OF_LINKS, declared, open_to, paths_of

JSON = {"content-type": "application/json"}
WITHOUT_BODY = {"/api/v1/sign-out"}
BROKEN_BODIES = {
    "not a number": b'{"names": NaN}',
    "deep": b'{"names": ' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    "NUL": b'{"names": ["\\u0000"]}',
    "lone surrogate": b'{"names": ["\\ud800"]}',
    "20,000 digits": b'{"names": ' + b"9" * 20_000 + b"}",
    "20 digits": b'{"names": [99999999999999999999]}',
    "wrong encoding": '{"names": ["北京"]}'.encode("gbk"),
    "extra owner": b'{"names": ["a"], "company_id": 1, "role": "admin"}',
    "no list": b'{"names": "a"}',
    "empty list": b'{"names": []}',
    "too many": b'{"names": [' + b",".join([b'"a"'] * 101) + b"]}",
    "cut off": b'{"names": ["a',
    "nothing": b"",
}


@pytest.fixture
async def organisation(client: httpx.AsyncClient) -> str:
    found = (await client.get("/api/v1/organisations", params={"q": "北京大学第三医院"})).json()
    identifier: str = found["items"][0]["id"]
    return identifier


@pytest.fixture
async def guarded(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Sees what a reader would see of a failure."""
    async with client_of(app, raise_errors=False) as client:
        yield client


@pytest.mark.statement(51)
@pytest.mark.parametrize("body", BROKEN_BODIES.values(), ids=BROKEN_BODIES)
async def test_broken_json_is_refused_on_every_json_route(
    app: FastAPI, guarded: httpx.AsyncClient, body: bytes
) -> None:
    routes = [path for path, methods in declared(app) if "POST" in methods and path.startswith("/api/")]
    readable = open_to(app, who={"anyone", "visitor"}) - WITHOUT_BODY
    assert readable & set(routes)
    token = (await guarded.get("/api/v1/session")).json()["form_token"]
    for path in routes:
        answer = await guarded.post(path, content=body, headers=JSON | {HEADER: token})
        if path not in readable:
            assert answer.status_code in (204, 401, 403, 404, 422), path  # a body is read before its sender
            continue
        assert answer.status_code == 422, path
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["detail"]
        assert re.match(r"[a-z_]+\b", problem["errors"][0]["field"])
        assert "Traceback" not in answer.text


@pytest.mark.statement(52)
async def test_bodies_over_the_limit_are_refused(app: FastAPI, guarded: httpx.AsyncClient) -> None:
    for path, methods, (policy, *_) in policies(app.router.routes):
        if "POST" not in methods or policy.who not in ("anyone", "visitor"):
            continue  # those of people are walked in tests/authorization
        answer = await guarded.post(path, content=b" " * (MAX_BODY_BYTES + 1), headers=JSON)
        assert (answer.status_code, "MiB" in answer.text) == (413, True), path


@pytest.mark.statement(52)
async def test_forms_with_thousands_of_fields_are_refused(guarded: httpx.AsyncClient) -> None:
    answer = await guarded.post("/preferences", data={f"field{number}": "1" for number in range(2_000)})
    assert answer.status_code in (400, 413)


@pytest.mark.statement(54)
async def test_every_page_has_the_policy_and_nothing_inline(
    app: FastAPI, guarded: httpx.AsyncClient, organisation: str
) -> None:
    paths = [*paths_of(app, method="GET", organisation=organisation), "/nowhere", "/lookup?q=%00"]
    pages = 0
    for path in paths:
        answer = await guarded.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        if "text/html" in answer.headers.get("content-type", ""):
            pages += 1
            assert not re.search(
                r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", answer.text
            ), path
    assert pages >= 12


@pytest.mark.statement(55)
async def test_other_sites_may_not_read_or_frame(
    app: FastAPI, guarded: httpx.AsyncClient, organisation: str
) -> None:
    for path in paths_of(app, method="GET", organisation=organisation):
        answer = await guarded.get(
            path, headers={"origin": "https://evil.example", "cookie": "top_theme=dark"}
        )
        assert "access-control-allow-origin" not in answer.headers, path
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.statement(30)
@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
async def test_unsafe_requests_from_other_sites_are_refused(
    app: FastAPI, guarded: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    for path, methods in declared(app):
        if "POST" in methods:
            answer = await guarded.post(path, headers=headers | JSON, content=b'{"names": ["a"]}')
            assert answer.status_code == 403, path
            assert "set-cookie" not in answer.headers


async def contents(app: FastAPI) -> dict[str, str]:
    """A digest of all rows of every table."""
    digests = {}
    async with app.state.database.reading() as session:
        for table in metadata.sorted_tables:
            rows = await session.execute(select(table).order_by(*table.primary_key.columns))
            digests[table.name] = sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()
    return digests


@pytest.mark.statement(31)
async def test_reading_changes_nothing(app: FastAPI, guarded: httpx.AsyncClient, organisation: str) -> None:
    before = await contents(app)
    assert len(set(before.values())) > 5
    await guarded.get("/sign-in")  # the browser is given its visitor cookie once
    others = set(EXAMPLES_OF_LINKS.values())
    for path in paths_of(app, method="GET", organisation=organisation):
        got, head = await guarded.get(path), await guarded.head(path)
        assert got.status_code < 400 or got.status_code == 401 or path in others, path  # nobody is signed in
        assert head.status_code == got.status_code, path
        assert head.content == b""
        del got.headers["x-request-id"], head.headers["x-request-id"]
        # The second counts the first; or it names the request or its second, and packs the worse for it.
        if path == "/metrics" or path in others or ".docx" in path:
            del got.headers["content-length"], head.headers["content-length"]
        assert head.headers == got.headers, path
    assert await contents(app) == before


@pytest.mark.statement(34)
@pytest.mark.parametrize(
    "target", ["//evil.example", "https:evil.example", "/\\evil.example", "javascript:x", "/\nx", ""]
)
async def test_redirects_stay_on_this_site(guarded: httpx.AsyncClient, target: str) -> None:
    answer = await guarded.post("/preferences", data={"next": target, "language": "en"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"


@pytest.mark.statement(53)
@pytest.mark.parametrize(
    "typed", ['<img src=x onerror="alert(1)">', '<b hx-get="/x">', '"><script>alert(1)</script>']
)
@pytest.mark.parametrize("path", ["/lookup?q=", "/recognise?name=", "/suggest?q="])
async def test_typed_markup_is_inert(guarded: httpx.AsyncClient, path: str, typed: str) -> None:
    field = path.split("?")[1].rstrip("=")
    answer = await guarded.get(path.split("?")[0], params={field: typed}, follow_redirects=True)
    assert answer.status_code < 500
    assert typed not in answer.text


@pytest.mark.statement(29)
async def test_unknown_hosts_are_refused(guarded: httpx.AsyncClient) -> None:
    assert (await guarded.get("/", headers={"host": "evil.example"})).status_code == 400


@pytest.mark.statement(66)
async def test_logs_hold_nothing_that_was_typed(
    guarded: httpx.AsyncClient, capfd: pytest.CaptureFixture[str]
) -> None:
    marker = "绝密标记医院"
    for path in ("/lookup", "/suggest", "/api/v1/organisations"):
        await guarded.get(path, params={"q": marker})
    await guarded.get("/recognise", params={"name": marker})
    await guarded.post("/api/v1/recognise", json={"names": [marker]})
    await guarded.get(f"/{marker}")
    written = "".join(capfd.readouterr())
    assert marker not in written
    assert "request" in written
