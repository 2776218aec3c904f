"""Amounts: whole minor units, read and shown in both languages without losing any."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.amount import MAX_MINOR, Amount, Asset, asset_named, credits
from app.kit.errors import Invalid
from app.kit.text import Language

assets = st.sampled_from(["CR", "CNY"])
minors = st.integers(1, MAX_MINOR)
ASSETS_CROSSED: list[tuple[Asset, Asset]] = [("CR", "CNY"), ("CNY", "CR")]


@pytest.mark.parametrize(
    ("typed", "asset", "minor"),
    [
        ("12", "CR", 12_000),
        ("12.5", "CR", 12_500),
        ("0.001", "CR", 1),
        ("1,234.5", "CR", 1_234_500),
        ("12.5000", "CR", 12_500),
        ("１２．５", "CR", 12_500),
        (" 12 积分 ", "CR", 12_000),
        ("12 credits", "CR", 12_000),
        ("¥1,234.56", "CNY", 123_456),
        ("1234.5元", "CNY", 123_450),
        ("CNY 7", "CNY", 700),
        ("1000000000", "CR", MAX_MINOR),
    ],
)
def test_what_people_type_is_understood(typed: str, asset: Asset, minor: int) -> None:
    assert Amount.parse(typed, asset).minor == minor


@pytest.mark.parametrize(
    "typed",
    [
        "", "-1", "−1", "0", "0.0", "0.0001", "1.2345", "1e3", "1E30", "1" + "0" * 30, "inf", "nan", "1,23",
        "1.2.3", "1,2345", "١٢", "12 EUR", "0x10", "½", "1_000", "1000000000.001", "9" * 5_000, "1 2",
    ],
)  # fmt: skip
def test_anything_else_is_refused_in_words(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        Amount.parse(typed, "CR", field="amount")
    assert refusal.value.field == "amount"
    assert refusal.value.message.zh
    assert refusal.value.message.en


@pytest.mark.parametrize(
    ("amount", "language", "shown"),
    [
        (Amount("CR", 1_234_500), "zh", "1,234.5\u00a0积分"),
        (Amount("CR", 1_234_500), "en", "1,234.5\u00a0credits"),
        (credits(1), "en", "1\u00a0credit"),
        (Amount("CR", -1), "en", "\u22120.001\u00a0credits"),
        (Amount("CNY", 123_450), "zh", "1,234.50\u00a0元"),
        (Amount("CNY", -5), "en", "CNY\u00a0\u22120.05"),
        (Amount("CR", 0), "zh", "0\u00a0积分"),
    ],
)
def test_it_is_shown_as_readers_write_it(amount: Amount, language: Language, shown: str) -> None:
    assert amount.in_language(language) == shown


@given(assets, minors)
def test_what_is_shown_reads_back_as_the_same(asset: Asset, minor: int) -> None:
    amount = Amount(asset, minor)
    for shown in (amount.plain(), amount.in_language("zh"), amount.in_language("en")):
        assert Amount.parse(shown, asset) == amount


@given(minors, st.sampled_from(["zh", "en"]))
def test_what_is_shown_of_one_asset_is_no_sum_of_the_other(minor: int, language: Language) -> None:
    for asset, other in ASSETS_CROSSED:
        shown = Amount(asset, minor).in_language(language)
        with pytest.raises(Invalid, match="Amounts here are in") as refusal:
            Amount.parse(shown, other, field="amount")
        assert refusal.value.field == "amount"


@pytest.mark.parametrize(
    ("typed", "asset", "unit"),
    [
        ("2 元", "CR", "元"),
        ("¥2", "CR", "¥"),
        ("2 积分", "CNY", "积分"),
        ("$5", "CNY", "$"),
        ("5 EUR", "CR", "EUR"),
    ],
)
def test_another_unit_is_named_in_the_refusal(typed: str, asset: Asset, unit: str) -> None:
    with pytest.raises(Invalid) as refusal:
        Amount.parse(typed, asset)
    assert f"“{unit}”" in refusal.value.message.en
    assert f"“{unit}”" in refusal.value.message.zh


@given(minors, st.lists(st.integers(0, 10**6), min_size=1, max_size=9).filter(any))
def test_parts_add_up_and_keep_to_their_weights(minor: int, weights: list[int]) -> None:
    parts = [part.minor for part in Amount("CR", minor).split(weights)]
    assert sum(parts) == minor
    for part, weight in zip(parts, weights, strict=True):
        exact, rest = divmod(minor * weight, sum(weights))
        assert part in ({exact, exact + 1} if rest else {exact})


@given(minors, st.integers(0, 10_000))
def test_a_rate_never_takes_more_than_it_says(minor: int, rate: int) -> None:
    part = Amount("CR", minor).part(rate).minor
    assert 0 <= part * 10_000 <= minor * rate < (part + 1) * 10_000


def test_assets_are_not_mixed() -> None:
    with pytest.raises(ValueError, match="do not add up"):
        _ = credits(1) + Amount("CNY", 1)
    with pytest.raises(Invalid):
        asset_named("EUR")


@pytest.mark.parametrize("minor", [1.0, True, "1", None])
def test_only_whole_numbers_are_amounts(minor: object) -> None:
    with pytest.raises(TypeError):
        Amount("CR", minor)  # type: ignore[arg-type]
