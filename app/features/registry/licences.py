"""The sources whose stated licence lets the shipped pack use them, and which columns each one gives.

Sources that state no licence are absent: what only they say is never shipped. Why, source by source:
docs/decisions/shipped-registry.md.
"""

from dataclasses import dataclass

from app.kit.text import Text

# Rows that an operator brings in and that name no source.
OPERATOR = "own"
_OPERATOR = Text(zh="本站运营方提供", en="provided by the operator of this site")
_NONE: frozenset[str] = frozenset()
_NAME = frozenset({"name"})
_NAME_PROVINCE = _NAME | {"province"}
_NAME_CITY = _NAME_PROVINCE | {"city"}
_OWN = _NAME | {"level", "short_names", "industry", "sub_industry"}
_COMPOSED = _NAME_CITY | _OWN | {"district"}

OWN_WORK = "curated(手工整理的公开常识，非抓取)"
WELL_KNOWN = "curated(手工整理的知名机构)"
DIVISIONS = "derived:modood/Administrative-divisions-of-China"
LISTED_COMPANIES = "yymsunday/finance_assessment"
STOCK_WORDS = "henrylin99/stock_web_app"  # industry words of listed companies
DICTIONARY = "hankcs/HanLP@1.x(机构名词典)"
UNIVERSITIES = "lcandy2/Chinese-Universities-with-Website"


@dataclass(frozen=True, slots=True)
class LicensedSource:
    """`columns` are those of the import format that this source itself gives; `lists` is the industry
    that all it names belong to, because it is a list of hospitals, say; `label` names it to readers."""

    key: str
    version: str
    licence: str
    columns: frozenset[str]
    label: Text
    lists: str | None = None


_SOURCES = (
    LicensedSource(
        OWN_WORK,
        "2026-11-22",
        "own work",
        _OWN,
        Text(zh="ToP 团队手工整理", en="compiled by hand by the ToP team"),
    ),
    LicensedSource(
        WELL_KNOWN,
        "2026-11-22",
        "own work",
        _NAME_CITY | _OWN,
        Text(zh="ToP 团队手工整理的知名机构", en="well-known bodies, compiled by hand by the ToP team"),
    ),
    LicensedSource(
        DIVISIONS,
        "57a0aa9 (2024-11-28)",
        "WTFPL / MIT",
        _COMPOSED,
        Text(
            zh="按行政区划组成（数据：modood/Administrative-divisions-of-China）",
            en="composed from the administrative divisions (data: modood/Administrative-divisions-of-China)",
        ),
    ),
    LicensedSource(
        LISTED_COMPANIES,
        "82f6f35 (2026-01-12)",
        "CC0-1.0",
        _NAME_CITY | {"scale"},
        Text(
            zh="上市公司名单 yymsunday/finance_assessment",
            en="listed companies, yymsunday/finance_assessment",
        ),
    ),
    LicensedSource(
        STOCK_WORDS,
        "c5fa6c2 (2026-04-16)",
        "MIT",
        _NONE,
        Text(
            zh="上市公司行业 henrylin99/stock_web_app",
            en="industries of listed companies, henrylin99/stock_web_app",
        ),
    ),
    LicensedSource(
        UNIVERSITIES,
        "4df1e87 (2023-10-09)",
        "MIT",
        _NAME_PROVINCE,
        Text(
            zh="高校名单 lcandy2/Chinese-Universities-with-Website",
            en="list of universities, lcandy2/Chinese-Universities-with-Website",
        ),
        lists="education",
    ),
    LicensedSource(
        "hhui64/wuhan2020map",
        "fd2a277 (2020-02-12)",
        "MIT",
        _NAME_CITY,
        Text(zh="医院名单 hhui64/wuhan2020map", en="list of hospitals, hhui64/wuhan2020map"),
        lists="healthcare",
    ),
    LicensedSource(
        "wuhan2020/wuhan2020",
        "caa5692 (2020-10-01)",
        "MIT",
        _NAME,
        Text(zh="医院名单 wuhan2020/wuhan2020", en="list of hospitals, wuhan2020/wuhan2020"),
        lists="healthcare",
    ),
    LicensedSource(
        "SYSU-AIlab/Crimson-Diary",
        "c354771 (2024-05-25)",
        "ISC",
        _NAME_CITY | {"level"},
        Text(
            zh="杭州医院名单 SYSU-AIlab/Crimson-Diary", en="hospitals of Hangzhou, SYSU-AIlab/Crimson-Diary"
        ),
        lists="healthcare",
    ),
    LicensedSource(
        DICTIONARY,
        "dadd5c76 (2024-12-28)",
        "Apache-2.0",
        _NAME,
        Text(zh="机构名词典 hankcs/HanLP 1.x", en="dictionary of organisations, hankcs/HanLP 1.x"),
    ),
)
LICENSED: dict[str, LicensedSource] = {source.key: source for source in _SOURCES}


def attribution(key: str, licence: str | None) -> Text:
    """A source as readers see it, with its licence where it states one; an unknown one by its key."""
    known = LICENSED.get(key)
    label = known.label if known else _OPERATOR if key == OPERATOR else Text(zh=key, en=key)
    if licence is None or key in (OWN_WORK, WELL_KNOWN):
        return label
    return Text(zh=f"{label.zh} · {licence}", en=f"{label.en} · {licence}")
