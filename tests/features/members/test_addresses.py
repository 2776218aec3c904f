"""A mail address is one mailbox, the one that is written: no list, no group, nothing read otherwise."""

import pytest

from app.features.members.addresses import clean_mail
from app.features.members.mail.transport import message_of
from app.kit.errors import Invalid

GOOD = [
    "ana@a.example",
    "ana.li+top@mail.a-b.example",
    "o'neil_9@a.cn",
    "用户@a.cn",
    "ana@例子.cn",
    "x=y?@a.cn",
]
# What mail programs read as another mailbox: the same person many times over, past every limit per address.
READ_OTHERWISE = ["a:ana@a.example", "=?utf-8?q?ana?=@a.example", "=?utf-8?q?me=40evil.cn?=@a.example"]
NO_ADDRESS = [
    "", "ana", "ana@a", "@a.example", "ana@.example", "ana@a..example", "ana@a.example.", "a na@a.example",
    "ana@a.example, eve@b.example", "<ana@a.example>", '"ana"@a.example', "ana@[127.0.0.1]", "ana@a.exa:25",
    "ana@a.example\r\nBcc: eve@b.example", "ana@a.example\0", "ana\u2028@a.example", "ana@b@a.example",
    "x" * 65 + "@a.example",
]  # fmt: skip


@pytest.mark.parametrize("typed", GOOD)
def test_an_address_is_taken_as_it_is(typed: str) -> None:
    assert clean_mail(f" {typed.upper()} ") == typed
    message = message_of(sender="ToP <top@a.example>", to=typed, subject="s", body="b")
    assert [one.addr_spec for one in message["To"].addresses] == [typed]


@pytest.mark.parametrize("typed", [*READ_OTHERWISE, *NO_ADDRESS])
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        clean_mail(typed)


@pytest.mark.parametrize("kept", READ_OTHERWISE)
def test_a_mail_goes_to_the_address_that_an_account_has_and_no_other(kept: str) -> None:
    """Also where an account was made before such addresses were refused."""
    message = message_of(sender="ToP <top@a.example>", to=kept, subject="s", body="b")
    local = kept.rpartition("@")[0]
    assert [(one.username, one.domain) for one in message["To"].addresses] == [(local, "a.example")]
