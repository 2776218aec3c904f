"""The registry over JSON: the same content as the pages, strict about what comes in."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from markupsafe import escape

from app.db.engine import Database
from app.features.registry.forms import MAX_NAME
from app.features.registry.lookup import MAX_QUERY
from app.kit.ids import stable_id
from tests.features.registry.engines import AbsentEngine
from tests.features.registry.faces import client_of

HOSPITAL = stable_id("organisation", "北京大学第三医院")
BAD_BODIES = (
    (b'{"names": []}', "names"),
    (b'{"names": [""]}', "names.0"),
    (b'{"names": ["  "]}', "names.0"),
    (b'{"names": ["a\\u0000b"]}', "names.0"),
    (b'{"names": ["\\ud800"]}', "names.0"),
    (b'{"names": ["' + b"x" * 121 + b'"]}', "names.0"),
    (b'{"names": "one"}', "names"),
    (b'{"names": ["a"], "more": 1}', "more"),
    (b"{}", "names"),
)
NO_JSON = (
    b'{"names": [NaN]}',
    b'{"names": [12345678901234567890]}',
    b"[" * 5000,
    b"\xff\xfe",
    b"{",
    b"",
)
REFUSED = (
    ("/api/v1/organisations", 422, "q"),
    ("/api/v1/organisations?q=", 422, "q"),
    ("/api/v1/organisations?q=" + "x" * 10_000, 422, "q"),
    ("/api/v1/organisations?q=x&limit=0", 422, "limit"),
    ("/api/v1/organisations?q=x&limit=51", 422, "limit"),
    ("/api/v1/organisations?q=x&limit=99999999999999999999", 422, "limit"),
    ("/api/v1/organisations?q=x&cursor=forged", 422, "cursor"),
    ("/api/v1/organisations/12345678901234567890", 404, "id"),
    (f"/api/v1/organisations/{HOSPITAL}?level=5a", 422, "level"),
    ("/api/v1/recognise", 422, "name"),
    ("/api/v1/recognise?name=%20", 422, "name"),
)


@pytest.fixture
async def client(stocked: Database, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(stocked, tmp_path) as client:
        yield client


async def test_lookup_lists_with_why_each_matched(client: httpx.AsyncClient) -> None:
    found = (await client.get("/api/v1/organisations", params={"q": "北医三院", "limit": 1})).json()
    (item,) = found["items"]
    assert (item["id"], item["name"], item["matched_by"]) == (HOSPITAL, "北京大学第三医院", "alias")
    assert item["industry"] == {"code": "healthcare", "name": "医疗卫生"}
    assert (item["province"], item["provenance"]) == ("北京市", "observed")
    assert found["degraded"] is False


async def test_the_list_continues_where_it_stopped(client: httpx.AsyncClient) -> None:
    whole = (await client.get("/api/v1/organisations", params={"q": "大学", "limit": 50})).json()
    assert whole["next"] is None
    seen, cursor = [], None
    for _ in range(len(whole["items"])):
        params = {"q": "大学", "limit": 1} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/api/v1/organisations", params=params)).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
    assert cursor is None
    assert seen == [item["id"] for item in whole["items"]]


async def test_the_answer_gives_each_need_with_its_reasons(client: httpx.AsyncClient) -> None:
    answer = (await client.get(f"/api/v1/organisations/{HOSPITAL}")).json()
    assert answer["recognition"]["industry"]["basis"] == "registry"
    need = answer["needs"][0]
    assert {"slug", "category", "likelihood", "reasons", "would_change"} <= need.keys()
    assert 0 < need["likelihood"] < 1
    assert need["reasons"][0]["text"]
    likelihoods = [each["likelihood"] for each in answer["needs"]]
    assert likelihoods == sorted(likelihoods, reverse=True)
    assert answer["regulations"]
    assert answer["comparable"]


async def test_the_answer_gives_all_that_the_page_shows(client: httpx.AsyncClient) -> None:
    answer = (await client.get(f"/api/v1/organisations/{HOSPITAL}")).json()
    page = (await client.get(f"/organisations/{HOSPITAL}")).text
    need = answer["needs"][0]
    outlines = [outline for route in answer["routes"] for outline in route["outlines"]]
    shown = [need["owner_role"], *need["buying_triggers"]]
    shown += [text for outline in outlines for text in (*outline["when_not_to"], outline["rough_effort"])]
    assert len(shown) > 4
    for text in shown:
        assert str(escape(text)) in page
    assert {outline["borrowed"] for outline in outlines} <= {True, False}
    assert any(outline["borrowed"] for outline in outlines) is ("为其他行业写的" in page)
    assert answer["notes"]["budget"]
    assert answer["related"] == {}  # no higher room knows anything of organisations yet


@pytest.mark.parametrize("path", ["industries/healthcare", "needs/emr-upgrade", "regulations/hosp_accred"])
async def test_what_panels_show_stands_under_related(client: httpx.AsyncClient, path: str) -> None:
    body = (await client.get(f"/api/v1/{path}", headers={"accept-language": "en"})).json()
    panel = body["related"]["organisations"]
    assert "北京大学第三医院" in [item["name"] for item in panel["items"]]
    assert panel["title"].isascii()
    assert panel["is_estimate"] is not path.startswith("industries")


async def test_the_answer_follows_the_correction_and_the_language(client: httpx.AsyncClient) -> None:
    answer = await client.get(
        f"/api/v1/organisations/{HOSPITAL}",
        params={"industry": "education"},
        headers={"accept-language": "en"},
    )
    body = answer.json()
    assert body["is_corrected"] is True
    assert body["recognition"]["industry"]["rule"] == "chosen by you"
    assert body["needs"][0]["title"].isascii()


async def test_an_empty_correction_means_unsure(client: httpx.AsyncClient) -> None:
    for field in ("sub_industry", "level", "province"):
        body = (await client.get(f"/api/v1/organisations/{HOSPITAL}", params={field: ""})).json()
        assert body["recognition"][field] is None
        assert body["is_corrected"] is True
    body = (await client.get(f"/api/v1/organisations/{HOSPITAL}", params={"industry": ""})).json()
    assert body["recognition"]["industry"]["value"] == "other"


async def test_a_name_alone_is_answered(client: httpx.AsyncClient) -> None:
    answer = (await client.get("/api/v1/recognise", params={"name": "红河州第五人民医院"})).json()
    assert answer["id"] is None
    assert answer["recognition"]["industry"]["value"] == "healthcare"
    assert answer["recognition"]["industry"]["basis"] == "name"
    assert answer["needs"]


async def test_up_to_a_hundred_names_at_once(client: httpx.AsyncClient) -> None:
    names = ["红河州第五人民医院"] * 100
    answer = await client.post("/api/v1/recognise", json={"names": names})
    assert answer.status_code == 200
    assert len(answer.json()["items"]) == 100
    refused = await client.post("/api/v1/recognise", json={"names": [*names, "多一个"]})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "names"


async def test_bad_bodies_name_the_field(client: httpx.AsyncClient) -> None:
    for body, field in BAD_BODIES:
        answer = await client.post(
            "/api/v1/recognise", content=body, headers={"content-type": "application/json"}
        )
        assert answer.status_code == 422, (body, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["errors"][0]["field"] == field, body


async def test_what_is_no_json_is_a_problem_and_no_crash(client: httpx.AsyncClient) -> None:
    for body in NO_JSON:
        answer = await client.post(
            "/api/v1/recognise", content=body, headers={"content-type": "application/json"}
        )
        assert answer.status_code in (400, 422), body
        assert answer.headers["content-type"] == "application/problem+json"


async def test_refusals_name_the_field(client: httpx.AsyncClient) -> None:
    for path, status, field in REFUSED:
        answer = await client.get(path)
        assert answer.status_code == status, path
        assert answer.json()["errors"][0]["field"] == field, path


async def test_without_the_engine_the_list_says_so(stocked: Database, tmp_path: Path) -> None:
    async with client_of(stocked, tmp_path, engine=AbsentEngine()) as client:
        found = (await client.get("/api/v1/organisations", params={"q": "北京大学"})).json()
    assert found["degraded"] is True
    assert found["items"][0]["name"] == "北京大学"


async def test_the_description_names_the_limits_of_what_is_typed(client: httpx.AsyncClient) -> None:
    paths = (await client.get("/api/v1/openapi.json")).json()["paths"]
    for path, name, longest in (("organisations", "q", MAX_QUERY), ("recognise", "name", MAX_NAME)):
        parameters = paths[f"/api/v1/{path}"]["get"]["parameters"]
        (schema,) = [each["schema"] for each in parameters if each["name"] == name]
        assert (schema["minLength"], schema["maxLength"]) == (1, longest)
        refused = await client.get(f"/api/v1/{path}", params={name: "长" * (longest + 1)})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, name)
        assert f"最多 {longest} 个字符" in refused.json()["detail"]
