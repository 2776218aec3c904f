"""Public facts as pages, as a panel of the organisation's page, as CSV and over JSON."""

import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update

from app.db.engine import Database
from app.db.writing import run_write
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.facts.importing import import_facts
from app.features.registry.facts.models import Fact
from app.kit.ids import stable_id
from tests.features.registry.faces import client_of
from tests.features.registry.facts.conftest import AWARD, CHANGE, OTHER, TENDER, notice, write_notices

ID = stable_id("organisation", "北京大学第三医院")
WITHOUT = stable_id("organisation", "北京大学第一医院")
ENGLISH = {"accept-language": "en"}
MANY = [notice(f"北京大学第三医院{year}年堡垒机采购公告", f"{year}-06-01") for year in range(2001, 2024)]
SCRIPT = notice("<script>alert(1)</script>北京大学第三医院数据备份系统采购", "2025-07-01", site="<b>x</b>")


@pytest.fixture
async def filled(stocked: Database, catalogue: Catalogue, tmp_path: Path) -> Database:
    path = write_notices(tmp_path / "notices.csv", [TENDER, CHANGE, AWARD, OTHER, SCRIPT, *MANY])
    await import_facts(stocked, path, catalogue)
    return stocked


@pytest.fixture
async def client(filled: Database, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(filled, tmp_path) as client:
        yield client


async def fact_id(database: Database, title: str) -> str:
    async with database.reading() as session:
        found = await session.scalar(select(Fact.public_id).where(Fact.title == title))
    assert found is not None
    return found


async def test_a_fact_says_all_that_is_known_of_it(filled: Database, client: httpx.AsyncClient) -> None:
    id_ = await fact_id(filled, AWARD["title"])
    page = (await client.get(f"/facts/{id_}", headers=ENGLISH)).text
    for said in (
        AWARD["title"],
        TENDER["title"],
        CHANGE["title"],
        f'href="/organisations/{ID}"',
        'href="/needs/bastion-host"',
        "awarded CNY\u00a0480,000",
        "budget CNY\u00a0500,000",
        "2 April 2025",
        "1 March 2025",
        "北京市政府采购网",
        "The source states no licence",
        f'href="/report?about=fact&amp;id={id_}"',
    ):
        assert said in page, said
    assert page.index(AWARD["title"]) < page.index(CHANGE["title"]) < page.index(TENDER["title"])
    assert "公开事实" in (await client.get(f"/facts/{id_}")).text


async def test_nothing_of_a_notice_is_markup(filled: Database, client: httpx.AsyncClient) -> None:
    id_ = await fact_id(filled, SCRIPT["title"])
    for path in (f"/facts/{id_}", f"/organisations/{ID}", f"/organisations/{ID}/facts"):
        page = (await client.get(path)).text
        assert "&lt;script&gt;alert(1)" in page, path
        assert "<script>alert" not in page
        assert "<b>x" not in page


@pytest.mark.parametrize("id_", ["nobody", "x" * 500, "%00", "北京", "1"])
async def test_no_such_fact(client: httpx.AsyncClient, id_: str) -> None:
    assert (await client.get(f"/facts/{id_}")).status_code == 404
    answer = await client.get(f"/api/v1/facts/{id_}", headers=ENGLISH)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def set_status(database: Database, public_id: str, status: str) -> None:
    change = update(Fact).where(Fact.public_id == public_id).values(status=status)
    await run_write(database, lambda session: session.execute(change))


async def test_a_fact_that_was_taken_down_is_shown_nowhere(
    filled: Database, client: httpx.AsyncClient
) -> None:
    id_ = await fact_id(filled, AWARD["title"])
    await set_status(filled, id_, "withdrawn")
    answer = await client.get(f"/facts/{id_}", headers=ENGLISH)
    assert answer.status_code == 404
    assert "somebody objected" in answer.text
    for path in (f"/organisations/{ID}", f"/organisations/{ID}/facts", f"/organisations/{ID}/facts.csv"):
        assert AWARD["title"] not in (await client.get(path)).text, path
    assert id_ not in (await client.get(f"/api/v1/organisations/{ID}/facts?limit=50")).text


async def test_a_disputed_fact_is_marked(filled: Database, client: httpx.AsyncClient) -> None:
    id_ = await fact_id(filled, AWARD["title"])
    await set_status(filled, id_, "objected")
    for path in (f"/facts/{id_}", f"/organisations/{ID}", f"/organisations/{ID}/facts"):
        assert "有异议" in (await client.get(path)).text, path
    assert (await client.get(f"/api/v1/facts/{id_}")).json()["is_disputed"] is True


async def test_the_panel_shows_the_newest_and_leads_to_all(client: httpx.AsyncClient) -> None:
    page = (await client.get(f"/organisations/{ID}", headers=ENGLISH)).text
    panel = page[page.index('id="facts"') :]
    assert panel.count('class="fact-line__need"') == 8
    assert panel.index(SCRIPT["title"][-10:]) < panel.index(OTHER["title"]) < panel.index(AWARD["title"])
    assert f'href="/organisations/{ID}/facts">See all {len(MANY) + 3}<' in panel
    assert "statement--fact" in panel
    assert 'id="facts"' not in (await client.get(f"/organisations/{WITHOUT}")).text


async def test_all_facts_page_by_page(client: httpx.AsyncClient) -> None:
    address = f"/organisations/{ID}/facts"
    first = (await client.get(address)).text
    second = (await client.get(f"{address}?page=2")).text
    assert (first.count("fact-line__need"), second.count("fact-line__need")) == (20, len(MANY) + 3 - 20)
    assert f'href="{address}?page=2" rel="next"' in first
    assert f'href="{address}?page=1" rel="prev"' in second
    for wrong in ("0", "-1", "x", "99999999999999999999"):
        assert (await client.get(f"{address}?page={wrong}")).status_code == 422
    beyond = await client.get(f"{address}?page=40", headers=ENGLISH)
    assert (beyond.status_code, "No further records" in beyond.text) == (200, True)


async def test_an_organisation_without_facts_and_one_that_is_none(client: httpx.AsyncClient) -> None:
    page = await client.get(f"/organisations/{WITHOUT}/facts", headers=ENGLISH)
    assert "No public purchases yet" in page.text
    assert (await client.get(f"/api/v1/organisations/{WITHOUT}/facts")).json() == {"items": [], "next": None}
    for path in ("/organisations/nobody/facts", "/organisations/nobody/facts.csv"):
        assert (await client.get(path)).status_code == 404
    assert (await client.get("/api/v1/organisations/nobody/facts")).status_code == 404


async def test_the_list_as_a_file(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/organisations/{ID}/facts.csv", headers=ENGLISH)
    assert answer.headers["content-disposition"] == f'attachment; filename="facts-{ID}.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == len(MANY) + 3
    award = next(row for row in rows if row["title"] == AWARD["title"])
    assert (award["organisation"], award["last notice"]) == ("北京大学第三医院", "2025-04-02")
    assert (award["amount (CNY)"], award["amount is"], award["stage"]) == ("480000", "awarded", "Award")


async def test_one_fact_over_json(filled: Database, client: httpx.AsyncClient) -> None:
    id_ = await fact_id(filled, AWARD["title"])
    told = (await client.get(f"/api/v1/facts/{id_}", headers=ENGLISH)).json()
    assert (told["organisation"], told["organisation_name"]) == (ID, "北京大学第三医院")
    assert (told["need"], told["role"], told["kind"]) == ("bastion-host", "buyer", "award")
    assert (told["first_date"], told["date"]) == ("2025-03-01", "2025-04-02")
    assert (told["amount"], told["amount_kind"], told["is_disputed"]) == (480_000, "award", False)
    assert (told["source"], told["licence"], told["site"]) == ("公告集", None, "北京市政府采购网")
    assert [one["kind"] for one in told["notices"]] == ["award", "change", "tender"]
    assert 0 < told["share_left"] < 1
    assert told["report"] == f"/report?about=fact&id={id_}"


async def test_facts_over_json_run_through_all_pages(client: httpx.AsyncClient) -> None:
    address, seen, cursor = f"/api/v1/organisations/{ID}/facts", [], None
    while True:
        asked = {"limit": "10"} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(address, params=asked)).json()
        seen += [item["date"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(MANY) + 3
    assert seen == sorted(seen, reverse=True)
    assert (await client.get(f"{address}?cursor=forged")).status_code == 422
    related = (await client.get(f"/api/v1/organisations/{ID}")).json()["related"]["facts"]
    assert (len(related["items"]), related["total"]) == (8, len(MANY) + 3)
