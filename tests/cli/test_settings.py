"""Wrong settings stop every command with status 78 and a sentence that names them; nothing is begun."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.terminal import BAD_SETTINGS
from tests.cli.conftest import Topctl

_SAFE = {
    "TOP_ENVIRONMENT": "production",
    "TOP_SECRET_KEY": "x" * 40,
    "TOP_ALLOWED_HOSTS": '["top.example"]',
    "TOP_BASE_URL": "https://top.example",
    "TOP_SMTP_URL": "smtps://mail.example",
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOP_PORT", "http"),
        ("TOP_PORT", "70000"),
        ("TOP_ENVIRONMENT", "staging"),
        ("TOP_ALLOWED_HOSTS", "top.example"),
        ("TOP_DATABASE_URL", "mysql://localhost/top"),
        ("TOP_DATABASE_URL", "nonsense"),
        ("TOP_LOG_LEVEL", "loud"),
        ("TOP_READS_PER_SECOND", "0"),
        ("TOP_VAR", "/dev/null/var"),
    ],
)
@pytest.mark.parametrize("command", ["doctor", "serve"])
def test_a_wrong_setting_is_named(topctl: Topctl, command: str, name: str, value: str) -> None:
    ended = topctl(command, **{name: value})
    assert (ended.status, ended.out) == (BAD_SETTINGS, "")
    assert ended.err.startswith(f"{name}: ")
    assert len(ended.err.splitlines()) == 1


def test_every_wrong_setting_is_named_at_once(topctl: Topctl) -> None:
    ended = topctl("doctor", TOP_PORT="http", TOP_LOG_LEVEL="loud")
    assert sorted(line.split(":")[0] for line in ended.err.splitlines()) == ["TOP_LOG_LEVEL", "TOP_PORT"]


def test_a_secret_in_an_address_is_not_shown(topctl: Topctl) -> None:
    ended = topctl("doctor", TOP_DATABASE_URL="postgres://top:geheim@db/top")
    assert ended.status == BAD_SETTINGS
    assert "geheim" not in ended.err


def test_a_database_that_is_away_is_told_in_one_line(topctl: Topctl) -> None:
    ended = topctl("doctor", TOP_DATABASE_URL="postgresql+asyncpg://top@127.0.0.1:1/top")
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith("The database is unavailable: ")
    assert len(ended.err.splitlines()) == 1


@pytest.mark.statement(69)
@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"TOP_SECRET_KEY": ""}, "TOP_SECRET_KEY"),
        ({"TOP_DEBUG": "1"}, "TOP_DEBUG"),
        ({"TOP_ALLOWED_HOSTS": '["*"]'}, "TOP_ALLOWED_HOSTS"),
        ({"TOP_BASE_URL": "http://top.example"}, "TOP_BASE_URL"),
    ],
)
def test_unsafe_production_does_not_start(
    topctl: Topctl, tmp_path: Path, change: dict[str, str], named: str
) -> None:
    ended = topctl("serve", **(_SAFE | change))
    assert ended.status == BAD_SETTINGS
    assert f"unsafe in production: {named}" in ended.err
    assert not (tmp_path / "var").exists()


@pytest.mark.statement(69)
def test_the_process_itself_ends_with_that_status(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TOP_")}
    ended = subprocess.run(
        [sys.executable, "-c", "from app.cli import main; main()", "serve"],
        env=environment | {"TOP_ENVIRONMENT": "production", "TOP_VAR": str(tmp_path / "var")},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert ended.returncode == BAD_SETTINGS
    assert "TOP_SECRET_KEY" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "var").exists()
