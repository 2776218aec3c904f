"""Names as people type them, against the shipped rules."""

import re
from dataclasses import replace

import pytest

from app.features.knowledge.catalogue import Catalogue, NamePattern
from app.features.knowledge.loading import load_pack
from app.features.knowledge.recognise import recognise
from app.features.knowledge.recognition import Reading


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_pack()


def value(reading: Reading | None) -> str | None:
    return reading.value if reading else None


@pytest.mark.parametrize(
    ("name", "industry", "sub_industry"),
    [
        ("红河州第五人民医院", "healthcare", "tertiary_hospital"),
        ("龙海市东泗卫生院", "healthcare", "primary_care"),
        ("苏州大学附属中学", "education", "k12"),
        ("清华大学", "education", "university"),
        ("内蒙古北方职业技术学院", "education", "vocational"),
        ("青羊区教育局", "education", "edu_admin"),
        ("中共宿州市委党校", "government", "general_office"),
        ("福州市卫生健康委员会", "government", "hrss_civil_med"),
        ("安徽省交通运输厅", "government", "housing_transport_auth"),
        ("石家庄市裕华区国税局", "government", "market_tax_customs"),
        ("桂阳县公安局鹿峰派出所", "public_security", "police"),
        ("北京市第一中级人民法院", "public_security", "court"),
        ("福建省检察院", "public_security", "procuratorate"),
        ("浙江遂昌农村商业银行", "finance", "bank"),
        ("东吴证券股份有限公司", "finance", "securities_futures"),
        ("中国人民银行南京分行", "finance", "regulator_exchange"),
        ("中国联通江西省分公司", "telecom_media", "carrier"),
        ("山东省电视台", "telecom_media", "broadcast_tv"),
        ("中国皮革协会", "other", "ngo"),
        ("四川省博物院", "culture_tourism", "museum_library"),
    ],
)
def test_an_institution_is_read_from_its_name(
    name: str, industry: str, sub_industry: str, catalogue: Catalogue
) -> None:
    found = recognise(name, catalogue)
    assert (found.industry.value, value(found.sub_industry)) == (industry, sub_industry)
    assert found.industry.confidence >= 0.85
    assert not found.is_ambiguous


@pytest.mark.parametrize(
    ("name", "industry"),
    [
        ("公安县人民医院", "healthcare"),
        ("荆州市公安县财政局", "government"),
        ("台州市路桥区市场监督管理局", "government"),
        ("湖北省武警医院", "healthcare"),
        ("中国人民公安大学", "education"),
        ("海南出入境检验检疫局", "government"),
        ("安徽省体育局", "government"),
        ("广州市农业局畜牧处", "government"),
        ("山东石油机械有限公司", "manufacturing"),
        ("江西某某煤矿机械股份有限公司", "manufacturing"),
        ("深圳市银行学校", "education"),
        ("某某医院管理有限公司", "healthcare"),
        ("苏州工业园区管理委员会", "government"),
        ("中国工商银行股份有限公司信阳羊山支行", "finance"),
    ],
)
def test_the_deciding_word_wins_over_an_earlier_one(name: str, industry: str, catalogue: Catalogue) -> None:
    assert recognise(name, catalogue).industry.value == industry


@pytest.mark.parametrize(
    "typed",
    [
        "靑島市第八人民醫院",
        "青岛市 第八人民医院",
        "青岛市第八人民医院（东院区）",
        "【青岛市第八人民医院】",
        "青岛市第八人民医院",
    ],
)
def test_spelling_and_branch_do_not_change_what_is_read(typed: str, catalogue: Catalogue) -> None:
    found = recognise(typed, catalogue)
    assert value(found.industry) == "healthcare"
    assert value(found.sub_industry) == "tertiary_hospital"
    assert (value(found.province), value(found.city)) == ("山东省", "青岛市")
    assert found.name == typed


def test_full_width_letters_and_a_site_are_folded(catalogue: Catalogue) -> None:
    assert recognise("ＸＸ医院东院区", catalogue).industry == recognise("XX医院", catalogue).industry


def test_a_place_in_brackets_does_not_hide_the_business(catalogue: Catalogue) -> None:
    bracketed = recognise("海致信息科技（上海）有限公司", catalogue)
    assert bracketed.industry == recognise("海致信息科技有限公司", catalogue).industry
    assert value(bracketed.province) == "上海市"


@pytest.mark.parametrize("name", ["诺禾致源科技股份有限公司", "某某实业发展有限公司", "华远控股集团"])
def test_a_company_whose_name_says_nothing_is_other(name: str, catalogue: Catalogue) -> None:
    found = recognise(name, catalogue)
    assert found.industry.value == "other"
    assert found.industry.confidence < 0.5
    assert found.alternatives == ()


