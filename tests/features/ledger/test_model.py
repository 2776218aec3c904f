"""The state machine on SQLite always, on PostgreSQL by both paths; and the two paths side by side."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from app.db.engine import Database
from tests.features.ledger.conftest import empty, open_path
from tests.features.ledger.model import LedgerMachine
from tests.postgresql import PostgresForTests

_QUICK = settings(max_examples=8, stateful_step_count=20, suppress_health_check=list(HealthCheck))
_LONG = settings(max_examples=60, stateful_step_count=40, suppress_health_check=list(HealthCheck))


def on_sqlite(template: Path) -> type[LedgerMachine]:
    return type("OnSqlite", (LedgerMachine,), {"template": template})


def on_postgres(path: str, url: str, owner_url: str) -> type[LedgerMachine]:
    class OnPostgres(LedgerMachine):
        def open(self) -> Database:
            asyncio.run(empty(owner_url))
            return open_path(path, url)

    return OnPostgres


def test_sqlite_keeps_to_the_model(sqlite_template: Path) -> None:
    run_state_machine_as_test(on_sqlite(sqlite_template), settings=_QUICK)


@pytest.mark.parametrize("path", ["portable", "function"])
def test_postgresql_keeps_to_the_model(
    path: str, postgres: PostgresForTests, shared_postgres_url: str
) -> None:
    machine = on_postgres(path, shared_postgres_url, postgres.as_owner(shared_postgres_url))
    run_state_machine_as_test(machine, settings=settings(_QUICK, max_examples=3))


@pytest.mark.deep
def test_sqlite_keeps_to_the_model_for_long(sqlite_template: Path) -> None:
    run_state_machine_as_test(on_sqlite(sqlite_template), settings=_LONG)


@pytest.mark.deep
@pytest.mark.parametrize("path", ["portable", "function"])
def test_postgresql_keeps_to_the_model_for_long(
    path: str, postgres: PostgresForTests, shared_postgres_url: str
) -> None:
    machine = on_postgres(path, shared_postgres_url, postgres.as_owner(shared_postgres_url))
    run_state_machine_as_test(machine, settings=_LONG)
