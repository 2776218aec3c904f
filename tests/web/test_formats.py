"""Numbers, dates, amounts in both languages."""

from datetime import date

import pytest

from app.kit.places import PROVINCE_NAMES
from app.kit.text import Language
from app.web import formats
from search.analysis.regions import provinces


@pytest.mark.parametrize(
    ("language", "low", "high", "expected"),
    [
        ("zh", 400_000, 3_000_000, "40–300 万元"),
        ("zh", 150_000, 12_500_000, "15–1,250 万元"),
        ("zh", 100_000_000, 250_000_000, "1–2.5 亿元"),
        ("en", 400_000, 3_000_000, "CNY 0.4–3 million"),
        ("en", 50_000, 800_000, "CNY 50,000–800,000"),
    ],
)
def test_budget(language: Language, low: int, high: int, expected: str) -> None:
    assert formats.budget(language, low, high).replace("\u00a0", " ") == expected


@pytest.mark.parametrize(
    ("language", "yuan", "expected"),
    [
        ("zh", 9_800, "9,800 元"),
        ("zh", 1_234_500, "123.45 万元"),
        ("zh", 250_000_000, "2.5 亿元"),
        ("en", 9_800, "CNY 9,800"),
        ("en", 1_234_500, "CNY 1.23 million"),
    ],
)
def test_amount(language: Language, yuan: int, expected: str) -> None:
    assert formats.amount(language, yuan).replace("\u00a0", " ") == expected


@pytest.mark.parametrize(("language", "expected"), [("zh", "浙江省 杭州市"), ("en", "Zhejiang 杭州市")])
def test_provinces_have_english_names(language: Language, expected: str) -> None:
    assert formats.filters(language)["place"]("浙江省 杭州市") == expected


@pytest.mark.parametrize(
    ("share", "expected"), [(0.776, "78%"), (0.999, "99%"), (0.001, "1%"), (1.0, "100%"), (0.0, "0%")]
)
def test_an_estimate_never_reads_as_certain(share: float, expected: str) -> None:
    assert formats.percent("en", share) == expected


def test_day_carries_the_machine_readable_date() -> None:
    moment = date(2025, 3, 1)
    assert formats.day("zh", moment) == '<time datetime="2025-03-01">2025年3月1日</time>'
    assert formats.day("en", moment) == '<time datetime="2025-03-01">1 March 2025</time>'


def test_an_approximate_day_shows_only_the_year() -> None:
    shown = formats.day("en", date(2025, 1, 1), approximate=True)
    assert shown == '<time datetime="2025">about 2025</time>'


def test_highlight_marks_the_offsets_and_escapes_the_rest() -> None:
    shown = formats.highlight("<b>北京大学第三医院", ((3, 5), (7, 9)))
    assert shown == "&lt;b&gt;<mark>北京</mark>大学<mark>第三</mark>医院"


def test_every_province_of_the_registry_has_an_english_name() -> None:
    assert set(provinces()) <= set(PROVINCE_NAMES)
