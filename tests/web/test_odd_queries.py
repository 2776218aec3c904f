"""Every page under query strings that no form ever sends: an answer or a refusal, never a failure."""

from urllib.parse import quote

import httpx
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.application import client_of
from tests.web.routes import declared, paths_of

_NAMES = st.sampled_from(
    [
        "q",
        "name",
        "page",
        "industry",
        "sub_industry",
        "level",
        "province",
        "category",
        "kind",
        "cursor",
        "limit",
    ]
) | st.text(max_size=8)
_VALUES = st.sampled_from(
    ["", "0", "-1", "1e9", "9" * 30, "healthcare", "北京市", "law", "it", "null"]
) | st.text(max_size=60)
_PAIRS = st.tuples(_NAMES, _VALUES).map(lambda pair: f"{encoded(pair[0])}={encoded(pair[1])}")
# Parts of no pair at all: bare names, broken escapes, bytes that are not UTF-8.
_SCRAPS = st.sampled_from(
    ["", "&", "=", "q", "%", "%zz", "q=%", "q=%B1%B1", "q=%ff%fe", "q[]=1", ";", "+", "?"]
)
_QUERIES = st.lists(_PAIRS | _SCRAPS, max_size=6).map("&".join)
_NUMBERS = st.integers(0, 1_000)  # picks one of the routes
_ANSWERS = (200, 303, 401, 404, 422)  # 303 and 401: nobody is signed in


def encoded(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"))


async def organisation(client: httpx.AsyncClient) -> str:
    found = (await client.get("/api/v1/organisations", params={"q": "北京大学第三医院"})).json()
    identifier: str = found["items"][0]["id"]
    return identifier


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=_QUERIES, number=_NUMBERS)
async def test_any_query_string_is_answered_or_refused(app: FastAPI, query: str, number: int) -> None:
    async with client_of(app) as client:
        paths = paths_of(app, method="GET", organisation=await organisation(client))
        path = paths[number % len(paths)].split("?")[0]
        answer = await client.get(httpx.URL("http://testserver" + path, query=query.encode()))
        assert answer.status_code in _ANSWERS, (path, query)
        assert answer.headers["content-security-policy"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(min_size=1, max_size=200), number=_NUMBERS)
async def test_any_last_part_of_a_path_is_answered_or_refused(app: FastAPI, typed: str, number: int) -> None:
    parents = [path.split("{")[0] for path, methods in declared(app) if "{" in path and "GET" in methods]
    path = parents[number % len(parents)] + encoded(typed)
    async with client_of(app) as client:
        answer = await client.get(httpx.URL(f"http://testserver{path}"))
    assert answer.status_code in (303, 307, 401, 404, 422), path  # 307: without the slash at the end
