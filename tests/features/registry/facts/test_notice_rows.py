"""From a record to a notice: dates, amounts, odd characters, misplaced columns."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.features.registry.facts.amounts import amount_of
from app.features.registry.facts.notice_rows import parse_notice, tidy
from app.features.registry.facts.shape import FIELDS, GIVEN_SHAPE, NoticeShape
from app.features.registry.import_problems import Problem
from app.kit.text import Text

TODAY = date(2026, 11, 22)
RECORD = {
    "title": "某医院堡垒机采购公告",
    "published_on": "2025-03-01",
    "source": "公告集",
    "buyer": "某市人民医院",
    "province": "云南省",
}


def parsed(shape: NoticeShape = GIVEN_SHAPE, **fields: str) -> tuple[object, list[Problem]]:
    return parse_notice(7, RECORD | fields, shape, today=TODAY)


def refusal(**fields: str) -> tuple[str, str]:
    row, problems = parsed(**fields)
    assert row is None
    (problem,) = problems
    assert problem.refuses
    assert problem.row == 7
    return problem.field, problem.reason.en


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-03-01", date(2025, 3, 1)),
        ("2025/3/1", date(2025, 3, 1)),
        ("2025年3月1日", date(2025, 3, 1)),
        ("2025.03.01", date(2025, 3, 1)),
        ("20250301", date(2025, 3, 1)),
        ("2025-03-01 09:30:00", date(2025, 3, 1)),
        ("2025-03-01T09:30:00Z", date(2025, 3, 1)),
        ("2000-01-01", date(2000, 1, 1)),
        ("2026-11-24", date(2026, 11, 24)),
    ],
)
def test_days_in_the_usual_writings(text: str, day: date) -> None:
    row, problems = parsed(published_on=text)
    assert (row.published_on, problems) == (day, [])  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0202-03-01", "the year is before 2000: 0202-03-01"),
        ("1999-12-31", "the year is before 2000: 1999-12-31"),
        ("2099-01-01", "no notice is published in the future: at most 2 days ahead, is 2099-01-01"),
        ("2026-11-25", "no notice is published in the future: at most 2 days ahead, is 2026-11-25"),
        ("2025-02-30", '"2025-02-30" is no date'),
        ("昨天", '"昨天" is no date'),
        ("", '"" is no date'),
        ("45000", '"45000" is no date'),
    ],
)
def test_days_that_cannot_be_are_refused(text: str, reason: str) -> None:
    assert refusal(published_on=text) == ("published_on", reason)


def test_a_stated_form_of_dates_is_the_only_one() -> None:
    shape = NoticeShape(columns=GIVEN_SHAPE.columns, date_format="%d/%m/%Y")
    row, _ = parsed(shape, published_on="04/03/2025")
    assert row.published_on == date(2025, 3, 4)  # type: ignore[attr-defined]
    assert parsed(shape, published_on="2025-03-04")[0] is None


@pytest.mark.parametrize(
    ("cell", "unit", "yuan"),
    [
        ("", "yuan", None),
        ("0.00", "yuan", None),
        ("0元", "yuan", None),
        ("无", "yuan", None),
        ("1,234,567.89", "yuan", 1_234_568),
        ("￥1，200，000.00元", "yuan", 1_200_000),
        ("48.76万元", "yuan", 487_600),
        ("1.2亿元", "yuan", 120_000_000),
        ("900元", "yuan", 900),
        ("36.5", "wan", 365_000),
        ("365000元", "wan", 365_000),
    ],
)
def test_amounts_in_whole_yuan(cell: str, unit: str, yuan: int | None) -> None:
    assert amount_of(cell, unit=unit) == yuan


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("-50000", "the amount is negative: -50000"),
        ("￥-3万元", "the amount is negative: ￥-3万元"),
        ("负300万元", "the amount is negative: 负300万元"),
        ("119", "below CNY 1,000 and without a unit: 119"),
        ("149267.89407499.83元", '"149267.89407499.83元" is no one amount'),
        ("九十万", '"九十万" is no one amount'),
        ("9" * 20, '"99999999999999999999" is no one amount'),
    ],
)
def test_amounts_that_cannot_be_are_left_out(cell: str, reason: str) -> None:
    found = amount_of(cell, unit="yuan")
    assert isinstance(found, Text)
    assert found.en == reason
    row, (problem,) = parsed(budget=cell)
    assert row is not None
    assert (problem.field, problem.refuses) == ("budget", False)


def test_what_was_paid_counts_before_what_was_planned() -> None:
    row, _ = parsed(budget="50万元", award="48万元")
    assert (row.amount, row.amount_kind) == (480_000, "award")  # type: ignore[attr-defined]
    row, _ = parsed(budget="50万元", award="-1")
    assert (row.amount, row.amount_kind) == (500_000, "budget")  # type: ignore[attr-defined]


def test_long_texts_name_their_limit() -> None:
    assert refusal(title="堡" * 5_000) == ("title", "at most 500 characters, has 5000")
    assert refusal(buyer="堡" * 201) == ("buyer", "at most 200 characters, has 201")
    row, (problem,) = parsed(site="网" * 121)
    assert row.site == ""  # type: ignore[attr-defined]
    assert problem.reason.en == "at most 120 characters, has 121; the field is left empty"


def test_control_and_broken_characters_refuse_and_invisible_ones_go() -> None:
    assert refusal(title="某医院\x00堡垒机采购") == (
        "title",
        "contains U+0000, a control or broken character",
    )
    assert refusal(buyer="某医\ufffd院") == ("buyer", "contains U+FFFD, a control or broken character")
    row, problems = parsed(title=" 某医院\u200b堡垒机\t采购\r\n公告\u3000")
    assert (row.title, problems) == ("某医院堡垒机 采购 公告", [])  # type: ignore[attr-defined]


def test_a_title_where_the_buyer_should_stand_is_noticed() -> None:
    assert refusal(buyer="某市人民医院堡垒机采购项目中标公告")[0] == "buyer"
    assert refusal(title="2025-03-01")[0] == "title"
    assert refusal(title="")[1] == "the title is empty"


@pytest.mark.parametrize(
    ("stated", "settled", "noted"),
    [
        ("云南省", "云南省", 0),
        ("云南", "云南省", 0),
        ("全国", "", 0),
        ("", "", 0),
        ("昆明理工大学", "", 1),
        ("银行", "", 1),
    ],
)
def test_a_province_by_its_full_name(stated: str, settled: str, noted: int) -> None:
    row, problems = parsed(province=stated)
    assert row.province == settled  # type: ignore[attr-defined]
    assert [problem.misplaced for problem in problems] == [True] * noted


def test_only_web_addresses_are_links() -> None:
    row, (problem,) = parsed(url="javascript:alert(1)")
    assert (row.url, problem.field) == ("", "url")  # type: ignore[attr-defined]
    assert parsed(url="https://example.org/n/1")[0].url == "https://example.org/n/1"  # type: ignore[attr-defined]


def test_a_row_of_another_width_is_refused() -> None:
    row, (problem,) = parse_notice(9, None, GIVEN_SHAPE, today=TODAY)
    assert (row, problem.field) == (None, "row")


@given(st.fixed_dictionaries({field: st.text(max_size=40) for field in FIELDS}))
def test_any_record_is_read_or_refused(record: dict[str, str]) -> None:
    row, problems = parse_notice(2, record, GIVEN_SHAPE, today=TODAY)
    assert (row is None) == any(problem.refuses for problem in problems)


@given(st.text(max_size=60))
def test_tidying_again_changes_nothing(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(st.text(max_size=30))
def test_any_cell_is_an_amount_or_says_why_not(cell: str) -> None:
    found = amount_of(cell, unit="yuan")
    assert found is None or isinstance(found, Text) or found > 0
