"""The brief over HTTP: the page, the document, and the way to them."""

import io
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import quote

import docx
import httpx
import pytest
from sqlalchemy import select

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.registry.brief.document import MEDIA_TYPE
from app.features.registry.facts.models import Fact
from app.features.registry.models import Organisation, Source
from app.kit.ids import stable_id
from tests.features.registry.faces import client_of

HOSPITAL = f"/organisations/{stable_id('organisation', '北京大学第三医院')}"
UNKNOWN = "红河州第五人民医院"
FACT = "电子病历评级改造项目（合成数据）"
WITHDRAWN = "已撤下的项目（合成数据）"


async def _add_facts(session: WriteSession) -> None:
    found = select(Organisation.id).where(Organisation.name == "北京大学第三医院")
    organisation = (await session.execute(found)).scalar_one()
    source = Source(key="合成来源", version="1", licence=None)
    session.add(source)
    await session.flush()
    for title, status in ((FACT, "active"), (WITHDRAWN, "withdrawn")):
        session.add(
            Fact(
                public_id=stable_id("fact", title),
                organisation_id=organisation,
                need="emr-upgrade",
                project_key=title[:32],
                role="buyer",
                kind="award",
                first_on=date(2024, 1, 9),
                event_on=date(2024, 5, 6),
                seen_at=datetime(2025, 1, 2, tzinfo=UTC),
                amount=1_200_000,
                amount_kind="budget",
                title=title,
                source_id=source.id,
                weight=1.0,
                rule="made up",
                status=status,
                industry="healthcare",
                province="北京市",
            )
        )


@pytest.fixture
async def client(stocked: Database, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    await run_write(stocked, _add_facts)
    async with client_of(stocked, tmp_path) as client:
        yield client


async def test_the_page_holds_what_is_taken_along(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{HOSPITAL}/brief")
    assert answer.status_code == 200
    page = answer.text
    for heading in ("可能的需求", "公开事实", "上门问什么", "它要遵守什么", "可以怎么做", "怎么读这份简报"):
        assert heading in page
    assert FACT in page
    assert "预算 120\u00a0万元" in page
    assert "2024-05-06 中标公告（2024-01-09 起）" in page
    assert "来源：合成来源 · 2025-01-02 收录" in page
    assert WITHDRAWN not in page


async def test_the_document_holds_the_same(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{HOSPITAL}/brief.docx", headers={"accept-language": "en"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, MEDIA_TYPE)
    named = answer.headers["content-disposition"].split("filename*=UTF-8''")[1]
    assert named.startswith(quote("ToP-北京大学第三医院-20"))
    assert "Accept-Language" in answer.headers["vary"]
    told = [paragraph.text for paragraph in docx.Document(io.BytesIO(answer.content)).paragraphs]
    assert "Questions for the visit" in told
    assert any(FACT in text for text in told)


@pytest.mark.parametrize("face", ["brief", "brief.docx"])
async def test_a_name_in_no_data_has_a_brief(client: httpx.AsyncClient, face: str) -> None:
    answer = await client.get(f"/recognise/{face}", params={"name": UNKNOWN})
    assert answer.status_code == 200
    if face == "brief":
        assert f'<h1 class="brief-head__name" translate="no">{UNKNOWN}</h1>' in answer.text


async def test_traditional_readers_get_both_in_their_script(client: httpx.AsyncClient) -> None:
    headers = {"accept-language": "zh-TW"}
    assert "上門問什麼" in (await client.get(f"{HOSPITAL}/brief", headers=headers)).text
    content = (await client.get(f"{HOSPITAL}/brief.docx", headers=headers)).content
    told = [paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs]
    assert {"上門問什麼", "北京大學第三醫院"} <= set(told)


async def test_corrections_are_kept_on_the_way(client: httpx.AsyncClient) -> None:
    corrected = {"industry": "education", "level": "", "province": "四川省"}
    kept = f"industry=education&level=&province={quote('四川省')}"
    body = (await client.get(f"/api/v1{HOSPITAL}", params=corrected)).json()
    assert body["links"] == {
        "answer": f"{HOSPITAL}?{kept}",
        "brief": f"{HOSPITAL}/brief?{kept}",
        "brief_docx": f"{HOSPITAL}/brief.docx?{kept}",
    }
    assert (
        f'href="{HOSPITAL}/brief?{kept.replace("&", "&amp;")}"'
        in (await client.get(HOSPITAL, params=corrected)).text
    )
    page = (await client.get(body["links"]["brief"])).text
    assert "已按你选的条件重算" in page
    assert "四川省" in page
    content = (await client.get(body["links"]["brief_docx"])).content
    told = "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs)
    assert "教育" in told


async def test_a_typed_name_stands_in_its_links(client: httpx.AsyncClient) -> None:
    body = (await client.get("/api/v1/recognise", params={"name": UNKNOWN})).json()
    assert body["links"]["brief"] == f"/recognise/brief?name={quote(UNKNOWN)}"
    page = (await client.get("/recognise", params={"name": UNKNOWN})).text
    assert f'href="/recognise/brief?name={quote(UNKNOWN)}"' in page


async def test_an_untouched_address_has_no_query(client: httpx.AsyncClient) -> None:
    assert f'href="{HOSPITAL}/brief"' in (await client.get(HOSPITAL)).text
    assert f'href="{HOSPITAL}/brief.docx"' in (await client.get(f"{HOSPITAL}/brief")).text


@pytest.mark.parametrize("face", ["brief", "brief.docx"])
async def test_refusals_are_pages(client: httpx.AsyncClient, face: str) -> None:
    for path, status in (
        (f"/organisations/nobody/{face}", 404),
        (f"{HOSPITAL}/{face}?level=5a", 422),
        (f"/recognise/{face}", 422),
        (f"/recognise/{face}?name={'x' * 121}", 422),
        (f"/recognise/{face}?name=a%00b", 422),
    ):
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "a\ufffe\uffffb", "😀😀", "{{7*7}}", "../../x"]
)
async def test_hostile_names_have_briefs(client: httpx.AsyncClient, name: str) -> None:
    page = await client.get("/recognise/brief", params={"name": name})
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    document = await client.get("/recognise/brief.docx", params={"name": name})
    assert document.status_code == 200
    named = document.headers["content-disposition"].split("''")[1]
    assert not set(named) & set("/\\<>")
    docx.Document(io.BytesIO(document.content))
