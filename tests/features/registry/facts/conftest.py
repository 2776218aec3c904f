"""Files of notices in the built-in shape, and the way to import them."""

import csv
import gzip
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy import Row as SqlRow
from sqlalchemy import select

from app.db.engine import Database
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.facts.importing import import_facts
from app.features.registry.facts.models import Fact, Notice
from app.features.registry.facts.report import FactsReport
from app.features.registry.facts.shape import GIVEN_SHAPE
from app.features.registry.models import Organisation

Given = dict[str, str]
COLUMNS = tuple(GIVEN_SHAPE.columns.values())


def notice(title: str, day: str = "2025-03-01", **fields: str) -> Given:
    """Of 北京大学第三医院, unless it says otherwise."""
    usual = {"source": "公告集", "buyer": "北京大学第三医院", "province": "北京市", "city": "北京市"}
    return {"title": title, "publish_date": day, "site": "北京市政府采购网"} | usual | fields


TENDER = notice("北京大学第三医院堡垒机采购项目公开招标公告", "2025-03-01", budget_raw="50万元")
CHANGE = notice("北京大学第三医院堡垒机采购项目更正公告", "2025-03-10", budget_raw="55万元")
AWARD = notice("北京大学第三医院堡垒机采购项目中标公告", "2025-04-02", award_yuan="480,000.00")
OTHER = notice("北京大学第三医院日志审计系统采购公告", "2025-05-06")
CANTEEN = notice("北京大学第三医院食堂食材配送服务采购公告", "2025-05-07")


def write_notices(path: Path, rows: Sequence[Given], *, columns: Sequence[str] = COLUMNS) -> Path:
    """Gzip where the name ends so; the same rows always give the same bytes."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    told = text.getvalue().encode()
    path.write_bytes(gzip.compress(told, mtime=0) if path.suffix == ".gz" else told)
    return path


class Importing(Protocol):
    async def __call__(self, rows: Sequence[Given], *, dry_run: bool = False) -> FactsReport: ...


@pytest.fixture
def importing(stocked: Database, catalogue: Catalogue, tmp_path: Path) -> Importing:
    async def run(rows: Sequence[Given], *, dry_run: bool = False) -> FactsReport:
        path = write_notices(tmp_path / "notices.csv.gz", rows)
        return await import_facts(stocked, path, catalogue, dry_run=dry_run, workspace=tmp_path)

    return run


async def facts(database: Database) -> Sequence[SqlRow]:
    async with database.reading() as session:
        return (await session.execute(select(Fact.__table__).order_by(Fact.need, Fact.id))).all()


async def notices(database: Database) -> Sequence[SqlRow]:
    async with database.reading() as session:
        return (await session.execute(select(Notice.__table__).order_by(Notice.id))).all()


async def id_of(database: Database, name: str) -> int:
    async with database.reading() as session:
        found = await session.scalar(select(Organisation.id).where(Organisation.name == name))
    assert found is not None, name
    return found
