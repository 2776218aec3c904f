"""The sample registry with a few public facts, their totals counted."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from app.db.engine import Database, ReadSession
from app.features.registry.explore.recounting import recount_totals
from tests.features.registry.faces import client_of
from tests.features.registry.facts.stock import Bought, put_in

THIRD, FIRST, PEOPLES = "北京大学第三医院", "北京大学第一医院", "北京大学人民医院"
HUAXI, UNIVERSITY, BUREAU = "四川大学华西医院", "北京大学", "方山县卫生健康局"

FACTS = (
    Bought(THIRD, "mlps-l3", date(2023, 5, 1), "北京大学第三医院等保测评", amount=300_000),
    Bought(THIRD, "mlps-l3", date(2025, 5, 1), "北京大学第三医院等保整改", amount=500_000),
    Bought(FIRST, "mlps-l3", date(2024, 6, 1), "北京大学第一医院等保测评", amount=900_000),
    Bought(HUAXI, "mlps-l3", date(2025, 7, 1), "四川大学华西医院等保测评"),
    Bought(HUAXI, "emr-upgrade", date(2024, 1, 1), "四川大学华西医院电子病历", amount=4_000_000),
    Bought(UNIVERSITY, "campus-network-upgrade", date(2025, 9, 1), "北京大学校园网升级"),
    Bought(PEOPLES, "mlps-l3", date(2025, 8, 1), "撤下的事实", status="withdrawn"),
)


@pytest.fixture
async def explored(stocked: Database) -> Database:
    await put_in(stocked, FACTS)
    await recount_totals(stocked)
    return stocked


@pytest.fixture
async def session(explored: Database) -> AsyncIterator[ReadSession]:
    async with explored.reading() as session:
        yield session


@pytest.fixture
async def client(explored: Database, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(explored, tmp_path) as client:
        yield client
