"""Place and level of a name, against the shipped rules."""

import pytest

from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.loading import load_pack
from app.features.knowledge.recognise import recognise


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_pack()


def place(name: str, catalogue: Catalogue) -> tuple[str | None, ...]:
    found = recognise(name, catalogue)
    return tuple(
        reading.value if reading else None for reading in (found.province, found.city, found.district)
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("云南省红河州第五人民医院", ("云南省", "红河哈尼族彝族自治州", None)),
        ("杭州市西湖区人民政府", ("浙江省", "杭州市", "西湖区")),
        ("北京大学第三医院", ("北京市", "北京市", None)),
        ("西安市环保局灞桥分局", ("陕西省", "西安市", "灞桥区")),
        ("上海浦东发展银行股份有限公司杭州分行", ("浙江省", "杭州市", None)),
        ("中国电信股份有限公司顺昌分公司", ("福建省", "南平市", "顺昌县")),
        ("某某科技有限公司", (None, None, None)),
    ],
)
def test_the_place_is_read(name: str, expected: tuple[str | None, ...], catalogue: Catalogue) -> None:
    assert place(name, catalogue) == expected


def test_a_campus_called_like_a_far_county_stays_with_its_parent(catalogue: Catalogue) -> None:
    assert place("天津市儿童医院（龙岩院区）", catalogue)[0] == "天津市"


def test_of_several_districts_of_one_name_none_is_given(catalogue: Catalogue) -> None:
    found = recognise("鼓楼区教育局", catalogue)
    assert (found.city, found.district) == (None, None)
    assert found.province is not None
    assert found.province.confidence < 0.5
    assert "同名地区" in found.province.rule.zh
    assert "places" in found.province.rule.en


def test_a_short_place_is_less_sure_than_an_official_one(catalogue: Catalogue) -> None:
    short, official = recognise("佛山小学", catalogue).city, recognise("佛山市第一小学", catalogue).city
    assert short is not None
    assert official is not None
    assert short.confidence < official.confidence


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("湖北省民政厅", "provincial"),
        ("重庆市民政局", "provincial"),
        ("云南省市场监督管理局", "provincial"),
        ("武汉市民政局", "municipal"),
        ("成华区民政局", "county"),
        ("乌苏市民政局", "county"),
        ("丹江口市丁家营镇人民政府", "township"),
        ("国家税务总局", "national"),
        ("浙江省公安厅", "provincial"),
        ("成都市公安局高新分局", "county"),
        ("达州市公安局", "municipal"),
        ("南京市湖南路派出所", "station"),
        ("交警高新分局大源中队", "station"),
        ("岳阳临湘市人民法院", "county"),
        ("清华大学", "undergraduate"),
        ("广州市第二中学", "k12"),
        ("岷县人民医院", "secondary"),
        ("中国银行长沙分行", "branch"),
    ],
)
def test_the_level_is_a_weak_guess(name: str, level: str, catalogue: Catalogue) -> None:
    found = recognise(name, catalogue).level
    assert found is not None
    assert found.value == level
    assert found.confidence <= 0.6
    assert "弱证据" in found.rule.zh
    assert "weak evidence" in found.rule.en


def test_every_level_read_is_one_of_its_industry(catalogue: Catalogue) -> None:
    for name in ("国家公安局", "公安部", "云南省人民检察院", "北京市戒毒所", "中央电视台"):
        found = recognise(name, catalogue)
        codes = {level.code for level in catalogue.industries[found.industry.value].levels}
        assert found.level is None or found.level.value in codes
