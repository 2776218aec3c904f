"""The title often names more exactly whose need it is than the stated buyer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.features.knowledge.notices import NoticeText, Parties, names_to_try, parties_in

UNIVERSITIES = {
    "its hospital": ("东南大学", "东南大学附属中大医院堡垒机采购项目公开招标公告", "东南大学附属中大医院"),
    "its numbered hospital": ("中山大学", "中山大学附属第一医院信息系统维保公告", "中山大学附属第一医院"),
    "its hospital of another name": (
        "中山大学",
        "中山大学孙逸仙纪念医院堡垒机公告",
        "中山大学孙逸仙纪念医院",
    ),
    "its hospital without its name": ("中山大学", "附属第三医院日志审计公告", "中山大学附属第三医院"),
    "its school": ("云山师范大学", "云山师范大学附属中学机房改造公告", "云山师范大学附属中学"),
}
OWN = {
    "a university": ("东南大学", "东南大学堡垒机采购项目公开招标公告"),
    "the hospital for its students": ("东南大学", "东南大学校医院信息系统采购公告"),
    "hospitals as a subject": ("云山医科大学", "云山医科大学数字医院实训平台采购公告"),
    "a hospital": ("东南大学附属中大医院", "东南大学附属中大医院手术室行为管理系统公告"),
    "a design institute": ("云山咨询设计院有限公司", "云山咨询设计院有限公司堡垒机采购公告"),
}


@pytest.mark.parametrize("case", UNIVERSITIES)
def test_a_body_of_a_university_is_not_the_university(case: str) -> None:
    buyer, title, body = UNIVERSITIES[case]
    assert parties_in(NoticeText(title, buyer=buyer)) == Parties(buyer, body, "title")


@pytest.mark.parametrize("case", OWN)
def test_who_buys_for_itself(case: str) -> None:
    buyer, title = OWN[case]
    assert parties_in(NoticeText(title, buyer=buyer)) == Parties(buyer, None, "stated")


def test_what_only_a_hospital_needs_is_not_the_universitys() -> None:
    title = "云山招标中心有限公司关于智能手术室行为管理系统采购项目公开招标公告"
    assert parties_in(NoticeText(title, buyer="广西医科大学")).buyer is None


@pytest.mark.parametrize(
    "agency", ["国义招标股份有限公司", "江南工程管理有限公司", "云山项目管理咨询有限公司"]
)
def test_an_agency_needs_nothing_itself(agency: str) -> None:
    for title in ("2023年度信息系统维护服务项目", f"{agency}关于堡垒机采购的公告"):
        assert parties_in(NoticeText(title, buyer=agency)) == Parties(None, None, "withheld")


def tried(title: str, buyer: str) -> tuple[str, ...]:
    notice = NoticeText(title, buyer=buyer)
    return names_to_try(notice, parties_in(notice))


def test_parts_of_the_buyer_are_tried_longest_first() -> None:
    title = "绍兴市中心医院医共体总院柯桥分院堡垒机采购项目公告"
    assert tried(title, "绍兴市中心医院") == ("绍兴市中心医院医共体总院柯桥分院", "绍兴市中心医院医共体总院")


@pytest.mark.parametrize(
    "title",
    [
        "韶关市第一人民医院智慧医院一期信息化建设项目",  # the project
        "韶关市第一人民医院韶关市第一人民医院堡垒机采购公告",  # the name twice
        "韶关市第一人民医院（市红十字会医院）堡垒机采购公告",  # another name of the same
        "韶关市第一人民医院关于市第二人民医院堡垒机的公告",
    ],
)
def test_what_is_no_part_of_the_buyer(title: str) -> None:
    assert tried(title, "韶关市第一人民医院") == ()


def test_behind_an_agency_any_name_is_tried() -> None:
    assert "广东省人民医院" in tried("-广东省人民医院互联网+智慧随访一体化平台", "国义招标股份有限公司")


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_names_few(title: str, buyer: str) -> None:
    assert len(tried(title, buyer)) <= 24
