"""The first `topctl serve`, killed while it prepares; the next one serves everything."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.browser.site import ROOT, free_port, wait_for
from tests.deep.conftest import ROWS
from tests.deep.processes import topctl

pytestmark = [pytest.mark.deep, pytest.mark.xdist_group("kills")]

_PREPARING = "Loading the knowledge pack"
# Seconds after it says so, and whether the preparation, a process of its own, dies with the server.
_KILLS = ((0.0, True), (0.3, True), (0.6, True), (0.0, False))


class Serve:
    """`topctl serve` as the shell starts it, in a process group of its own."""

    def __init__(self, var: Path, port: int) -> None:
        environment = os.environ | {"TOP_VAR": str(var), "TOP_PORT": str(port), "LC_ALL": "en_US.UTF-8"}
        self.log = var / f"serve-{time.monotonic_ns()}.log"
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", "from app.cli import main; main()", "serve"],
                env=environment, cwd=ROOT, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip

    def wait_until_preparing(self) -> None:
        deadline = time.monotonic() + 60
        while _PREPARING not in self.log.read_text("utf-8"):
            assert self.process.poll() is None, self.log.read_text("utf-8")
            assert time.monotonic() < deadline, self.log.read_text("utf-8")
            time.sleep(0.01)

    def kill(self, *, with_children: bool) -> None:
        """Without its children, the preparation that it began goes on by itself."""
        if with_children and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        else:
            self.process.kill()
        self.process.wait()


def names_found(address: str, text: str) -> list[str]:
    """By the search engine: a cold one may need more than its budget for the very first answer."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with urllib.request.urlopen(f"{address}/api/v1/organisations?q={quote(text)}", timeout=10) as answer:
            body = json.load(answer)
        if not body["degraded"]:
            return [item["name"] for item in body["items"]]
        time.sleep(0.5)
    raise AssertionError("the engine does not answer")


def test_a_first_start_killed_several_times_ends_up_complete(organisations: Path, tmp_path: Path) -> None:
    assert topctl(tmp_path, "import", "organisations", organisations).end() == 0
    port = free_port()
    for delay, with_children in _KILLS:
        (tmp_path / "prepared").unlink(missing_ok=True)  # where the last kill came too late
        started = Serve(tmp_path, port)
        try:
            started.wait_until_preparing()
            time.sleep(delay)
        finally:
            started.kill(with_children=with_children)
    last = Serve(tmp_path, port)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/readyz", last.process)
        assert names_found(address, "中储粮").count("中国储备粮管理集团有限公司") == 1
        doctor = topctl(tmp_path, "doctor", "--json")
        assert doctor.end() == 0
        report = json.loads((tmp_path / "log").read_text("utf-8").splitlines()[-1])
        assert (report["organisations"], report["search_documents"]) == (ROWS, ROWS)
    finally:
        last.process.terminate()
        last.process.wait(timeout=30)
    assert last.process.returncode in (0, -signal.SIGTERM)
