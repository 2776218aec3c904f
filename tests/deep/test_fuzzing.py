"""The JSON API against its own OpenAPI description: thousands of generated requests, good and bad."""

import json
import subprocess
import urllib.request
from pathlib import Path

import pytest

from tests.browser.site import ROOT, served

_SECONDS = 400  # the first run installs the fuzzer


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
    log = (tmp_path / "serve.log").read_text("utf-8")
    assert "unexpected_error" not in log
    assert "Traceback" not in log
