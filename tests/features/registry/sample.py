"""Organisations for tests, in the columns of the import format."""

from app.features.registry.import_file import COLUMNS

__all__ = ["COLUMNS", "HOSPITAL", "ROWS", "UNGRADED", "Row"]

Row = dict[str, str]

HOSPITAL: Row = {
    "name": "北京大学第三医院",
    "short_names": "北医三院",
    "industry": "healthcare",
    "sub_industry": "医院",
    "province": "北京市",
    "city": "北京市",
    "level": "三级甲等",
    "source": "hhui64/wuhan2020map;一份没有许可的名单",
    "industry_basis": "source",
    "name_basis": "observed",
    "region_basis": "source",
}


def _bureau(name: str, province: str, city: str, district: str) -> Row:
    return {
        "name": name,
        "industry": "government",
        "sub_industry": "卫生主管部门",
        "province": province,
        "city": city,
        "district": district,
        "level": "县区级",
        "source": "derived:modood/Administrative-divisions-of-China",
        "industry_basis": "inferred",
        "name_basis": "derived",
        "region_basis": "source",
    }


def _school(city: str, province: str, district: str) -> Row:
    return {
        "name": "实验小学",
        "industry": "education",
        "sub_industry": "中小学/中职",
        "province": province,
        "city": city,
        "district": district,
        "source": "学校名单",
        "industry_basis": "source",
        "name_basis": "observed",
        "region_basis": "source",
    }


# Its grade is not stated; only the name suggests one.
UNGRADED: Row = {
    "name": "武穴市第一人民医院",
    "industry": "healthcare",
    "source": "hankcs/HanLP@1.x(机构名词典)",
    "industry_basis": "source",
}
ROWS: tuple[Row, ...] = (
    HOSPITAL,
    {**HOSPITAL, "name": "北京大学第一医院", "short_names": "北大医院"},
    {**HOSPITAL, "name": "北京大学人民医院", "short_names": ""},
    {
        **HOSPITAL,
        "name": "四川大学华西医院",
        "short_names": "华西医院",
        "province": "四川省",
        "city": "成都市",
    },
    {
        "name": "北京大学",
        "short_names": "北大",
        "industry": "education",
        "sub_industry": "高等教育",
        "province": "北京市",
        "level": "本科;985;211;双一流",
        "source": "curated(手工整理的公开常识，非抓取)",
        "industry_basis": "source",
        "name_basis": "observed",
    },
    {"name": "中国工商银行股份有限公司", "short_names": "工行|ICBC", "source": "名单"},
    _school("本溪市", "辽宁省", "南芬区"),
    _school("成都市", "四川省", "青羊区"),
    _bureau("方山县卫生健康局", "山西省", "吕梁市", "方山县"),
    _bureau("弥勒市卫生健康局", "云南省", "红河哈尼族彝族自治州", "弥勒市"),
    {"name": "方山县财政局", "source": "hankcs/HanLP@1.x(机构名词典)"},
    {"name": "长风万里文化", "source": "名单", "province": "上海市", "city": "上海市"},
)
