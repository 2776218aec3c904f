"""CSV files and the feed, as other programs read them."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import date, timedelta
from email.utils import format_datetime
from xml.etree import ElementTree

import httpx
import pytest

from app.db.engine import Database
from app.features.registry.explore import exports
from app.kit.ids import stable_id
from tests.features.registry.explore.conftest import HUAXI, THIRD, UNIVERSITY
from tests.features.registry.facts.stock import SEEN, Bought, put_in

HOSTILE = (
    "=HYPERLINK(0)",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\uff1d1+1",
    "\uff20A1",
    'a "b", c\nd',
    "<b>&amp;]]>",
)


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    """One engine: the reads have tests on both, and `test_statements.py` asks every page on both."""
    database = Database(sqlite_url)
    yield database
    await database.close()


def rows_of(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")  # or Excel takes it for another encoding
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


async def test_facts_as_csv(client: httpx.AsyncClient) -> None:
    answer = await client.get("/explore/facts.csv", params={"need": "mlps-l3"})
    rows = rows_of(answer)
    assert [(row["日期"], row["金额（元）"], row["单位"]) for row in rows[:2]] == [
        ("2025-07-01", "", HUAXI),
        ("2025-05-01", "500000", THIRD),
    ]
    assert len(rows) == 4
    assert "top-facts.csv" in answer.headers["content-disposition"]
    english = await client.get("/explore/facts.csv", headers={"accept-language": "en"})
    assert {row["province"] for row in rows_of(english)} == {"Beijing", "Sichuan"}


async def test_no_cell_is_a_formula(explored: Database, client: httpx.AsyncClient) -> None:
    await put_in(explored, [Bought(UNIVERSITY, "log-audit", date(2025, 1, 1), title) for title in HOSTILE])
    titles = {row["标题"] for row in rows_of(await client.get("/explore/facts.csv?need=log-audit"))}
    assert len(titles) == len(HOSTILE)
    assert not [title for title in titles if title[0] in "=+-@\t\r\uff1d\uff0b\uff0d\uff20"]
    assert {"'=HYPERLINK(0)", 'a "b", c\nd'} <= titles


async def test_a_file_ends_at_its_limit(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "FACT_ROWS", 2)
    assert len(rows_of(await client.get("/explore/facts.csv"))) == 2


async def test_the_other_tables_as_csv(client: httpx.AsyncClient) -> None:
    needs = rows_of(await client.get("/explore/needs.csv?industry=healthcare"))
    assert [(row["需求代码"], row["公开事实"], row["2025"]) for row in needs] == [
        ("mlps-l3", "4", "2"),
        ("emr-upgrade", "1", "0"),
    ]
    organisations = rows_of(await client.get("/explore/organisations.csv?need=mlps-l3"))
    assert [row["最近公开事实日期"] for row in organisations] == ["2025-07-01", "2025-05-01", "2024-06-01"]
    parts = rows_of(await client.get("/explore/needs/mlps-l3.csv"))
    assert [(row["按"], row["范围"], row["公开事实"]) for row in parts][:3] == [
        ("全部", "", "4"),
        ("省份", "北京市", "3"),
        ("省份", "四川省", "1"),
    ]
    assert (await client.get("/explore/needs/nothing.csv")).status_code == 404


async def test_the_feed_is_valid_and_narrowed(explored: Database, client: httpx.AsyncClient) -> None:
    await put_in(explored, [Bought(HUAXI, "mlps-l3", date(2026, 1, 1), "等保<测评>&\x08“整改”")])
    answer = await client.get("/explore/facts.rss", params={"need": "mlps-l3", "province": "四川省"})
    assert answer.headers["content-type"] == "application/rss+xml; charset=utf-8"
    channel = ElementTree.fromstring(answer.content).find("channel")
    assert channel is not None
    assert channel.findtext("link") == (
        "http://localhost:8000/explore/facts?need=mlps-l3&province=%E5%9B%9B%E5%B7%9D%E7%9C%81"
    )
    items = channel.findall("item")
    assert len(items) == 2
    assert "等保<测评>&“整改”" in (items[0].findtext("description") or "")
    assert (items[0].findtext("title") or "").startswith(HUAXI)
    assert (items[0].findtext("guid") or "").startswith("http://localhost:8000/facts/")
    assert items[0].findtext("pubDate") == format_datetime(SEEN, usegmt=True)


async def test_a_reader_that_has_the_feed_gets_nothing_again(
    explored: Database, client: httpx.AsyncClient
) -> None:
    first = await client.get("/explore/facts.rss")
    modified = first.headers["last-modified"]
    for known, expected in (
        ({"if-none-match": first.headers["etag"]}, 304),
        ({"if-none-match": f'"other", W/{first.headers["etag"]}'}, 304),
        ({"if-none-match": '"other"', "if-modified-since": modified}, 200),
        ({"if-modified-since": modified}, 304),
        ({"if-modified-since": format_datetime(SEEN - timedelta(days=1), usegmt=True)}, 200),
        ({"if-modified-since": "yesterday"}, 200),
    ):
        answer = await client.get("/explore/facts.rss", headers=known)
        assert answer.status_code == expected, known
        assert bool(answer.content) == (expected == 200)
    await put_in(explored, [Bought(UNIVERSITY, "log-audit", date(2026, 1, 1))])
    changed = await client.get("/explore/facts.rss", headers={"if-none-match": first.headers["etag"]})
    assert changed.status_code == 200


async def test_an_empty_feed_is_a_feed(client: httpx.AsyncClient) -> None:
    answer = await client.get("/explore/facts.rss?need=bastion-host")
    assert ElementTree.fromstring(answer.content).findall("channel/item") == []
    assert "last-modified" not in answer.headers


async def test_white_space_of_nobody(client: httpx.AsyncClient) -> None:
    for unknown in ("nobody", stable_id("organisation", UNIVERSITY)):  # the second has too few like it
        assert (await client.get(f"/explore/white-space/{unknown}.csv")).status_code == 404
