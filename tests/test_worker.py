"""The worker goes on after what nobody foresaw, and a process whose worker ended is not ready."""

import asyncio
from pathlib import Path

import pytest

from app.db.engine import Database
from app.main import create_app
from app.outbox.claimer import Claimer
from app.worker import BackgroundWorker, work
from search import build_engine
from tests.application import client_of, settings_for


async def test_an_unforeseen_failure_does_not_end_the_worker(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = asyncio.Event()
    rounds = 0

    async def fail_once(_: Claimer) -> int:
        nonlocal rounds
        rounds += 1
        if rounds == 1:
            raise ZeroDivisionError
        stop.set()
        return 1

    monkeypatch.setattr(Claimer, "run_due", fail_once)
    monkeypatch.setattr("app.worker.IDLE_SECONDS", 0.001)
    database = Database(sqlite_url)
    async with asyncio.timeout(20):
        await work(database, {}, stop=stop)
    await database.close()
    assert rounds == 2


async def test_a_worker_can_be_ended_as_soon_as_it_was_started(sqlite_url: str, tmp_path: Path) -> None:
    engine = build_engine(tmp_path / "search")
    worker = BackgroundWorker(settings_for(sqlite_url, tmp_path), engine)
    worker.stop()
    worker.start()
    worker.stop()
    assert not worker.is_alive
    await engine.close()


@pytest.mark.parametrize(("ends", "status"), [(False, 200), (True, 503)])
async def test_a_process_whose_worker_ended_is_not_ready(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: bool, status: int
) -> None:
    async def end(*_: object, **__: object) -> None:
        return

    if ends:
        monkeypatch.setattr("app.worker.work", end)
    settings = settings_for(sqlite_url, tmp_path).model_copy(update={"worker": "embedded"})
    app = create_app(settings)
    async with app.router.lifespan_context(app), client_of(app) as client:
        async with asyncio.timeout(20):
            while app.state.worker.is_alive and ends:  # noqa: ASYNC110 - a thread ends by itself
                await asyncio.sleep(0)
        assert (await client.get("/readyz")).status_code == status
        assert (await client.get("/livez")).status_code == 200
