"""Markup in what was imported is shown as text and never becomes an element, an attribute or a link."""

import csv
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

from app.db.engine import WriteSession
from app.db.writing import run_write
from app.features.knowledge.loading import load_pack
from app.features.registry.facts.models import Fact, Notice
from app.features.registry.importing import import_organisations
from app.features.registry.models import Organisation
from app.features.registry.rebuilding import rebuild_index
from search import build_engine
from tests.application import application, client_of
from tests.purchases import FACT
from tests.web.routes import paths_of

IMAGE, HTMX, LINK = '<img src="/evil" onerror="evil()">', '<b hx-get="/evil">', "javascript:evil()"
NAME = f"{IMAGE}市第九医院"
FIELDS = {
    "name": NAME,
    "short_names": f"{HTMX}九院|{LINK}|Hospital <i onclick=evil()>",
    "industry": "healthcare",
    "sub_industry": HTMX,
    "province": "北京市",
    "city": f"{IMAGE}市",
    "level": "</dd><script>evil()</script>",
    "source": f"{HTMX};{LINK}",
    "code": '"><svg onload=evil()>',
    "scale": "</title><u onclick=evil()>",
}
NEIGHBOUR = {"name": "北京市第十医院", "industry": "healthcare", "province": "北京市", "source": "x"}
LANGUAGES = ("zh", "zh-hant", "en")


class Page(HTMLParser):
    """What a browser would make of a page: its dangerous attributes, and the text it shows."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.active: list[tuple[str, str, str | None]] = []
        self.shown = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            given = (value or "").strip().lower()
            if name.startswith("on") or given.startswith(("javascript:", "/evil")):
                self.active.append((tag, name, value))
        if tag == "script" and "src" not in dict(attrs):
            self.active.append((tag, "", None))

    def handle_data(self, data: str) -> None:
        self.shown += data


@pytest.fixture
async def poisoned(sqlite_url: str, tmp_path: Path) -> AsyncIterator[FastAPI]:
    engine, catalogue = build_engine(tmp_path / "search"), load_pack()
    file = tmp_path / "poisoned.csv"
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.DictWriter(opened, fieldnames=[*FIELDS])
        writer.writeheader()
        writer.writerows([FIELDS, NEIGHBOUR])
    async with application(sqlite_url, tmp_path, catalogue, engine) as app:
        report = await import_organisations(app.state.database, file, catalogue)
        assert (report.new, report.refused) == (2, 0)
        await run_write(app.state.database, _poison_the_purchase)
        await rebuild_index(app.state.database, engine)
        yield app
    await engine.close()


async def _poison_the_purchase(session: WriteSession) -> None:
    """The fact and its notice become purchases of the poisoned organisation."""
    organisation = await session.scalar(select(Organisation.id).where(Organisation.name == NAME))
    texts = {"organisation_id": organisation, "title": f"{IMAGE}{HTMX}", "site": HTMX, "url": LINK}
    await session.execute(update(Notice).values(**texts, buyer=NAME, city=IMAGE))
    await session.execute(update(Fact).values(**texts, rule=IMAGE))


async def found(client: httpx.AsyncClient, name: str) -> str:
    answer = await client.get("/api/v1/organisations", params={"q": name})
    items = answer.json()["items"]
    assert items[0]["name"] == name
    identifier: str = items[0]["id"]
    return identifier


@pytest.mark.statement(53)
async def test_imported_markup_is_inert_wherever_it_is_shown(poisoned: FastAPI) -> None:
    async with client_of(poisoned) as client:
        one, other = await found(client, NAME), await found(client, NEIGHBOUR["name"])
        paths = [
            *paths_of(poisoned, method="GET", organisation=one),
            *paths_of(poisoned, method="GET", organisation=other),
            *(str(httpx.URL(path, params={"q": "市第九医院"})) for path in ("/lookup", "/suggest")),
            str(httpx.URL("/recognise", params={"name": NAME})),
        ]
        showing = set()
        for path in paths:
            for language in LANGUAGES:
                client.cookies.set("top_language", language)
                answer = await client.get(path)
                if "text/html" not in answer.headers.get("content-type", ""):
                    assert "html" not in answer.headers.get("content-type", ""), path
                    continue
                page = Page(answer.text)
                assert page.active == [], (path, language)
                if "evil" in page.shown:
                    showing.add(path.partition("?")[0])
    assert {"/lookup", "/suggest", "/recognise", f"/organisations/{one}"} <= showing
    assert f"/organisations/{other}" in showing
    assert {f"/facts/{FACT}", f"/organisations/{one}/facts", f"/organisations/{one}/brief"} <= showing
    assert {"/explore", "/explore/facts"} <= showing


@pytest.mark.statement(53)
async def test_the_api_gives_imported_markup_as_it_was_and_as_json(poisoned: FastAPI) -> None:
    async with client_of(poisoned) as client:
        answer = await client.get(f"/api/v1/organisations/{await found(client, NAME)}")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()["name"] == NAME
    assert IMAGE in answer.text.replace('\\"', '"')