def test_a_hint_below_one_half_is_no_answer(catalogue: Catalogue) -> None:
    hint = NamePattern(re.compile("晨光"), 0.49)
    energy = replace(catalogue.industries["energy"], name_patterns=(hint,))
    hinting = replace(catalogue, industries={**catalogue.industries, "energy": energy})
    assert recognise("晨光", hinting).industry.value == "other"
    stronger = replace(energy, name_patterns=(replace(hint, weight=0.5),))
    told = replace(catalogue, industries={**catalogue.industries, "energy": stronger})
    assert recognise("晨光", told).industry.value == "energy"


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("天津滨海能源发展股份有限公司", "energy", "manufacturing"),
        ("苏州叠纸网络科技股份有限公司", "technology", "telecom_media"),
        ("南京医药股份有限公司", "manufacturing", "retail_services"),
    ],
)
def test_two_close_readings_give_a_choice(name: str, first: str, second: str, catalogue: Catalogue) -> None:
    found = recognise(name, catalogue)
    assert found.is_ambiguous
    assert (found.industry.value, [reading.value for reading in found.alternatives]) == (first, [second])
    assert 0 <= found.industry.confidence - found.alternatives[0].confidence < 0.1


@pytest.mark.parametrize(
    "junk",
    [
        "",
        " ",
        "。",
        "🎉🎉",
        "\x00\x1b[31m",
        "\ud800",
        "1",
        "'; DROP TABLE organisations;--",
        "<b>",
        "甲" * 10_000,
    ],
)
def test_junk_is_other_and_never_an_error(junk: str, catalogue: Catalogue) -> None:
    found = recognise(junk, catalogue)
    assert found.industry.value == "other"
    assert found.industry.confidence < 0.5
    assert found.name == junk


def test_only_the_head_of_an_endless_name_is_read(catalogue: Catalogue) -> None:
    assert recognise("甲" * 100 + "人民医院", catalogue).industry.value == "other"
    assert recognise("甲" * 50 + "人民医院", catalogue).industry.value == "healthcare"


def test_every_rule_is_told_in_both_languages(catalogue: Catalogue) -> None:
    found = recognise("云南省红河州第五人民医院", catalogue)
    assert found.industry.rule.zh == '名称主体以"医院"结尾'
    assert found.industry.rule.en == 'the name proper ends with "医院"'
    assert found.province is not None
    assert found.province.rule.zh == '名称含地名"云南省红河州"'
    assert found.province.rule.en == 'the name contains the place "云南省红河州"'


def test_every_reading_is_marked_as_read_from_the_name(catalogue: Catalogue) -> None:
    found = recognise("成都市公安局", catalogue)
    readings = (found.industry, found.sub_industry, found.level, found.province, found.city)
    assert [reading.basis for reading in readings if reading] == ["name"] * 5


@pytest.mark.parametrize(
    ("name", "industry"),
    [
        ("北京移动网上营业厅", "other"),
        ("国家大剧院音乐厅", "culture_tourism"),
        ("北京大学中国政府", "education"),
        ("某某巴士有限公司办公室", "other"),
        ("浙江工业大学宣传部", "education"),
        ("海南现代医院宣传部", "healthcare"),
        ("志丹县国有资产管理中心", "government"),
        ("云南省交通运输厅", "government"),
        ("大学城街道人民政府", "government"),
        ("宝鸡市委办公室", "government"),
        ("河北省委宣传部", "government"),
    ],
)
def test_an_office_counts_as_government_only_where_it_is_no_part_of_another_body(
    name: str, industry: str, catalogue: Catalogue
) -> None:
    assert recognise(name, catalogue).industry.value == industry


@pytest.mark.parametrize("short", ["中国", "中国农业", "交通", "招商", "中国民生", "兴业", "上海浦东发展"])
def test_a_national_bank_is_of_the_highest_level(short: str, catalogue: Catalogue) -> None:
    assert value(recognise(f"{short}银行股份有限公司", catalogue).level) == "state_owned_major"
    assert value(recognise(f"{short}银行股份有限公司杭州分行", catalogue).level) == "branch"


@pytest.mark.parametrize(
    "name",
    [
        "三井住友银行（中国）有限公司",
        "东亚银行(中国)有限公司",
        "中国银行业监督管理委员会",
        "中国银行保险监督管理委员会",
        "中国银行间市场交易商协会",
        "志丹县国有资产管理中心",
    ],
)
def test_a_foreign_bank_or_a_supervisor_is_no_national_bank(name: str, catalogue: Catalogue) -> None:
    assert value(recognise(name, catalogue).level) != "state_owned_major"


def test_a_county_education_bureau_is_of_county_level(catalogue: Catalogue) -> None:
    level = value(recognise("磐安县教育局", catalogue).level)
    names = {one.code: one.name for one in catalogue.industries["education"].levels}
    assert level == "county"
    assert (names[level].zh, names[level].en) == ("县区级", "County/district level")
