"""The JSON API against its own OpenAPI description: thousands of generated requests, good and bad."""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.browser.site import ROOT, served

_SECONDS = 400  # the first run installs the fuzzer
# What a failure leaves in the log, whether the application or the server under it wrote the line.
_FAILURES = ("unexpected_error", "database_unavailable", "exc_info", "Exception in ASGI", "Traceback")


def failures_in(log: str) -> list[str]:
    return [line for line in log.splitlines() if any(word in line for word in _FAILURES)]


@pytest.mark.parametrize("json_lines", [True, False])
def test_failures_are_seen_in_the_log(json_lines: bool) -> None:
    script = f"""
import asyncio, logging
from app.kit import logs
from app.web.middleware import log
from app.web.errors import unexpected
from starlette.requests import Request
logs.configure(level="info", json_lines={json_lines})
log.info("request", status=500)
request = Request({{"type": "http", "path": "/api/v1/x", "headers": [], "state": {{"request_id": "1"}}}})
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


@pytest.mark.deep
@pytest.mark.statement(67)
@pytest.mark.timeout(_SECONDS + 60)
def test_no_generated_request_breaks_the_api_or_its_description(tmp_path: Path) -> None:
    with served(tmp_path) as address:
        with urllib.request.urlopen(f"{address}/api/v1/openapi.json") as answer:
            operations = sum(map(len, json.load(answer)["paths"].values()))
        ended = subprocess.run(
            [ROOT / ".ci" / "fuzz", address], capture_output=True, text=True, timeout=_SECONDS
        )
    assert ended.returncode == 0, ended.stdout[-20_000:] + ended.stderr[-2_000:]
    assert f"Tested: {operations}\n" in ended.stdout
    assert failures_in((tmp_path / "serve.log").read_text("utf-8")) == []
