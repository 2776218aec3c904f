"""Strict input handling, before any route."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.errors import Invalid
from app.kit.text import Text
from app.web.inputs import MAX_JSON_DEPTH, clean_text, parse_json

LABEL = Text(zh="客户名称", en="Customer name")


def clean(value: str, *, required: bool = False) -> str:
    return clean_text(value, field="q", label=LABEL, max_length=200, required=required)


@pytest.mark.parametrize("bad", ["北京\x00大学", "\x1b[31m", "\ud800", "a\x7f", "北京\ufffd"])
def test_what_cannot_be_stored_is_refused_by_name(bad: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean(bad)
    assert refusal.value.field == "q"
    assert "客户名称" in refusal.value.message.zh
    assert "Customer name" in refusal.value.message.en


def test_too_long_text_names_limit_and_length() -> None:
    with pytest.raises(Invalid) as refusal:
        clean("长" * 10_000)
    assert "200" in refusal.value.message.zh
    assert "10000" in refusal.value.message.zh


def test_empty_text_is_refused_only_where_required() -> None:
    assert clean("  ") == ""
    with pytest.raises(Invalid):
        clean("\u200b \u3000", required=True)


def test_invisible_characters_are_dropped_and_text_is_composed() -> None:
    assert clean("  北京\u200b大\u202e学  第三医院\u3000") == "北京大学 第三医院"
    assert clean("e\u0301cole") == "\u00e9cole"


@given(st.text(max_size=200))
def test_any_text_is_cleaned_or_refused(value: str) -> None:
    try:
        cleaned = clean(value)
    except Invalid:
        return
    assert clean(cleaned) == cleaned
    cleaned.encode()


@pytest.mark.statement(51)
@pytest.mark.parametrize(
    "body",
    [
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b"[" * (MAX_JSON_DEPTH + 1) + b"]" * (MAX_JSON_DEPTH + 1),
        b"[" * 100_000,
        b'{"a": 99999999999999999999}',
        b'{"a": ' + b"9" * 20_000 + b"}",
        b'{"a": ',
        b"",
        '{"a": "北京"}'.encode("gbk"),
    ],
)
def test_json_that_standard_parsers_choke_on_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_json(body)
    assert refusal.value.field == "body"


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**63), 2**63 - 1)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=10,
    )
)
def test_ordinary_json_is_read_like_the_standard_library_does(value: object) -> None:
    body = json.dumps(value).encode()
    assert parse_json(body) == json.loads(body)
