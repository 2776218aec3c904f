"""Sealed secrets: readable with the right key for the right purpose, and with no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.sealing import SealBroken, Sealer


@given(st.text())
def test_what_is_sealed_opens_again_and_never_looks_the_same(text: str) -> None:
    sealer = Sealer(["secret"], "test")
    first, second = sealer.seal(text), sealer.seal(text)
    assert first != second
    assert sealer.open(first) == sealer.open(second) == text


@pytest.mark.statement(70)
def test_a_former_key_opens_until_it_is_dropped() -> None:
    sealed = Sealer(["old"], "test").seal("密码")
    assert Sealer(["new", "old"], "test").open(sealed) == "密码"
    with pytest.raises(SealBroken):
        Sealer(["new"], "test").open(sealed)


def test_another_purpose_does_not_open_it() -> None:
    with pytest.raises(SealBroken):
        Sealer(["secret"], "other").open(Sealer(["secret"], "test").seal("密码"))


@pytest.mark.parametrize("broken", ["", "x", "abcdefgh.", "abcdefgh.####"])
def test_what_was_never_sealed_is_refused(broken: str) -> None:
    with pytest.raises(SealBroken):
        Sealer(["secret"], "test").open(broken)


def test_a_changed_character_is_noticed() -> None:
    sealer = Sealer(["secret"], "test")
    sealed = sealer.seal("密码")
    changed = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]
    with pytest.raises(SealBroken):
        sealer.open(changed)
