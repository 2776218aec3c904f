"""A notice is of the organisation that its title names most exactly, never of who announces it."""

import pytest

from app.db.engine import Database
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.importing import import_organisations
from tests.features.registry.conftest import WriteCsv
from tests.features.registry.facts.conftest import Importing, facts, id_of, notice, notices
from tests.features.registry.sample import Row

NAMES = (
    "东南大学",
    "东南大学附属中大医院",
    "国义招标股份有限公司",
    "绍兴市中心医院",
    "绍兴市中心医院医共体总院",
)
_PLACE = {"province": "云南省", "city": "昆明市"}


def _row(name: str) -> Row:
    return {"name": name, "source": "名单", "name_basis": "observed", "region_basis": "source"} | _PLACE


@pytest.fixture
async def named(stocked: Database, catalogue: Catalogue, write_csv: WriteCsv) -> Database:
    await import_organisations(stocked, write_csv([_row(name) for name in NAMES]), catalogue)
    return stocked


CASES = [
    ("东南大学", "东南大学附属中大医院堡垒机采购项目公开招标公告", "东南大学附属中大医院"),
    ("国义招标股份有限公司", "-北京大学第三医院堡垒机+日志项目", "北京大学第三医院"),
    ("绍兴市中心医院", "绍兴市中心医院医共体总院堡垒机采购公告", "绍兴市中心医院医共体总院"),
]


@pytest.mark.parametrize(("buyer", "title", "owner"), CASES)
async def test_the_named_one_is_the_end_user(
    named: Database, importing: Importing, buyer: str, title: str, owner: str
) -> None:
    place = {"province": "北京市", "city": "北京市"} if "北京" in title else _PLACE
    await importing([notice(title, buyer=buyer, **place)])
    found = await facts(named)
    assert {(one.organisation_id, one.role) for one in found} == {(await id_of(named, owner), "end_user")}
    (stored,) = await notices(named)
    assert stored.buyer == owner


@pytest.mark.parametrize(
    ("buyer", "title"),
    [
        ("东南大学", "东南大学附属云山医院堡垒机采购公告"),  # no organisation of the registry
        ("国义招标股份有限公司", "2023年度堡垒机采购项目"),
        ("国义招标股份有限公司", "国义招标股份有限公司关于堡垒机采购的公告"),
    ],
)
async def test_nobodys_rather_than_the_wrong_ones(
    named: Database, importing: Importing, buyer: str, title: str
) -> None:
    report = await importing([notice(title, buyer=buyer, **_PLACE)])
    assert (report.unknown, await facts(named)) == (1, [])


async def test_both_ways_of_stating_the_buyer_are_one_project(named: Database, importing: Importing) -> None:
    title = "东南大学附属中大医院堡垒机采购项目"
    await importing(
        [
            notice(f"{title}招标公告", "2025-03-01", buyer="东南大学", **_PLACE),
            notice(f"{title}中标公告", "2025-04-01", buyer="东南大学附属中大医院", **_PLACE),
        ]
    )
    (fact,) = await facts(named)
    assert (fact.kind, fact.organisation_id) == ("award", await id_of(named, "东南大学附属中大医院"))
