"""Exploring over JSON: the same lists, page by page."""

from collections.abc import AsyncIterator

import httpx
import pytest

from app.db.engine import Database
from app.kit.ids import stable_id
from tests.features.registry.explore.conftest import HUAXI


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    """One engine: the reads have tests on both, and `test_statements.py` asks every page on both."""
    database = Database(sqlite_url)
    yield database
    await database.close()


async def test_facts_by_cursor(client: httpx.AsyncClient) -> None:
    seen: list[str] = []
    cursor = None
    for _ in range(3):
        answer = (
            await client.get("/api/v1/facts", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        ).json()
        assert (answer["total"], answer["total_is_exact"]) == (6, True)
        seen += [item["id"] for item in answer["items"]]
        cursor = answer["next"]
    assert cursor is None
    assert len(set(seen)) == 6
    other = await client.get("/api/v1/facts", params={"need": "mlps-l3", "cursor": "x"})
    assert other.status_code == 422


async def test_a_fact_in_a_list(client: httpx.AsyncClient) -> None:
    answer = (await client.get("/api/v1/facts", params={"need": "emr-upgrade"})).json()
    item = answer["items"][0]
    assert item["organisation"] == stable_id("organisation", HUAXI)
    assert (item["amount"], item["amount_kind"], item["date"]) == (4_000_000, "budget", "2024-01-01")
    assert (item["industry"], item["province"], item["kind"]) == ("healthcare", "四川省", "tender")


async def test_organisations_with_their_choices(client: httpx.AsyncClient) -> None:
    answer = (await client.get("/api/v1/explore/organisations", params={"need": "mlps-l3"})).json()
    assert [item["fact_date"] for item in answer["items"]] == ["2025-07-01", "2025-05-01", "2024-06-01"]
    assert answer["total"] == 3
    assert {one["code"]: one["count"] for one in answer["choices"]["province"]} == {"北京市": 2, "四川省": 1}
    plain = (
        await client.get(
            "/api/v1/explore/organisations",
            params={"industry": "healthcare", "limit": 2},
            headers={"accept-language": "en"},
        )
    ).json()
    assert (plain["total"], len(plain["items"])) == (4, 2)
    assert plain["next"]
    assert {"code": "四川省", "name": "Sichuan", "count": 1} in plain["choices"]["province"]


async def test_needs_with_years_and_amounts(client: httpx.AsyncClient) -> None:
    answer = (await client.get("/api/v1/explore/needs", params={"province": "北京市"})).json()
    first = answer["items"][0]
    assert (first["slug"], first["facts"], first["organisations"]) == ("mlps-l3", 3, 2)
    assert first["by_year"] == {"2023": 1, "2024": 1, "2025": 1}
    assert first["amounts"] == {"facts": 3, "median": 500_000, "sum": 1_700_000}
    assert answer["facts"] == 4


async def test_a_need_tells_where_it_was_bought(client: httpx.AsyncClient) -> None:
    related = (await client.get("/api/v1/needs/mlps-l3")).json()["related"]["purchases"]
    assert (related["facts"], related["organisations"]) == (4, 3)
    assert [part["code"] for part in related["by_year"]] == ["2025", "2024", "2023"]
    assert related["by_year"][0]["organisations"] is None
    assert len(related["newest"]) == 4
