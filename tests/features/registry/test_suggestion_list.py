"""The list under the search box: in every language, with nothing of a name or a query taken for markup."""

import pytest

from app.features.registry.records import OrganisationLine
from app.features.registry.suggestion_list import suggestion_list
from app.kit.text import Text
from app.web.translation import PageLanguage


def line(name: str = "昆明市第一人民医院", *, provenance: str = "observed") -> OrganisationLine:
    return OrganisationLine(
        public_id="a1",
        name=name,
        industry_code="healthcare",
        sub_industry_code=None,
        level_code=None,
        province="云南省",
        city="昆明市",
        district=None,
        provenance=provenance,
        industry=Text(zh="医疗卫生", en="Healthcare"),
        level=None,
        why=Text(zh="拼音", en="Pinyin"),
        highlights=((0, 2),),
    )


def shown(*lines: OrganisationLine, language: PageLanguage = "zh", degraded: bool = False) -> str:
    return suggestion_list(lines, query="网络<b>", degraded=degraded, language=language)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", ["医疗卫生", "云南省 昆明市", "拼音", "推定", "2 条建议，用上下键选择", "可能的单位"]),
        ("en", ["Healthcare", "Yunnan 昆明市", "Pinyin", "Derived", "2 suggestions; choose", "Matching"]),
        ("zh-hant", ["醫療衛生", "雲南省 昆明市", "拼音", "推定", "2 條建議", "可能的單位"]),
    ],
)
def test_a_line_says_who_it_is_and_why_it_is_there(language: PageLanguage, said: list[str]) -> None:
    html = shown(line(), line(provenance="derived"), language=language)
    assert [word for word in said if word not in html] == []
    assert html.count('data-href="/organisations/a1"') == 2
    assert html.count("<mark>") == 2


def test_one_suggestion_is_no_suggestions() -> None:
    assert "1 suggestion; choose" in shown(line(), language="en")


def test_only_a_derived_name_is_labelled() -> None:
    assert "label--prediction" not in shown(line())
    assert "label--prediction" in shown(line(provenance="derived"))


@pytest.mark.parametrize(("language", "notice"), [("zh", "搜索正在恢复"), ("en", "Search is recovering")])
def test_the_absence_of_the_engine_is_told(language: PageLanguage, notice: str) -> None:
    assert notice not in shown(line(), language=language)
    assert shown(line(), language=language, degraded=True).count(notice) == 2  # shown, and read out


def test_nothing_of_a_name_is_markup() -> None:
    html = shown(line('<img src=x onerror="1">医院'))
    assert "<img" not in html
    assert "&lt;im" in html.replace("<mark>", "").replace("</mark>", "")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh", '按名称“<span translate="no">网络&lt;b&gt;</span>”推断'),
        ("en", '“<span translate="no">网络&lt;b&gt;</span>”'),
        ("zh-hant", '按名稱“<span translate="no">网络&lt;b&gt;</span>”推斷'),
    ],
)
def test_what_was_typed_is_shown_escaped_and_as_typed(language: PageLanguage, expected: str) -> None:
    html = shown(language=language)
    assert expected in html
    assert 'data-href="/recognise?name=%E7%BD%91%E7%BB%9C%3Cb%3E"' in html
