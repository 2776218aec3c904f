"""Whatever is typed: a page, or a problem that names field and limit; never a failure, nothing lost."""

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.application import client_of

ODD = {
    "one character": "北",
    "emoji": "🏥🏥🏥",
    "SQL": "'; DROP TABLE organisations; --",
    "LIKE": "100%_\\",
    "engine syntax": 'name:"x" AND (a OR b)^2 [* TO *] ~2 \\',
    "HTML": "<b>北京</b>",
    "digits": "12345678901234567890",
    "punctuation": "()（）【】",
    "spaces": "北 京 大 学",
    "bidi": "\u202e北京大学",
    "64 characters": "北" * 64,
    "full width": "ＩＢＭ（中国）",
}
REFUSED = {
    "empty": "",
    "blank": " \u3000 ",
    "10,000 characters": "x" * 10_000,
    "NUL": "北京\x00大学",
    "control characters": "北京\x1b[31m",
}


@pytest.mark.parametrize("typed", ODD.values(), ids=ODD)
@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/lookup", "q"),
        ("/suggest", "q"),
        ("/recognise", "name"),
        ("/api/v1/organisations", "q"),
        ("/api/v1/recognise", "name"),
    ],
)
async def test_odd_text_is_answered(client: httpx.AsyncClient, path: str, field: str, typed: str) -> None:
    answer = await client.get(path, params={field: typed}, follow_redirects=True)
    assert answer.status_code == 200


@pytest.mark.parametrize("typed", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize(("path", "field"), [("/api/v1/organisations", "q"), ("/api/v1/recognise", "name")])
async def test_refusals_name_field_and_limit(
    client: httpx.AsyncClient, path: str, field: str, typed: str
) -> None:
    answer = await client.get(path, params={field: typed}, headers={"accept-language": "en"})
    assert answer.status_code == 422
    problem = answer.json()
    assert [error["field"] for error in problem["errors"]] == [field]
    if len(typed) > 1_000:
        assert "at most" in problem["detail"]
        assert "10000" in problem["detail"]


@pytest.mark.parametrize("path", ["/lookup", "/recognise"])
async def test_what_was_typed_is_kept(client: httpx.AsyncClient, path: str) -> None:
    field = {"/lookup": "q", "/recognise": "name"}[path]
    answer = await client.get(path, params={field: "某某医院" * 100})
    assert answer.status_code == 422
    assert 'value="某某医院某某医院' in answer.text
    assert "最多" in answer.text


@pytest.mark.parametrize("path", ["/lookup?q=%B1%B1%BE%A9", "/api/v1/organisations?q=%B1%B1%BE%A9"])
async def test_other_encodings_are_named(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 422
    assert "UTF-8" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/organisations/99999999999999999999",
        "/organisations/%00",
        "/organisations/" + "x" * 5_000,
        "/organisations/../../etc/passwd",
        "/needs/nope",
        "/needs/%F0%9F%8F%A5",
        "/industries/'--",
        "/regulations/<b>",
        "/outlines/0",
        "/nowhere",
    ],
)
@pytest.mark.parametrize("face", ["", "/api/v1"])
async def test_unknown_things_are_not_found(client: httpx.AsyncClient, face: str, path: str) -> None:
    answer = await client.get(face + path)
    assert answer.status_code == 404
    assert "x" * 200 not in answer.text


@pytest.mark.parametrize(
    "query",
    ["industry=nope", "level=nope", "sub_industry=bank", "province=Atlantis", "industry=" + "x" * 1_000],
)
@pytest.mark.parametrize("face", ["", "/api/v1"])
async def test_unknown_corrections_are_refused(client: httpx.AsyncClient, face: str, query: str) -> None:
    answer = await client.get(f"{face}/recognise?name=红河州第五人民医院&{query}")
    assert answer.status_code == 422
    assert query.split("=")[0] in answer.text


@pytest.mark.parametrize("query", ["page=0", "page=99999999999999999999", "page=x", "page=51"])
async def test_pages_out_of_range_are_refused(client: httpx.AsyncClient, query: str) -> None:
    assert (await client.get(f"/lookup?q=北京&{query}")).status_code == 422


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=51", "limit=x", "cursor=abc", "cursor=%00", "cursor=" + "A" * 99]
)
async def test_bad_paging_is_refused_in_the_api(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/api/v1/organisations?q=北京&{query}")
    assert answer.status_code == 422
    assert query.split("=")[0] in answer.json()["errors"][0]["field"]


async def test_a_cursor_continues_where_the_list_stopped(client: httpx.AsyncClient) -> None:
    seen: list[str] = []
    cursor = None
    while True:
        params = {"q": "北京", "limit": "7"} | ({"cursor": cursor} if cursor else {})
        body = (await client.get("/api/v1/organisations", params=params)).json()
        seen += [item["id"] for item in body["items"]]
        cursor = body["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == body["total"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(max_size=130))
async def test_any_text_is_answered_or_refused(app: FastAPI, typed: str) -> None:
    async with client_of(app) as client:
        for path, field in (("/lookup", "q"), ("/recognise", "name")):
            answer = await client.get(path, params={field: typed.encode("utf-8", "replace").decode()})
            assert answer.status_code in (200, 303, 422)
