"""The short ways of percent-encoding give what the long ones give."""

from urllib.parse import quote, unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.percent import percent_decoded, percent_encoded


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_encoded_is_what_was_meant(text: str) -> None:
    assert unquote_to_bytes(percent_encoded(text)).decode() == text


@pytest.mark.parametrize("text", ["", "北京", "北京 a", "a/b", "é", "👩a", "<b>"])
def test_it_is_encoded_as_always(text: str) -> None:
    assert percent_encoded(text) == quote(text)


@given(st.text("q=&%+aF09\x7f", max_size=24).map(str.encode))
def test_it_is_decoded_as_always(query: bytes) -> None:
    assert percent_decoded(query) == unquote_to_bytes(query)


@pytest.mark.parametrize(
    "query",
    [
        b"",
        b"q=",
        b"q=%E5%8C%97",
        b"%E5%8C%97",
        b"%71=%E5%8C%97",
        b"q=%%%123456",
        b"q=%ZZ%E5",
        b"q=%  %E5",
        b"q=%B1%B1",
        b"a=%41&q=%42",
    ],
)
def test_oddities_too(query: bytes) -> None:
    assert percent_decoded(query) == unquote_to_bytes(query)
