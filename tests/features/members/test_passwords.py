"""What a password must be, and how it is kept."""

import asyncio

import pytest

from app.features.members.signing_in.hashing import PasswordHasher
from app.features.members.signing_in.new_passwords import check_new_password
from app.kit.errors import Invalid, LimitReached
from tests.people import PASSWORD_HASH

KNOWN = ("李娜", "lina.chen@northwind.example", "北风信息科技有限公司")


@pytest.mark.parametrize(
    "password",
    [
        "vier Pferde ziehen Nebel",
        "青山隔送行 疏林不做美人面",
        "correct horse battery staple",
        "x7Gp-qM2v-Ld9w",
        "wolkig mit Aussicht auf Tee",
        "山高月小水落石出清风徐来",
    ],
)
def test_long_and_unrelated_words_are_good(password: str) -> None:
    assert check_new_password(password, KNOWN) == password


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("kurz-3$Wj!k", "12"),
        ("", "12"),
        ("x7Gp-qM2v-Ld9w" * 10, "128"),
        ("123456789012", "easy to guess"),
        ("aaaaaaaaaaaaaaaa", "easy to guess"),
        ("password1234", "easy to guess"),
        ("P@ssw0rd2026!", "easy to guess"),
        ("qwertyuiop123", "easy to guess"),
        ("1qaz2wsx3edc4rfv", "easy to guess"),
        ("Admin123456!!", "easy to guess"),
        ("iloveyou1314520", "easy to guess"),
        ("woaini5201314", "easy to guess"),
        ("zhongguo1949!", "easy to guess"),
        ("abcdefghijklmnop", "easy to guess"),
        ("Welcome2Welcome", "easy to guess"),
        ("abababababab", "easy to guess"),
        ("northwind2026", "easy to guess"),
        ("LinaChen19900101", "easy to guess"),
        ("北风信息科技有限公司2026", "easy to guess"),
        ("ｐａｓｓｗｏｒｄ１２３４", "easy to guess"),
    ],
)
def test_short_common_and_personal_ones_are_refused(password: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_new_password(password, KNOWN)
    assert said in refused.value.message.en
    assert refused.value.field == "password"
    assert not password or password not in refused.value.message.en + refused.value.message.zh


async def test_a_hash_names_the_agreed_cost_and_verifies() -> None:
    hasher = PasswordHasher()
    kept = await hasher.hash("vier Pferde")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await hasher.verify("vier Pferde", kept)
    assert not await hasher.verify("drei Pferde", kept)
    hasher.close()


async def test_the_same_characters_typed_in_another_way_are_the_same_password() -> None:
    hasher = PasswordHasher()
    assert await hasher.verify("cafe\u0301 ｎｅｂｅｌ", await hasher.hash("caf\u00e9 nebel"))
    hasher.close()


@pytest.mark.parametrize("typed", ["", "\ud800", "\x00", "x" * 100_000])
async def test_no_account_and_odd_texts_verify_as_wrong(typed: str) -> None:
    hasher = PasswordHasher()
    assert not await hasher.verify(typed, None)
    assert not await hasher.verify(typed, PASSWORD_HASH)
    hasher.close()


async def test_more_than_the_queue_holds_are_sent_away_at_once() -> None:
    hasher = PasswordHasher(at_once=1, max_waiting=2)
    answers = await asyncio.gather(*(hasher.verify("x", None) for _ in range(5)), return_exceptions=True)
    assert [type(one) for one in answers] == [bool, bool, bool, LimitReached, LimitReached]
    assert await hasher.verify("x", None) is False, "the places are free again"
    hasher.close()
