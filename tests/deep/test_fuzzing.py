"""The JSON API against its own OpenAPI description: thousands of generated requests, good and bad."""

import asyncio
import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from app.db.engine import Database
from tests.browser.site import ROOT, served
from tests.people import Known, add_company, add_person

_SECONDS = 400  # the first run installs the fuzzer
# What a failure leaves in the log, whether the application or the server under it wrote the line.
_FAILURES = ("unexpected_error", "database_unavailable", "exc_info", "Exception in ASGI", "Traceback")


def failures_in(log: str) -> list[str]:
    return [line for line in log.splitlines() if any(word in line for word in _FAILURES)]


@pytest.mark.parametrize("json_lines", [True, False])
def test_failures_are_seen_in_the_log(json_lines: bool) -> None:
    script = f"""
import asyncio, logging
from types import SimpleNamespace
from app.kit import logs
from app.web.middleware import log
from app.web.errors import unexpected
from starlette.requests import Request
logs.configure(level="info", json_lines={json_lines})
log.info("request", status=500)
app = SimpleNamespace(state=SimpleNamespace(settings=SimpleNamespace(is_production=False)))
scope = {{"type": "http", "path": "/api/v1/x", "headers": [], "app": app, "state": {{"request_id": "1"}}}}
request = Request(scope)
for error in (ZeroDivisionError("x"), OSError("x")):
    asyncio.run(unexpected(request, error))
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    logging.getLogger("asyncio").error("Task failed", exc_info=True)
"""
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert len(failures_in(ended.stderr)) >= 4, ended.stderr
    assert failures_in(ended.stderr.splitlines()[0]) == []


# It would end the very session that asks.
_ENDS_SESSIONS = "/sign-out$|/account/sessions|/account/data/erasure|/company/leaving"


def fetched(address: str, path: str, headers: Sequence[str] = ()) -> Any:
    request = urllib.request.Request(f"{address}/api/v1{path}")
    for header in headers:
        request.add_header(*header.split(": ", 1))
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


async def rival_in(var: Path) -> Known:
    """An admin of a verified company who has just given a second factor."""
    database = Database(f"sqlite+aiosqlite:///{var / 'top.db'}")
    company = await add_company(database, "乙公司")
    rival = await add_person(database, "博", company_id=company, role="admin", second_factor=True)
    await database.close()
    return rival


@pytest.mark.deep
@pytest.mark.statement(67)
@pytest.mark.timeout(_SECONDS + 60)
@pytest.mark.parametrize("signed_in", [False, True], ids=["nobody", "rival"])
def test_no_generated_request_breaks_the_api_or_its_description(tmp_path: Path, signed_in: bool) -> None:
    with served(tmp_path) as address:
        options: list[str] = []
        if signed_in:
            headers = [f"Cookie: top_session={asyncio.run(rival_in(tmp_path)).token}"]
            headers.append(f"X-CSRF-Token: {fetched(address, '/session', headers)['form_token']}")
            options = [part for header in headers for part in ("--header", header)]
            options += ["--exclude-path-regex", _ENDS_SESSIONS]
        paths = fetched(address, "/openapi.json")["paths"]
        asked = {
            path: one for path, one in paths.items() if not re.search(_ENDS_SESSIONS, path) or not options
        }
        ended = subprocess.run(
            [ROOT / ".ci" / "fuzz", address, *options], capture_output=True, text=True, timeout=_SECONDS
        )
    assert ended.returncode == 0, ended.stdout[-20_000:] + ended.stderr[-2_000:]
    assert f"Tested: {sum(map(len, asked.values()))}\n" in ended.stdout
    assert failures_in((tmp_path / "serve.log").read_text("utf-8")) == []
