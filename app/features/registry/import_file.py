"""The columns of a file of organisations, in our names and in the words people use."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from app.features.registry.tables import Accepted, Reading, Record, open_table
from app.features.registry.tables.text import MAX_LINE

__all__ = ["COLUMNS", "MAX_LINE", "ORGANISATIONS", "Record", "open_organisations", "read_records"]

COLUMNS = (
    "name",
    "short_names",
    "industry",
    "sub_industry",
    "province",
    "city",
    "level",
    "source",
    "industry_basis",
    "name_basis",
    "region_basis",
    "district",
    "code",
    "scale",
)
# As Excel files of partners and of public lists head them. 地区 is absent: it may be any division.
_WORDS: Mapping[str, tuple[str, ...]] = {
    "name": (
        *("单位名称", "客户名称", "企业名称", "公司名称", "机构名称", "组织名称", "医院名称", "学校名称"),
        *("单位全称", "公司全称", "企业全称", "客户全称", "机构全称", "全称", "名称", "单位", "客户", "企业"),
        *("company", "company name", "organisation", "organization", "organisation name"),
        *("organization name", "customer", "customer name", "account name", "full name"),
    ),
    "short_names": (
        *("简称", "单位简称", "公司简称", "企业简称", "客户简称", "机构简称", "别名", "曾用简称"),
        *("short name", "short names", "alias", "aliases", "abbreviation"),
    ),
    "industry": ("行业", "所属行业", "行业分类", "行业类别", "industry code", "sector"),
    "sub_industry": (
        "细分行业",
        "子行业",
        "二级行业",
        "行业细分",
        "单位类型",
        "机构类型",
        "sub industry",
        "subsector",
    ),
    "province": ("省份", "省", "所在省", "所在省份", "所属省份", "省级", "province name", "state"),
    "city": ("城市", "市", "所在市", "所在城市", "所属城市", "地市", "地级市", "city name", "town"),
    "district": ("区县", "县区", "区/县", "县", "区", "所在区县", "county", "district name"),
    "level": ("级别", "等级", "单位级别", "医院等级", "行政级别", "办学层次", "grade"),
    "source": ("来源", "数据来源", "信息来源", "data source"),
    "code": ("代码", "股票代码", "单位代码", "机构代码", "统一社会信用代码", "学校标识码"),
    "scale": ("规模", "人数", "员工人数", "企业规模", "床位数", "size", "employees"),
}
ORGANISATIONS = Accepted(fields=COLUMNS, required=("name",), words=_WORDS)


def open_organisations(
    path: Path, *, mapping: Mapping[str, str] | None = None, sheet: str | None = None
) -> Reading:
    """A file of organisations: CSV or Excel. Raises FileRefused."""
    return open_table(path, ORGANISATIONS, mapping=mapping, sheet=sheet)


def read_records(path: Path) -> Iterator[tuple[int, Record | None]]:
    """Rows by their number in the file, None where a row has the wrong number of fields.

    Raises FileRefused for what makes the whole file unreadable.
    """
    yield from open_organisations(path).records()
