"""The product as a reader meets it: its own process, a small registry, a real Chromium."""

import csv
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ORGANISATIONS = Path(__file__).parent / "organisations.csv"
BUYER = "北京大学人民医院"
PURCHASE = "电子病历系统升级改造项目（合成数据）"
_NOTICE_COLUMNS = [
    "source", "publish_date", "buyer", "province", "city", "title",
    "notice_type", "category_raw", "content", "budget_raw", "award_yuan", "site",
]  # fmt: skip
_START_SECONDS = 180
# In one process: most of what a command takes is the start of its interpreter.
_ONE_AFTER_THE_OTHER = (
    "import json, sys; from app.cli import app; "
    "[app(command, standalone_mode=False) for command in json.loads(sys.argv[1])]"
)
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """The system's browser."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    return None


@contextmanager
def served(var: Path) -> Iterator[str]:
    """Import the small registry and one project, serve it, and give the address."""
    port = free_port()
    environment = os.environ | {
        "TOP_VAR": str(var),
        "TOP_PORT": str(port),
        "TOP_DEBUG": "1",
        "TOP_READS_PER_SECOND": "1000",
        "TOP_READS_BURST": "1000",
    }
    commands = [
        ["import", "organisations", str(ORGANISATIONS)],
        ["import", "facts", str(_notices(var))],
        ["prepare"],
    ]
    subprocess.run(
        [sys.executable, "-c", _ONE_AFTER_THE_OTHER, json.dumps(commands)],
        env=environment, cwd=ROOT, check=True, capture_output=True, timeout=_START_SECONDS,
    )  # fmt: skip
    log = (var / "serve.log").open("wb")
    serve = [sys.executable, "-c", "from app.cli import main; main()", "serve"]
    process = subprocess.Popen(serve, env=environment, cwd=ROOT, stdout=log, stderr=log)
    try:
        wait_for(f"http://127.0.0.1:{port}/readyz", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)
        log.close()


def _notices(var: Path) -> Path:
    """Synthetic notices of one project, of last month: a fact loses weight with the years."""
    file = var / "notices.csv"
    shared = {"source": "合成公告", "buyer": BUYER, "province": "北京市", "site": "某公共资源交易中心"}
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, _NOTICE_COLUMNS)
        writer.writeheader()
        for days, kind in ((40, "招标公告"), (10, "中标公告")):
            told = {"title": f"{BUYER}{PURCHASE}{kind}", "notice_type": kind}
            writer.writerow(shared | told | {"publish_date": date.today() - timedelta(days=days)})
    return file


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not become ready")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
