"""The state machine on SQLite always, on PostgreSQL by both paths; and the two paths side by side."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.databases import copy_of
from tests.features.ledger.conftest import open_path
from tests.features.ledger.model import LedgerMachine
from tests.postgresql import PostgresForTests, memory

_QUICK = settings(max_examples=8, stateful_step_count=20, suppress_health_check=list(HealthCheck))
_LONG = settings(max_examples=60, stateful_step_count=40, suppress_health_check=list(HealthCheck))


def on_sqlite(template: Path) -> type[LedgerMachine]:
    @contextmanager
    def lend() -> Iterator[str]:
        with TemporaryDirectory(dir=memory()) as directory:
            yield copy_of(template, Path(directory))

    return type("OnSqlite", (LedgerMachine,), {"lend": staticmethod(lend)})


def on_postgres(path: str, postgres: PostgresForTests) -> type[LedgerMachine]:
    return type(
        "OnPostgres",
        (LedgerMachine,),
        {"lend": staticmethod(postgres.database), "open": staticmethod(lambda url: open_path(path, url))},
    )


def test_sqlite_keeps_to_the_model(sqlite_template: Path) -> None:
    run_state_machine_as_test(on_sqlite(sqlite_template), settings=_QUICK)


@pytest.mark.parametrize("path", ["portable", "function"])
def test_postgresql_keeps_to_the_model(path: str, postgres: PostgresForTests) -> None:
    machine = on_postgres(path, postgres)
    run_state_machine_as_test(machine, settings=settings(_QUICK, max_examples=3))


@pytest.mark.deep
def test_sqlite_keeps_to_the_model_for_long(sqlite_template: Path) -> None:
    run_state_machine_as_test(on_sqlite(sqlite_template), settings=_LONG)


@pytest.mark.deep
@pytest.mark.parametrize("path", ["portable", "function"])
def test_postgresql_keeps_to_the_model_for_long(path: str, postgres: PostgresForTests) -> None:
    machine = on_postgres(path, postgres)
    run_state_machine_as_test(machine, settings=_LONG)
