"""The form for corrections and objections, and the same over JSON: nothing typed is lost, few at a time."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app.features.knowledge.loading import load_pack
from app.kit.ids import stable_id
from app.web.limits import AddressLimiter
from search import build_engine
from tests.application import application, client_of

ID = stable_id("organisation", "北京大学第三医院")
FORM = {"about": "organisation", "id": ID, "kind": "correction", "text": "见官网\r\n第二行", "city": "昆明市"}


@pytest.fixture
async def own_app(sqlite_url: str, tmp_path: Path) -> AsyncIterator[FastAPI]:
    engine = build_engine(tmp_path / "search")
    async with application(sqlite_url, tmp_path, load_pack(), engine) as app:
        yield app
    await engine.close()


@pytest.fixture
async def own_client(own_app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(own_app) as client:
        yield client


async def test_a_report_leads_to_its_own_page_and_sent_again_to_the_same(
    own_client: httpx.AsyncClient,
) -> None:
    page = await own_client.get(f"/organisations/{ID}")
    assert f'href="/report?about=organisation&amp;id={ID}"' in page.text
    form = await own_client.get(f"/report?about=organisation&id={ID}")
    assert 'value="北京大学第三医院"' in form.text
    first = await own_client.post("/report", data=FORM)
    assert first.status_code == 303
    state = await own_client.get(first.headers["location"])
    assert state.status_code == 200
    assert "等待核实" in state.text
    assert "见官网" not in state.text  # whoever has the address sees what became of it, not the words
    again = await own_client.post("/report", data=FORM)
    assert again.headers["location"] == first.headers["location"]
    same = await own_client.post(
        "/api/v1/reports",
        json={"about": "organisation", "id": ID, "text": "见官网\n第二行", "proposed": {"city": "昆明市"}},
    )
    assert same.status_code == 201
    assert same.json()["href"] == first.headers["location"]
    told = await own_client.get(f"/api/v1{first.headers['location']}")
    assert (told.json()["state"], told.json()["reason"]) == ("open", None)


async def test_a_report_that_says_nothing_is_told_so_beside_the_field(own_client: httpx.AsyncClient) -> None:
    nothing = {"about": "organisation", "id": ID, "kind": "correction", "text": ""}
    answer = await own_client.post("/report", data=nothing)
    assert answer.status_code == 422
    field = answer.text.split('<textarea class="field__control" id="report-text"')[1].split(">")[0]
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="report-text-hint report-text-error"' in field
    assert answer.text.count("请写明哪里不对") == 2  # at the top and at the field
    untouched = await own_client.get(f"/report?about=organisation&id={ID}")
    assert "report-text-error" not in untouched.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"text": "字" * 1_001}, "最多 1000 个字符"),
        ({"name": "院"}, "名称不合格"),
        ({"kind": "praise"}, "只能是"),
        ({"name": "a\x00b"}, "控制字符"),
        ({"text": "", "city": "", "alias": ""}, "请写明哪里不对"),
    ],
)
async def test_what_is_refused_stays_in_the_form(
    own_client: httpx.AsyncClient, wrong: dict[str, str], said: str
) -> None:
    answer = await own_client.post("/report", data={**FORM, "alias": "<b>别名</b>", **wrong})
    assert answer.status_code == 422
    assert said in answer.text
    assert "还没有提交" in answer.text
    if "alias" not in wrong:
        assert 'value="&lt;b&gt;别名&lt;/b&gt;"' in answer.text
    if "text" not in wrong:
        assert "第二行" in answer.text


async def test_an_address_sends_few_reports_and_loses_none_of_its_words(
    own_app: FastAPI, own_client: httpx.AsyncClient
) -> None:
    own_app.state.reports_limiter = AddressLimiter(rate=1 / 3600, burst=2)
    for number in range(2):
        sent = await own_client.post("/report", data={**FORM, "text": f"{number}"})
        assert sent.status_code == 303
    answer = await own_client.post("/report", data={**FORM, "text": "第三条"})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert "第三条" in answer.text
    body = {"about": "organisation", "id": ID, "text": "x"}
    assert (await own_client.post("/api/v1/reports", json=body)).status_code == 429


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"id": ID, "text": "x"}, "about"),
        ({"about": "organisation", "id": "nobody", "text": "x"}, "id"),
        ({"about": "organisation", "id": ID, "text": "字" * 1_001}, "text"),
        ({"about": "organisation", "id": ID, "proposed": {"rank": "1"}}, "proposed"),
        ({"about": "organisation", "id": ID, "text": "x", "sender": "me"}, "sender"),
        ({"about": "organisation", "id": ID, "proposed": {"province": "云南"}}, "province"),
        ({"about": "fact", "id": "nothing", "text": "x", "kind": "objection"}, "id"),
    ],
)
async def test_json_is_refused_naming_the_field(
    own_client: httpx.AsyncClient, body: dict[str, object], field: str
) -> None:
    answer = await own_client.post("/api/v1/reports", json=body)
    assert answer.status_code in (404, 422)
    assert answer.json()["errors"][0]["field"] == field


async def test_there_is_no_form_about_nothing(own_client: httpx.AsyncClient) -> None:
    for path in ("/report", "/report?about=fact&id=x", "/report?about=need&id=x", "/reports/x"):
        assert (await own_client.get(path)).status_code in (404, 422), path
