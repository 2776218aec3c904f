"""/readyz says which part cannot do its work, and 503 only where nothing can be served."""

from pathlib import Path

import pytest

from app.db.engine import Database
from app.main import create_app
from app.web import health
from tests.application import client_of, settings_for
from tests.features.registry.engines import AbsentEngine


class HealthyEngine(AbsentEngine):
    async def health(self):  # type: ignore[no-untyped-def]
        from dataclasses import replace

        return replace(await super().health(), state="ok")


class BrokenEngine(AbsentEngine):
    async def health(self):  # type: ignore[no-untyped-def]
        raise ZeroDivisionError


@pytest.fixture
def var(tmp_path: Path) -> Path:
    return tmp_path


async def asked(url: str, var: Path, engine: AbsentEngine) -> tuple[int, dict[str, object]]:
    app = create_app(settings_for(url, var), engine=engine)
    async with client_of(app) as client:
        answer = await client.get("/readyz")
        assert (await client.get("/livez")).status_code == 200
    await app.state.database.close()
    return answer.status_code, answer.json()


async def test_all_well(database_url: str, var: Path) -> None:
    status, told = await asked(database_url, var, HealthyEngine())
    assert status == 200
    assert told["status"] == "ok"
    assert set(told["parts"]) == {"database", "migrations", "disk", "worker", "search"}  # type: ignore[call-overload]


@pytest.mark.parametrize("engine", [AbsentEngine(), BrokenEngine()])
async def test_without_the_engine_it_is_degraded_and_serves(
    sqlite_url: str, var: Path, engine: AbsentEngine
) -> None:
    status, told = await asked(sqlite_url, var, engine)
    assert (status, told["status"]) == (200, "degraded")
    assert told["parts"]["search"] == "down"  # type: ignore[index]


async def test_without_the_database_it_is_unavailable(var: Path) -> None:
    status, told = await asked(f"sqlite+aiosqlite:///{var / 'none.db'}", var, HealthyEngine())
    assert (status, told["status"]) == (503, "unavailable")
    assert told["parts"]["database"] == "down"  # type: ignore[index]


async def test_an_older_schema_is_named(sqlite_url: str, var: Path) -> None:
    database = Database(sqlite_url)
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'older'")
    await database.close()
    status, told = await asked(sqlite_url, var, HealthyEngine())
    assert status == 503
    assert told["parts"] == {  # type: ignore[comparison-overlap]
        "database": "ok", "migrations": "missing", "disk": "ok", "worker": "ok", "search": "ok"
    }  # fmt: skip


async def test_a_full_disk_is_named(sqlite_url: str, var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "MIN_FREE_DISK", 1.0)
    status, told = await asked(sqlite_url, var, HealthyEngine())
    assert status == 503
    assert told["parts"]["disk"] == "full"  # type: ignore[index]
