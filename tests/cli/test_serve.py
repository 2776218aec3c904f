"""`topctl serve` on a port that is taken: one sentence, at once."""

import os
import socket
import subprocess
import sys
from pathlib import Path


def test_a_taken_port_is_named_with_the_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        environment = os.environ | {"TOP_VAR": str(tmp_path), "TOP_PORT": str(port), "LANG": "en_GB.UTF-8"}
        ended = subprocess.run(
            [sys.executable, "-c", "from app.cli import main; main()", "serve"],
            env=environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert ended.returncode == 1
    assert str(port) in ended.stderr
    assert "PORT=8001 make run" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "ready" not in ended.stdout
