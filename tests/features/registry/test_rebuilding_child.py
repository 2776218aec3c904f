"""The index build as a process of its own: its progress is logged, its failure is told."""

import shutil
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from app.features.registry.rebuilding_child import rebuild_in_child
from tests.cli.conftest import prepared

__all__ = ["prepared"]


@pytest.fixture
def var(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = Path(shutil.copytree(prepared, tmp_path / "var"))
    monkeypatch.setenv("TOP_VAR", str(copy))
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    monkeypatch.delenv("TOP_DATABASE_URL", raising=False)
    return copy


async def test_its_progress_is_logged(var: Path) -> None:
    with capture_logs() as logs:
        await rebuild_in_child()
    told = [entry for entry in logs if entry["event"] == "index_build"]
    assert [(entry.get("done"), entry.get("total"), entry.get("indexed")) for entry in told] == [
        (65, 65, None),
        (None, None, 65),
    ]


async def test_its_failure_says_why(var: Path) -> None:
    shutil.rmtree(var / "search")
    (var / "search").write_text("in the way")
    with pytest.raises(RuntimeError, match="The new index cannot be written"):
        await rebuild_in_child()
