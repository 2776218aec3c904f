import pytest

from search.analysis.regions import Region, cities_of, districts_of, match_regions, provinces


def read(text: str) -> list[tuple[str, str, str, str]]:
    return [
        (text[match.start : match.end], match.region.province, match.region.city, match.region.district)
        for match in match_regions(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("红河州第五人民医院", [("红河州", "云南省", "红河哈尼族彝族自治州", "")]),
        ("云南省红河州个旧市一中", [("云南省红河州个旧市", "云南省", "红河哈尼族彝族自治州", "个旧市")]),
        ("华兴(苏州)科技", [("苏州", "江苏省", "苏州市", "")]),
        ("华兴（蘇州）科技", [("蘇州", "江苏省", "苏州市", "")]),
        ("靑島市第八人民醫院", [("靑島市", "山东省", "青岛市", "")]),
        ("北京朝阳医院", [("北京朝阳", "北京市", "北京市", "朝阳区")]),
        ("北京大学", [("北京", "北京市", "", "")]),
        ("济源市公安局", [("济源市", "河南省", "", "济源市")]),
        ("招商银行股份有限公司北京分行", [("北京", "北京市", "", "")]),
        ("国家税务总局红河州税务局", [("红河州", "云南省", "红河哈尼族彝族自治州", "")]),
        (
            "吉安市公安局青原分局",
            [("吉安市", "江西省", "吉安市", ""), ("青原", "江西省", "吉安市", "青原区")],
        ),
        ("南京东路小学", []),
        ("沙河镇中学", []),
        ("东南通信股份", []),
        ("复旦大学附属中山医院", []),
        ("和平医院", []),
        ("河北新华医院", [("河北", "河北省", "", "")]),
        ("中国平安保险", []),
        ("阿里巴巴", []),
        ("阿里云计算有限公司", []),
        ("阿里健康", []),
        ("资源循环科技", []),
        ("阿里地区人民医院", [("阿里地区", "西藏自治区", "阿里地区", "")]),
        ("阿里医院", [("阿里", "西藏自治区", "阿里地区", "")]),
        ("西藏阿里医院", [("西藏阿里", "西藏自治区", "阿里地区", "")]),
    ],
)
def test_finds_regions_and_nothing_else(text: str, expected: list[tuple[str, str, str, str]]) -> None:
    assert read(text) == expected


def test_a_district_of_several_cities_has_alternatives_until_its_city_is_named() -> None:
    (several,) = match_regions("鼓楼区人民法院")
    others = {several.region.city} | {region.city for region in several.alternatives}
    assert others == {"南京市", "徐州市", "福州市", "开封市"}
    (one,) = match_regions("福州市鼓楼区人民法院")
    assert (one.region, one.alternatives) == (Region("福建省", "福州市", "鼓楼区"), ())


def test_levels() -> None:
    levels = [match_regions(text)[0].region.level for text in ("云南", "昆明", "个旧市", "重庆市")]
    assert levels == ["province", "city", "district", "province"]


def test_lists_of_divisions() -> None:
    assert len(provinces()) == 31
    assert cities_of("北京市") == ("北京市",)
    assert "海淀区" in districts_of("北京市", "北京市")
    assert districts_of("河南省", "") == ("济源市",)
    assert cities_of("no such province") == ()
