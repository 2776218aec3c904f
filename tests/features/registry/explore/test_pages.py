"""The pages: what they show and link to, how they answer bad input, and how little they ask the database."""

import re
from collections.abc import AsyncIterator
from datetime import date
from urllib.parse import quote

import httpx
import pytest

from app.db.engine import Database
from app.features.registry.explore.recounting import recount_totals
from app.kit.ids import stable_id
from tests.features.registry.explore.conftest import HUAXI, THIRD, UNIVERSITY
from tests.features.registry.facts.stock import Bought, put_in


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    """One engine: the reads have tests on both, and `test_statements.py` asks every page on both."""
    database = Database(sqlite_url)
    yield database
    await database.close()


async def test_the_entry_leads_to_everything(client: httpx.AsyncClient) -> None:
    page = (await client.get("/explore")).text
    for href in (
        "/explore/organisations",
        "/explore/needs",
        "/explore/facts",
        "/explore/facts?need=mlps-l3",
        "/explore/facts?industry=healthcare",
        "/explore/organisations?industry=education",
        f"/explore/organisations?province={quote('北京市')}",
        "/explore/facts.rss",
    ):
        assert f'href="{href}"' in page, href
    assert 'href="/explore"' in (await client.get("/")).text


async def test_facts_say_who_when_and_how_much(client: httpx.AsyncClient) -> None:
    page = (await client.get("/explore/facts", params={"need": "mlps-l3"})).text
    assert page.count("<article") == 4
    assert "撤下的事实" not in page
    assert "50 万元" in page.replace("\u00a0", " ")
    assert f'href="/organisations/{stable_id("organisation", HUAXI)}"' in page
    assert 'type="application/rss+xml"' in page
    english = await client.get(
        "/explore/facts", params={"need": "mlps-l3"}, headers={"accept-language": "en"}
    )
    assert "Sichuan" in english.text
    assert "Tender" in english.text


async def test_a_project_is_one_line_with_all_its_needs(
    explored: Database, client: httpx.AsyncClient
) -> None:
    together = [
        Bought(UNIVERSITY, need, date(2025, 10, 1), "一个项目两项需求", project="both")
        for need in ("bastion-host", "log-audit")
    ]
    await put_in(explored, together)
    page = (await client.get("/explore/facts")).text
    assert page.count("一个项目两项需求") == 1
    assert 'href="/needs/bastion-host"' in page
    assert 'href="/needs/log-audit"' in page


async def test_with_a_need_only_facts_count(client: httpx.AsyncClient) -> None:
    page = (await client.get("/explore/organisations", params={"need": "emr-upgrade"})).text
    assert HUAXI in page
    assert THIRD not in page
    assert "不是推断" in page
    assert "label--prediction" not in page


async def test_filters_show_counts_and_what_is_chosen(client: httpx.AsyncClient) -> None:
    page = (await client.get("/explore/organisations", params={"industry": "healthcare"})).text
    assert re.search(r'<option value="healthcare" selected>医疗卫生 \(4\)', page)
    assert re.search(r'<option value="tertiary_a">三级甲等[^<]*\(4\)', page)
    assert re.search(r'<option value="四川省">四川省 \(1\)', page)
    assert re.search(r'<option value="mlps-l3">[^<]+\(3\)', page)
    assert '<a class="chip" href="/explore/organisations">' in page


async def test_lists_page_up_to_their_limit(explored: Database, client: httpx.AsyncClient) -> None:
    many = [Bought(UNIVERSITY, "log-audit", date(2020, 1, 1), f"公告{number}") for number in range(1005)]
    await put_in(explored, many)
    await recount_totals(explored)
    first = (await client.get("/explore/facts?need=log-audit")).text
    assert "1,000 条以上" in first
    assert "need=log-audit&amp;page=2" in first
    assert 'rel="prev"' not in first
    last = (await client.get("/explore/facts?need=log-audit&page=50")).text
    assert 'rel="next"' not in last
    assert "只翻到前 1,000 条" in last
    assert (await client.get("/explore/facts?need=log-audit&page=51")).status_code == 422
    past = (await client.get("/explore/facts?need=emr-upgrade&page=2")).text
    assert "没有符合这些条件" in past


async def test_bad_parameters_are_named(client: httpx.AsyncClient) -> None:
    for face in ("/explore/facts", "/api/v1/facts", "/explore/facts.csv", "/explore/facts.rss"):
        for field, value in (
            ("need", "nothing-like-it"),
            ("industry", "x" * 41),
            ("province", "Zhejiang"),
            ("province", "\x00"),
            ("years", "0"),
            ("years", "²"),
            ("level", "nonsense"),
        ):
            answer = await client.get(face, params={field: value})
            assert answer.status_code == 422, (face, field, value)
            assert field in answer.text
    for page in ("/explore/facts?page=0", "/explore/organisations?page=x", "/explore/needs?industry='"):
        assert (await client.get(page)).status_code == 422


async def test_a_leftover_of_another_industry_is_no_error_on_a_page(client: httpx.AsyncClient) -> None:
    chosen = {"industry": "education", "level": "tertiary_a"}
    assert (await client.get("/explore/organisations", params=chosen)).status_code == 200
    assert (await client.get("/api/v1/explore/organisations", params=chosen)).status_code == 422


async def test_without_facts_the_pages_say_so(stocked: Database, client: httpx.AsyncClient) -> None:
    page = (await client.get("/explore/needs?industry=finance")).text
    assert "没有符合这些条件的公开事实" in page
    assert "<table" not in page


async def test_the_chart_is_decoration_beside_its_table(client: httpx.AsyncClient) -> None:
    page = (await client.get("/explore/needs")).text
    assert all('aria-hidden="true"' in tag for tag in re.findall(r"<svg[^>]*chart[^>]*>", page))
    assert page.count('class="chart__column"') == 3  # 2023, 2024, 2025
    row = re.search(r'<tr class="is-sum".*?</tr>', page, re.DOTALL)
    assert row is not None
    assert re.findall(r">(\d+)</td>", row.group()) == ["6", "3", "2", "1"]
    assert " style=" not in page


async def test_a_needs_page_says_where_it_was_bought(client: httpx.AsyncClient) -> None:
    page = (await client.get("/needs/mlps-l3")).text.replace("\u00a0", " ")
    assert "公开来源里有 4 条事实，涉及 3 家单位。" in page
    assert "中位数 50 万元，合计 170 万元" in page
    assert 'href="/explore/needs/mlps-l3.csv"' in page
    assert "哪里买过" not in (await client.get("/needs/bastion-host")).text
    industry = (await client.get("/industries/healthcare")).text
    assert 'href="/explore/facts?industry=healthcare&amp;need=mlps-l3"' in industry


@pytest.mark.parametrize("path", ["/explore", "/explore/facts", "/explore/needs", "/explore/organisations"])
async def test_hostile_titles_are_text(explored: Database, client: httpx.AsyncClient, path: str) -> None:
    await put_in(explored, [Bought(UNIVERSITY, "log-audit", date(2026, 1, 1), "<script>alert(1)</script>")])
    assert "<script>alert" not in (await client.get(path)).text
