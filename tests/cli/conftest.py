"""`topctl` in the test's process, on a directory of its own."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli import app, terminal
from tests.application import ORGANISATIONS


@dataclass(frozen=True)
class Ended:
    """How a command ended: exit status, and what it wrote to either stream."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Topctl = Callable[..., Ended]
_CLEAN = {"LC_ALL": "en_US.UTF-8", "COLUMNS": "200", "TOP_LOG_LEVEL": "error"}


def run_topctl(*arguments: object, **environment: str) -> Ended:
    with pytest.MonkeyPatch.context() as patch:
        # The logger would keep the runner's streams for all later tests.
        patch.setattr("app.kit.logs.configure", lambda **_: None)
        # A console keeps the width of the terminal that the tests were started from.
        for console in (terminal.out, terminal.err):
            patch.setattr(console, "width", int((_CLEAN | environment)["COLUMNS"]))
        result = CliRunner().invoke(app, [str(one) for one in arguments], env=_CLEAN | environment)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ended(result.exit_code, result.stdout, result.stderr)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `topctl prepare` leaves behind, on the small registry. For tests that only read."""
    var = tmp_path_factory.mktemp("prepared")
    for command in (["import", "organisations", ORGANISATIONS], ["prepare"]):
        ended = run_topctl(*command, TOP_VAR=str(var))
        assert ended.status == 0, ended.err
    return var


@pytest.fixture
def topctl(tmp_path: Path) -> Topctl:
    """Runs topctl on an empty directory, unless TOP_VAR says otherwise."""

    def run(*arguments: object, **environment: str) -> Ended:
        return run_topctl(*arguments, **({"TOP_VAR": str(tmp_path / "var")} | environment))

    return run


@pytest.fixture
def own_copy(prepared: Path, tmp_path: Path) -> Path:
    """A prepared directory that the test may change; it is where `topctl` runs by default."""
    return Path(shutil.copytree(prepared, tmp_path / "var"))
