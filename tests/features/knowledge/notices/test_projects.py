"""Notices of one project share a key; lots, phases, years and buyers keep projects apart."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.features.knowledge.notices import project_key

HOSPITAL = "海口市人民医院"
ONE_PROJECT = {
    "the life of a purchase": (
        HOSPITAL,
        [
            "海口市人民医院手术室行为管理系统采购项目公开招标公告",
            "海口市人民医院手术室行为管理系统采购项目更正公告",
            "海口市人民医院手术室行为管理系统采购项目（第二次）公开招标公告",
            "海口市人民医院手术室行为管理系统采购项目(二次)中标（成交）结果公告",
            "海口市人民医院手术室行为管理系统采购项目的合同",
            "海口市人民医院海口市人民医院手术室行为管理系统采购项目的合同公告",
            "手术室行为管理系统采购项目废标公告",
            "某某招标有限公司关于海口市人民医院手术室行为管理系统采购项目的竞争性磋商公告",
            "关于海口市人民医院手术室行为管理系统采购项目的公开招标公告[海南某某招标有限公司]",
            "海口市人民医院手术室行为管理系统采购项目(项目编号:HNGP2023-001-A)成交公告",
        ],
    ),
    "a call again, counted by its number": (
        "蚌埠医学院第一附属医院",
        [
            "蚌埠医学院第一附属医院一卡通系统采购及安装项目(重新发包第2次)BB2020SHCGZ4821-重2招标公告",
            "蚌埠医学院第一附属医院一卡通系统采购及安装项目(重新发包第4次)BB2020SHCGZ4821-重4招标公告",
        ],
    ),
    "a carrier asking for opinions, then calling": (
        "中国移动",
        [
            "福建移动征集泉州分公司2026年泉州轻工职业学院智慧校园采购项目采购技术规范等文件意见的公告",
            "中国移动通信集团福建有限公司泉州分公司2026年泉州轻工职业学院智慧校园采购项目_招标公告",
        ],
    ),
    "a name that the site repeats": (
        HOSPITAL,
        [
            "外科大楼手术区堡垒机采购项目外科大楼手术区堡垒机采购项目合同",
            "外科大楼手术区堡垒机采购项目招标公告",
        ],
    ),
    "numbers of a lot in both scripts": (
        HOSPITAL,
        ["海口市人民医院信息化项目第一包招标公告", "海口市人民医院信息化项目（包1）中标公告"],
    ),
}
APART = {
    "lots": ("海口市人民医院信息化项目包1招标公告", "海口市人民医院信息化项目包2招标公告"),
    "sections": ("海口市人民医院网络工程一标段招标公告", "海口市人民医院网络工程二标段招标公告"),
    "years": ("海口市人民医院2023年网络维保招标公告", "海口市人民医院2024年网络维保招标公告"),
    "phases": ("海口市人民医院信息化（一期）招标公告", "海口市人民医院信息化（二期）招标公告"),
    "batches": ("海口市人民医院设备（第三批）招标公告", "海口市人民医院设备（第四批）招标公告"),
    "things": ("海口市人民医院堡垒机采购公告", "海口市人民医院防火墙采购公告"),
    "what brackets say": ("全省媒介资源（嘉兴传统媒介）采购", "全省媒介资源（台州传统媒介）采购"),
}


@pytest.mark.parametrize("name", ONE_PROJECT)
def test_notices_of_one_project_share_a_key(name: str) -> None:
    buyer, titles = ONE_PROJECT[name]
    keys = {title: project_key(title, buyer) for title in titles}
    assert len(set(keys.values())) == 1, keys


@pytest.mark.parametrize("name", APART)
def test_projects_that_differ_are_kept_apart(name: str) -> None:
    first, second = APART[name]
    assert project_key(first, HOSPITAL) != project_key(second, HOSPITAL)


def test_the_same_words_of_two_buyers_are_two_projects() -> None:
    assert project_key("手术室行为管理系统", "海口市人民医院") != project_key(
        "手术室行为管理系统", "三亚市人民医院"
    )


def test_two_branches_of_a_carrier_are_two_projects() -> None:
    titles = [f"中国移动{place}分公司2026年机房空调维保招标公告" for place in ("衢州", "金华", "台州")]
    keys = [project_key(title, "中国移动") for title in titles]
    assert all(one != other for one, other in pairwise(keys))


@given(title=st.text(max_size=100), buyer=st.text(max_size=30))
def test_any_text_has_a_key_of_32_digits(title: str, buyer: str) -> None:
    key = project_key(title, buyer)
    assert len(key) == 32
    assert int(key, 16) >= 0
    assert key == project_key(title, buyer)


@pytest.mark.parametrize("filler", ["关于", "第二次", "(", "a1-", "包1", "公司"])
def test_a_hostile_title_is_read_quickly(filler: str) -> None:
    project_key(filler * 5_000, filler * 5_000)
