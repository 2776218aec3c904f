"""What every keystroke asks goes a shorter way than pages, and is held to the same rules."""

import gzip

import httpx
import pytest
from fastapi import FastAPI

from app.web.keystrokes import Keystrokes
from tests.application import client_of

ASKED = {"q": "北京"}


async def test_it_is_as_safe_as_a_page(client: httpx.AsyncClient) -> None:
    fragment, page = await client.get("/suggest", params=ASKED), await client.get("/needs")
    own = {"content-length", "content-encoding", "x-request-id", "vary", "cache-control"}
    assert {k: v for k, v in fragment.headers.items() if k not in own} == {
        k: v for k, v in page.headers.items() if k not in own
    }
    assert fragment.headers["cache-control"] == "no-store", "no machine keeps what somebody has typed"
    assert {"Cookie", "Accept-Language", "Accept-Encoding"} <= set(fragment.headers["vary"].split(", "))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_other_methods_are_refused(client: httpx.AsyncClient, method: str) -> None:
    answer = await client.request(method, "/suggest", params=ASKED)
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


async def test_a_long_list_is_compressed_for_whoever_can_read_it(client: httpx.AsyncClient) -> None:
    plain = await client.get("/suggest", params=ASKED, headers={"accept-encoding": "identity"})
    async with client.stream("GET", "/suggest", params=ASKED, headers={"accept-encoding": "gzip"}) as answer:
        packed = b"".join([part async for part in answer.aiter_raw()])
        assert answer.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(packed) == plain.content


async def test_a_query_that_is_not_utf_8_is_named(client: httpx.AsyncClient) -> None:
    answer = await client.get("/suggest?q=%B1%B1%BE%A9")
    assert answer.status_code == 422
    assert "“q”" in answer.text
    # The sign for unreadable bytes may also be typed: then it is the text that is refused, not its encoding.
    assert (await client.get("/needs?x=%EF%BF%BD")).status_code == 200


async def test_what_nobody_foresaw_is_answered_too(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(request: object) -> str:
        raise RuntimeError("绝密标记医院")

    async with client_of(app) as client:
        layer = app.front  # type: ignore[attr-defined]
        while not isinstance(layer, Keystrokes):
            layer = layer._app if hasattr(layer, "_app") else layer.app
        monkeypatch.setattr(layer._routes["/suggest"], "fragment", broken)
        answer = await client.get("/suggest", params=ASKED)
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] in answer.text
    assert "绝密标记" not in answer.text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("q=%E5%8C%97%E4%BA%AC", "北京"),
        ("q=%E5%8C%97%E4%BA%AC+x", "北京 x"),
        ("q=x&q=%E5%8C%97%E4%BA%AC", "北京"),
        ("%71=%E5%8C%97%E4%BA%AC", "北京"),
        ("q=a%26b", "a&amp;b"),
        ("other=1&q=%E5%8C%97", "北"),
    ],
)
async def test_a_text_is_read_alike_however_it_is_sent(
    client: httpx.AsyncClient, query: str, shown: str
) -> None:
    answer = await client.get(f"/suggest?{query}")
    assert f'<span translate="no">{shown}</span>' in answer.text


async def test_a_host_is_served_again_and_another_never(client: httpx.AsyncClient) -> None:
    for _ in range(2):
        assert (await client.get("/suggest", params=ASKED)).status_code == 200
        for wrong in ("evil.example", "", "testserver.evil.example"):
            assert (await client.get("/suggest", params=ASKED, headers={"host": wrong})).status_code == 400
