"""The pages of the registry, over HTTP with the real engine."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from app.db.engine import Database
from app.kit.ids import stable_id
from tests.features.registry.engines import AbsentEngine, HangingEngine
from tests.features.registry.faces import client_of

HOSTILE = (
    "",
    "x",
    "局",
    "x" * 10_000,
    "a\x00b",
    "a\x1fb",
    "北京\u202e大学",
    "' OR 1=1; --",
    "<script>alert(1)</script>",
    "😀😀",
    "%",
    "12345678901234567890",
    "../../etc/passwd",
    "{{7*7}}",
    "\\",
)
HOSPITAL = f"/organisations/{stable_id('organisation', '北京大学第三医院')}"


@pytest.fixture
async def client(stocked: Database, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(stocked, tmp_path) as client:
        yield client


async def test_the_one_meant_is_opened_at_once(client: httpx.AsyncClient) -> None:
    for typed in ("北京大学第三医院", "北京大學第三醫院"):
        answer = await client.get("/lookup", params={"q": typed})
        assert (answer.status_code, answer.headers["location"]) == (303, HOSPITAL), typed
    assert "不是这家" not in (await client.get(HOSPITAL)).text


@pytest.mark.parametrize(
    ("typed", "how"), [("北医三院", "通用简称"), ("bjdxdsyy", "拼音首字母"), ("icbc", "通用简称")]
)
async def test_the_one_meant_says_how_it_was_found_and_the_way_back(
    client: httpx.AsyncClient, typed: str, how: str
) -> None:
    answer = await client.get("/lookup", params={"q": typed})
    assert answer.status_code == 303
    assert answer.headers["location"].endswith(f"?q={quote(typed)}")
    page = (await client.get(answer.headers["location"])).text
    assert f'按「<span translate="no">{typed}</span>」找到（{how}）' in page
    assert f'value="{typed}"' in page
    others = f"/lookup?q={quote(typed)}&amp;all=1"
    assert others in page
    listed = await client.get(others.replace("&amp;", "&"))
    assert (listed.status_code, "的单位</h1>" in listed.text) == (200, True)


async def test_a_list_asked_for_is_given_even_for_a_name_in_no_data(client: httpx.AsyncClient) -> None:
    for typed in ("北京大学第三医院", "红河州第五人民医院"):
        listed = await client.get("/lookup", params={"q": typed, "all": "1"})
        assert (listed.status_code, "按名称推断" in listed.text) == (200, True), typed


async def test_a_text_that_leads_elsewhere_claims_nothing(client: httpx.AsyncClient) -> None:
    page = await client.get(HOSPITAL, params={"q": "某某中学"})
    assert (page.status_code, "找到（" in page.text) == (200, False)


async def test_several_are_listed_with_what_tells_them_apart(client: httpx.AsyncClient) -> None:
    answer = await client.get("/lookup", params={"q": "实验小学"})
    assert answer.status_code == 200
    assert "辽宁省 本溪市 南芬区" in answer.text
    assert "四川省 成都市 青羊区" in answer.text


async def test_a_name_in_no_data_is_answered_anyway(client: httpx.AsyncClient) -> None:
    answer = await client.get("/lookup", params={"q": "红河州第五人民医院"})
    assert answer.status_code == 303
    page = await client.get(answer.headers["location"])
    assert page.status_code == 200
    assert "红河州第五人民医院" in page.text
    assert "由名称推断" in page.text


async def test_the_answer_page_can_be_corrected_and_says_so(client: httpx.AsyncClient) -> None:
    plain = await client.get(HOSPITAL)
    assert (plain.status_code, "北京大学第三医院" in plain.text) == (200, True)
    corrected = await client.get(HOSPITAL, params={"industry": "education"})
    assert corrected.status_code == 200
    assert "恢复原样" in corrected.text
    assert "恢复原样" not in plain.text
    refused = await client.get(HOSPITAL, params={"industry": "medicine"})
    assert refused.status_code == 422
    assert "healthcare" in refused.text


async def test_being_unsure_of_the_industry_takes_it_away(client: httpx.AsyncClient) -> None:
    for address in (HOSPITAL, "/recognise?name=红河州第五人民医院"):
        unsure = await client.get(address + ("&" if "?" in address else "?") + "industry=")
        assert "行业不明" in unsure.text, address
        assert "恢复原样" in unsure.text, address


async def test_page_and_api_say_it_in_the_same_words(client: httpx.AsyncClient) -> None:
    for language in ("zh-CN", "en"):
        headers = {"accept-language": language}
        page = (await client.get(HOSPITAL, headers=headers)).text
        answer = (await client.get(f"/api/v1{HOSPITAL}", headers=headers)).json()
        words = {need["category_name"] for need in answer["needs"]} | {
            need["label"] for need in answer["needs"]
        }
        for said in (*words, answer["provenance_words"]):
            assert f">{said}<" in page or f">{said} <" in page, (language, said)


async def test_a_derived_name_is_labelled(client: httpx.AsyncClient) -> None:
    page = await client.get(f"/organisations/{stable_id('organisation', '方山县卫生健康局')}")
    assert "名称按行政区划推得" in page.text


async def test_suggestions_come_as_a_fragment(client: httpx.AsyncClient) -> None:
    fragment = await client.get("/suggest", params={"q": "北京大学第"})
    assert fragment.status_code == 200
    assert "<html" not in fragment.text
    assert HOSPITAL in fragment.text
    assert "/recognise?name=" in fragment.text
    assert (await client.get("/suggest", params={"q": "  "})).text == ""


@pytest.mark.parametrize("engine", [AbsentEngine, HangingEngine])
async def test_without_the_engine_the_page_answers_and_says_so(
    stocked: Database, tmp_path: Path, engine: type[AbsentEngine]
) -> None:
    async with client_of(stocked, tmp_path, engine=engine()) as client:
        listed = await client.get("/lookup", params={"q": "北京大学第"})
        assert listed.status_code == 200
        assert "北京大学第一医院" in listed.text
        assert "搜索正在恢复" in listed.text


async def test_a_name_answered_without_the_engine_says_that_the_search_was_limited(
    stocked: Database, tmp_path: Path
) -> None:
    async with client_of(stocked, tmp_path, engine=AbsentEngine()) as client:
        sent = await client.get("/lookup", params={"q": "红河州第五人民医院"})
        assert sent.status_code == 303
        page = (await client.get(sent.headers["location"])).text
    assert "搜索正在恢复" in page
    assert f'href="/lookup?q={quote("红河州第五人民医院")}&amp;all=1"' in page


async def test_a_whole_search_without_a_hit_says_nothing_of_limits(client: httpx.AsyncClient) -> None:
    sent = await client.get("/lookup", params={"q": "红河州第五人民医院"})
    assert "limited" not in sent.headers["location"]
    assert "搜索正在恢复" not in (await client.get(sent.headers["location"])).text


@pytest.mark.parametrize("path", ["/lookup?q=", "/suggest?q=", "/recognise?name=", "/organisations/"])
async def test_no_input_breaks_a_page(client: httpx.AsyncClient, path: str) -> None:
    for typed in HOSTILE:
        answer = await client.get(path + quote(typed, safe=""))
        assert answer.status_code in (200, 303, 404, 422), (typed, answer.text[:300])
        assert "<script>alert" not in answer.text
        if len(typed) == 10_000 and answer.status_code == 422:
            assert "10000" in answer.text


async def test_bytes_that_are_no_utf8_are_refused_by_name(client: httpx.AsyncClient) -> None:
    for raw in ("%B1%B1%BE%A9", "%ED%A0%80"):  # GBK, a lone surrogate
        answer = await client.get(f"/lookup?q={raw}")
        assert answer.status_code == 422
        assert "UTF-8" in answer.text


async def test_pages_that_do_not_exist_are_refused(client: httpx.AsyncClient) -> None:
    for number in ("0", "-1", "51", "99999999999999999999", "x"):
        assert (await client.get("/lookup", params={"q": "大学", "page": number})).status_code == 422
