"""What nobody foresaw: a plain page or problem with all headers, and a log without the message."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.main import create_app
from tests.application import client_of, settings_for

MARKER = "绝密标记医院"
UNAVAILABLE = [
    OperationalError("SELECT", {"name": MARKER}, Exception("gone")),
    InterfaceError("SELECT", {"name": MARKER}, Exception("closed")),
    PoolTimeout("pool is full"),
    ConnectionRefusedError(MARKER),
    OSError("name resolution"),
]
BROKEN = [RuntimeError(MARKER), ProgrammingError("SELECT", {"name": MARKER}, Exception("no such function"))]


@pytest.fixture
async def failing(sqlite_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FastAPI]:
    app = create_app(settings_for(sqlite_url, tmp_path_factory.mktemp("var")))

    @app.get("/fail")
    @app.get("/api/v1/fail")
    async def fail() -> None:
        raise app.state.failure

    yield app
    await app.state.search.close()
    await app.state.database.close()


@pytest.mark.statement(54)
@pytest.mark.statement(66)
@pytest.mark.parametrize("failure", [*BROKEN, *UNAVAILABLE], ids=repr)
@pytest.mark.parametrize("path", ["/fail", "/api/v1/fail"])
async def test_failures_are_answered_with_all_headers_and_logged_without_words(
    failing: FastAPI, path: str, failure: Exception, capfd: pytest.CaptureFixture[str]
) -> None:
    failing.state.failure = failure
    async with client_of(failing) as client:
        answer = await client.get(path)
    assert answer.status_code == (500 if failure in BROKEN else 503)
    assert answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-request-id"] in answer.text
    written = "".join(capfd.readouterr())
    assert type(failure).__name__ in written
    assert answer.headers["x-request-id"] in written
    assert MARKER not in written + answer.text
    assert "Traceback" not in written


async def test_database_errors_do_not_repeat_their_parameters(failing: FastAPI) -> None:
    async with failing.state.database.reading() as session:
        with pytest.raises(OperationalError) as refused:
            await session.execute(text("SELECT :name FROM missing_table"), {"name": MARKER})
    assert MARKER not in str(refused.value)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("en;q=0.1, zh;q=0.9", "zh-Hans"),
        ("en-GB,zh;q=0.5", "en"),
        ("fr, en;q=0.4", "en"),
        ("zh-TW,zh;q=0.9", "zh-Hant"),
        ("zh;q=0, en;q=0.2", "en"),
        ("en;q=x", "zh-Hans"),
        ("", "zh-Hans"),
    ],
)
async def test_the_browsers_preference_is_weighed(
    client: httpx.AsyncClient, header: str, language: str
) -> None:
    answer = await client.get("/needs", headers={"accept-language": header})
    assert f'<html lang="{language}"' in answer.text


async def test_api_answers_say_that_they_depend_on_the_language(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/needs/mlps-l3", headers={"accept-language": "en"})
    assert "Accept-Language" in answer.headers["vary"]
    assert answer.headers["content-language"] == "en"


async def test_a_cursor_belongs_to_one_list(client: httpx.AsyncClient) -> None:
    first = (await client.get("/api/v1/organisations", params={"q": "北京", "limit": 3})).json()
    other = await client.get(
        "/api/v1/organisations", params={"q": "昆明", "limit": 3, "cursor": first["next"]}
    )
    assert other.status_code == 422
    same = await client.get(
        "/api/v1/organisations", params={"q": "北京", "limit": 9, "cursor": first["next"]}
    )
    assert same.status_code == 200


async def test_a_body_that_is_too_large_is_no_failure_of_ours(
    client: httpx.AsyncClient, capfd: pytest.CaptureFixture[str]
) -> None:
    """Anybody can send one: whoever watches the log for errors must not be woken by it."""
    answer = await client.post("/api/v1/sign-in", content=b" " * (2 * 1024 * 1024))
    assert answer.status_code == 413
    assert "1 MiB" in answer.json()["detail"]
    assert "unexpected_error" not in "".join(capfd.readouterr())
