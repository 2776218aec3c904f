"""A database for one test or for several, on either engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.postgresql import PostgresForTests


def copy_of(template: Path, directory: Path) -> str:
    """The address of a copy of this SQLite file."""
    copy = directory / "test.db"
    copy.write_bytes(template.read_bytes())
    return f"sqlite+aiosqlite:///{copy}"


@contextmanager
def migrated(request: pytest.FixtureRequest, directory: Path) -> Iterator[str]:
    """The address of an empty database on the engine that `request` has for a parameter."""
    if request.param == "sqlite":
        yield copy_of(request.getfixturevalue("sqlite_template"), directory)
        return
    server: PostgresForTests = request.getfixturevalue("postgres")
    with server.database() as url:
        yield url
