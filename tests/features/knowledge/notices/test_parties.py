"""Who buys, and for whom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.features.knowledge.notices import NoticeText, Parties, parties_in

CASES = {
    "a buyer of its own": (
        "海口市人民医院手术室行为管理系统采购公告",
        "海口市人民医院",
        Parties("海口市人民医院", None, "stated"),
    ),
    "a bank for a hospital": (
        "中国建设银行武汉市第一医院数字医院项目",
        "中国建设银行股份有限公司湖北省分行",
        Parties("中国建设银行股份有限公司湖北省分行", "武汉市第一医院", "title"),
    ),
    "a carrier for a college": (
        "福建移动征集泉州分公司2026年泉州轻工职业学院智慧校园采购项目采购技术规范等文件意见的公告",
        "中国移动",
        Parties("中国移动", "泉州轻工职业学院", "title"),
    ),
    "a carrier for a company": (
        "2026年中国电信龙岩分公司龙岩市朗迅金属表面处理有限公司数字化改造项目询比失败公示",
        "中国电信龙岩分公司",
        Parties("中国电信龙岩分公司", "龙岩市朗迅金属表面处理有限公司", "title"),
    ),
    "a carrier for a government": (
        "中国移动衢州分公司2026年常山县电子政务外网备网服务项目_询比公告",
        "中国移动衢州分公司",
        Parties("中国移动衢州分公司", "常山县人民政府", "title"),
    ),
    "an agency for a hospital": (
        "广东省人民医院信息前台运维服务项目",
        "国义招标股份有限公司",
        Parties("国义招标股份有限公司", "广东省人民医院", "title"),
    ),
    "a builder for a hospital": (
        "浙江大学医学院附属第一医院宿州分院信息化建设项目招标公告",
        "安徽安创环保集团有限公司",
        Parties("安徽安创环保集团有限公司", "浙江大学医学院附属第一医院宿州分院", "title"),
    ),
    "a carrier for itself": (
        "中国移动江西公司2026年迪普网络设备原厂维保采购项目_直接采购信息公告",
        "中国移动江西公司",
        Parties("中国移动江西公司", None, "stated"),
    ),
    "a customer that the title hides": (
        "2026年中国电信三明分公司明溪县某单位门户网二级等保咨询测评项目",
        "中国电信三明分公司",
        Parties(None, None, "withheld"),
    ),
    "a buyer in the title alone": (
        "兰州大学第一医院手术行为管理系统采购项目",
        "",
        Parties("兰州大学第一医院", None, "title"),
    ),
    "a company that is no agent": (
        "海岛制药有限公司ERP系统采购",
        "海岛制药有限公司",
        Parties("海岛制药有限公司", None, "stated"),
    ),
    "a name written twice": (
        "被服洗涤",
        "济南市第七人民医院济南市第七人民医院",
        Parties("济南市第七人民医院", None, "stated"),
    ),
    "nobody": ("手术行为管理系统", "", Parties(None, None, "none")),
    "a buyer without a name": ("两楼标准一体化手术室招标公告", "某单位", Parties(None, None, "none")),
}


@pytest.mark.parametrize("name", CASES)
def test_parties_are_read_from_buyer_and_title(name: str) -> None:
    title, buyer, parties = CASES[name]
    assert parties_in(NoticeText(title, buyer=buyer)) == parties


@given(title=st.text(max_size=60), buyer=st.text(max_size=30))
def test_any_text_names_no_party_that_it_does_not_hold(title: str, buyer: str) -> None:
    parties = parties_in(NoticeText(title, buyer=buyer))
    assert parties == parties_in(NoticeText(title, buyer=buyer))
    assert parties.end_user is None or parties.basis == "title"


@pytest.mark.parametrize("filler", ["关于", "中国移动", "2026年", "银行", "分公司", "("])
def test_a_hostile_title_is_read_quickly(filler: str) -> None:
    parties_in(NoticeText(filler * 5_000, buyer="中国移动"))
