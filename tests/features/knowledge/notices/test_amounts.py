"""Amounts as notices write them, in whole yuan."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.features.knowledge.notices import amount_in

READ = {
    "44.891万元": 448_910,
    "169580元": 169_580,
    "1,234.5": 1_235,
    "5500000": 5_500_000,
    "68,349.06元": 68_349,
    "１２３４５元": 12_345,
    "预算金额：44.891 万元（含税）": 448_910,
    "人民币3.5亿元": 350_000_000,
    "¥ 1,234,567.00": 1_234_567,
    "1000000000000": 10**12,
    "0.5元": 1,
}
REFUSED = [
    "",
    "0",
    "0元",
    "0.4元",
    "-5",
    "－5万元",
    "负5万元",
    "-¥5",
    "1000000000001",
    "1" * 80,
    "1e5",
    "nan",
    "inf",
    "面议",
    "100-200万元",
    "149267.89407499.83元",
    "12,34",
    "1,2345",
    "30%",
    "2026年",
    "8折",
    "5台",
    "5万元，另加3万元",
    "9" * 5_000,
]


@pytest.mark.parametrize("text", READ)
def test_an_amount_is_read(text: str) -> None:
    assert amount_in(text) == READ[text]


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_single_positive_amount_is_refused(text: str) -> None:
    assert amount_in(text) is None


@given(st.integers(1, 10**12))
def test_whole_yuan_are_read_in_every_writing(yuan: int) -> None:
    wide = str(yuan).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    for text in (str(yuan), f"{yuan:,}", f"{yuan}元", f"{yuan:,}.00 元", wide):
        assert amount_in(text) == yuan
    assert amount_in(f"-{yuan}") is None


@given(st.integers(1, 10**8 - 1))
def test_ten_thousands_are_multiplied(count: int) -> None:
    assert amount_in(f"{count}万元") == count * 10_000
    assert amount_in(f"{count}.5万") == count * 10_000 + 5_000


@given(st.text(max_size=300))
def test_any_text_gives_an_amount_in_range_or_none(text: str) -> None:
    amount = amount_in(text)
    assert amount is None or 0 < amount <= 10**12
