"""Which needs are read from a notice: made up in the words of real ones, one rule or trap at a time."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.loading import load_pack
from app.features.knowledge.notices import NoticeText, needs_in
from app.features.knowledge.notices.phrases import folded, phrase_of

CARRIER = "中国移动海岛公司"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_pack()


def _slugs(catalogue: Catalogue, title: str, content: str = "", buyer: str = "") -> set[str]:
    return {found.need for found in needs_in(catalogue, NoticeText(title, content, buyer))}


SPEAKING = {
    "level of the title": ("某县门户网站二级等保测评服务项目", "", "", {"mlps-l2"}),
    "level unknown": ("海岛市图书馆信息系统等保测评服务", "", "", {"mlps-l3"}),
    "theatre behaviour": ("海岛市人民医院手术室行为管理系统采购公告", "", "", {"hospital-operation-hrp"}),
    "lockers of a theatre": ("海岛市人民医院手术室智能更衣柜采购公告", "", "", set()),
    "a system for them": ("海岛市人民医院手术衣鞋智能管理系统采购公告", "", "", {"hospital-operation-hrp"}),
    "maintenance in own words": ("某局MPP数据库维护服务询比公告", "", "", {"it-outsourcing-service"}),
    "cameras in own words": ("某校园监控设施补盲项目询比公告", "", "", {"video-surveillance"}),
    "web behaviour": ("海岛市财政局上网行为管理系统采购", "", "", {"internet-behavior-audit"}),
    "two needs of one system": (
        "海岛市人民医院手术麻醉信息系统升级",
        "",
        "",
        {"emr-upgrade", "his-modernization"},
    ),
    "full width letters": ("海岛市人民医院ＨＩＳ系统采购", "", "", {"his-modernization"}),
    "words of the content": (
        "海岛市公卫网配套设备采购项目",
        "采购防火墙20台、交换机19台",
        CARRIER,
        {"boundary-firewall", "campus-network-upgrade"},
    ),
    "gap between the words": (
        "海岛分公司2026年云平台主机专业运维技术服务",
        "",
        CARRIER,
        {"it-outsourcing-service"},
    ),
}
SILENT = {
    "canteen": ("中国铁塔海岛分公司职工食堂食材及视频监控配套项目", "", CARRIER),
    "cake vouchers": ("海岛移动员工生日蛋糕券采购", "信息系统 防火墙", CARRIER),
    "advertising": ("海岛移动2026年电视媒介广告采购项目", "", CARRIER),
    "works of the network": ("海岛移动2026年数据中心光缆敷设工程", "", CARRIER),
    "letters that begin a word": ("OASIS 品牌矿泉水采购", "", ""),
    "letters that end a word": ("COCOA 品牌饮料采购", "", ""),
    "furniture": ("海岛市人民医院办公家具采购", "", ""),
    "washing": ("海岛市人民医院医用织物洗涤服务", "", ""),
    "nothing but IT": ("海岛市人民医院信息化建设项目", "", ""),
    "empty": ("", "", ""),
}


@pytest.mark.parametrize("name", SPEAKING)
def test_words_that_speak_of_a_need_give_it(catalogue: Catalogue, name: str) -> None:
    title, content, buyer, needs = SPEAKING[name]
    assert _slugs(catalogue, title, content, buyer) == needs


@pytest.mark.parametrize("name", SILENT)
def test_purchases_that_are_none_of_ours_give_nothing(catalogue: Catalogue, name: str) -> None:
    assert _slugs(catalogue, *SILENT[name]) == set()


def test_a_rule_of_one_setting_holds_nowhere_else(catalogue: Catalogue) -> None:
    assert _slugs(catalogue, "海岛中学校园一卡通系统采购") == {"campus-card-platform"}
    assert "campus-card-platform" not in _slugs(catalogue, "海岛港一卡通系统采购")


def test_words_of_the_content_weigh_less_than_those_of_the_title(catalogue: Catalogue) -> None:
    (spoken,) = needs_in(catalogue, NoticeText("海岛市数据局堡垒机采购"))
    (mentioned,) = needs_in(catalogue, NoticeText("海岛市数据局设备采购", content="包含堡垒机一台"))
    assert spoken.need == mentioned.need == "bastion-host"
    assert 0 < mentioned.weight < spoken.weight <= 1
    assert spoken.matched == "堡垒机"
    assert spoken.rule == "bastion"


def test_a_need_that_the_catalogue_in_use_lacks_is_left_out(catalogue: Catalogue) -> None:
    smaller = replace(catalogue, needs={k: v for k, v in catalogue.needs.items() if k != "bastion-host"})
    assert _slugs(smaller, "海岛市数据局堡垒机和日志审计采购") == {"log-audit"}


@given(title=st.text(max_size=80), content=st.text(max_size=200), buyer=st.text(max_size=20))
def test_any_text_is_read_the_same_twice(catalogue: Catalogue, title: str, content: str, buyer: str) -> None:
    notice = NoticeText(title, content, buyer)
    found = needs_in(catalogue, notice)
    assert found == needs_in(catalogue, notice)
    assert len({one.need for one in found}) == len(found)
    assert all(0 < one.weight <= 1 and one.need in catalogue.needs for one in found)


@pytest.mark.parametrize("length", [5_000, 200_000])
def test_a_title_of_any_length_is_read(catalogue: Catalogue, length: int) -> None:
    assert "bastion-host" in _slugs(catalogue, "堡垒机" + "数据中心" * (length // 4))


@given(st.lists(st.sampled_from(["等保", "防火墙", "，", "a", "oa", " ", "服务"]), max_size=12).map("".join))
def test_a_phrase_is_found_exactly_where_its_words_stand(text: str) -> None:
    plain = folded(text)
    assert (phrase_of("防火墙").found_in(plain) is not None) == ("防火墙" in plain)
    gap = phrase_of("等保…服务").found_in(plain)
    assert gap is None or (gap.startswith("等保") and gap.endswith("服务") and "," not in gap)
