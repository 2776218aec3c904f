"""Needs seen at organisations like this one and not at this one."""

from datetime import date
from pathlib import Path

import httpx
import pytest
from sqlalchemy import delete, insert

from app.db.engine import Database, WriteSession
from app.db.writing import run_write
from app.features.registry.events import FactsChanged
from app.features.registry.explore.models import FactTotal
from app.features.registry.explore.white_space import Gap, white_space_of
from app.features.registry.facts.groups import Scope
from app.features.registry.facts.models import PeerCount
from app.features.registry.handlers import handlers
from app.kit.ids import stable_id
from app.kit.viewer import ANONYMOUS
from search.backends.memory import MemoryEngine
from tests.features.registry.explore.conftest import THIRD, UNIVERSITY

HOSPITAL = stable_id("organisation", THIRD)
ALL_HOSPITALS = Scope("healthcare")
GRADED = Scope("healthcare", "tertiary_hospital", "tertiary_a")
IN_BEIJING = Scope("healthcare", "tertiary_hospital", "tertiary_a", "北京市")


async def count_in(database: Database, scope: Scope, counts: dict[str, int]) -> None:
    rows = [
        {
            "industry": scope.industry,
            "sub_industry": scope.sub_industry,
            "level": scope.level,
            "province": scope.province,
            "need": need,
            "organisations": count,
            "counted_on": date(2026, 1, 1),
            "years": 3,
        }
        for need, count in counts.items()
    ]
    await run_write(database, lambda session: session.execute(insert(PeerCount), rows))


@pytest.fixture
async def compared(explored: Database) -> Database:
    """The hospital itself has a fact of mlps-l3."""
    of_all = {"": 90, "mlps-l3": 60, "his-modernization": 50, "emr-upgrade": 20, "bastion-host": 5}
    await count_in(explored, ALL_HOSPITALS, of_all)
    await count_in(explored, GRADED, {"": 12, "mlps-l3": 9, "emr-upgrade": 7, "bastion-host": 2})
    await count_in(explored, IN_BEIJING, {"": 4, "emr-upgrade": 4})
    return explored


async def test_the_narrowest_group_with_enough_organisations_is_compared(compared: Database) -> None:
    async with compared.reading() as session:
        found = await white_space_of(session, ANONYMOUS, HOSPITAL, limit=10)
        shortened = await white_space_of(session, ANONYMOUS, HOSPITAL, limit=1)
    assert found is not None
    assert (found.scope, found.organisations, found.years) == (GRADED, 12, 3)
    behind = (
        "/explore/facts?need={}&industry=healthcare&sub_industry=tertiary_hospital&level=tertiary_a&years=3"
    )
    assert found.gaps == tuple(
        Gap(need, count, 12, behind.format(need)) for need, count in (("emr-upgrade", 7), ("bastion-host", 2))
    )
    assert shortened is not None
    assert shortened.gaps == found.gaps[:1]


async def test_nothing_is_said_without_a_comparison(compared: Database) -> None:
    async with compared.reading() as session:
        assert await white_space_of(session, ANONYMOUS, "nobody", limit=10) is None
        assert (
            await white_space_of(session, ANONYMOUS, stable_id("organisation", UNIVERSITY), limit=10) is None
        )


async def test_page_api_and_file_say_the_same(compared: Database, client: httpx.AsyncClient) -> None:
    page = (await client.get(f"/organisations/{HOSPITAL}")).text
    assert "同类单位买过，本单位未见公开记录" in page
    assert "没有公开记录不等于没有这个需求" in page
    assert "7/12 家" in page
    related = (await client.get(f"/api/v1/organisations/{HOSPITAL}")).json()["related"]["white_space"]
    assert [(item["slug"], item["with_need"], item["organisations"]) for item in related["items"]] == [
        ("emr-upgrade", 7, 12),
        ("bastion-host", 2, 12),
    ]
    assert related["group"] == {
        "industry": "healthcare",
        "sub_industry": "tertiary_hospital",
        "level": "tertiary_a",
    }
    for item in related["items"]:
        assert (await client.get(item["facts_url"])).status_code == 200
    file = await client.get(f"/explore/white-space/{HOSPITAL}.csv")
    assert file.content.decode("utf-8-sig").splitlines()[1].split(",")[::2] == ["emr-upgrade", "7", "3"]


async def test_totals_follow_a_change_of_facts(explored: Database, tmp_path: Path) -> None:
    async def forget(session: WriteSession) -> None:
        await session.execute(delete(FactTotal))

    await run_write(explored, forget)
    await handlers(explored, MemoryEngine())[FactsChanged](FactsChanged())
    async with explored.reading() as session:
        assert await session.get(FactTotal, ("healthcare", "*", "四川省", "emr-upgrade", 2024)) is not None
