"""A real PostgreSQL for tests: the one named by TOP_TEST_DATABASE_URL, else the system's, started here."""

import asyncio
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest
from sqlalchemy.engine import URL, make_url

from app.db.engine import Database
from app.db.migrating import upgrade
from app.db.rights import grant_rights
from tests.forgetting import forget, read_seeds

Result = TypeVar("Result")

_ENOUGH_MEMORY = 2 * 1024**3
_MOST_TAKINGS = 50  # what was deleted still takes room, and time to look through
# Durability is not under test here; the crash tests start a server of their own.
_FAST = (
    "-c",
    "fsync=off",
    "-c",
    "synchronous_commit=off",
    "-c",
    "full_page_writes=off",
    "-c",
    "shared_buffers=64MB",
)


@dataclass
class _Held:
    """A database that tests take one after the other, and our own connection to it."""

    name: str
    keeper: asyncpg.Connection
    takings: int = 0
    is_altered: bool = False  # its owner was in it: who knows what it changed


class PostgresForTests:
    """Hands out migrated databases, copied from one template, to a role as the product has it.

    A database is used again: forgetting what was written takes a tenth of the time that a copy takes.
    """

    def __init__(self, admin: URL) -> None:
        self.admin = admin
        self._loop = asyncio.new_event_loop()
        self._held: dict[str, _Held] = {}
        self._idle: list[_Held] = []
        self._made = 0

    def migrate_template(self) -> None:
        self._execute(f'CREATE DATABASE "{self._template}"')
        self._execute(f"CREATE ROLE {self._role} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{self._role}'")
        self._run(_upgrade(self.as_owner(self._url(self._template)), self._role))
        self._seeds = self._run(self._read_seeds())

    @contextmanager
    def database(self) -> Iterator[str]:
        """A migrated database with nothing in it, for the role that owns nothing."""
        held = self._idle.pop() if self._idle else self._make()
        held.takings += 1
        try:
            yield self._url(held.name)
        finally:
            if held.is_altered or held.takings >= _MOST_TAKINGS or held.keeper.is_closed():
                self._drop(held)
            else:
                self._run(forget(held.keeper, self._seeds))
                self._idle.append(held)

    def as_owner(self, url: str) -> str:
        """The same database for the owner of its tables."""
        owner = make_url(url).set(username=self.admin.username, password=self.admin.password)
        if owner.database in self._held:
            self._held[owner.database].is_altered = True
        return owner.render_as_string(hide_password=False)

    def close(self) -> None:
        for held in list(self._held.values()):
            self._drop(held)
        self._execute(f'DROP DATABASE "{self._template}" WITH (FORCE)')
        self._execute(f"DROP ROLE {self._role}")
        self._loop.close()

    @property
    def _template(self) -> str:
        return f"top_template_{os.getpid()}"

    @property
    def _role(self) -> str:
        return f"top_app_{os.getpid()}"

    def _make(self) -> _Held:
        name = f"top_test_{os.getpid()}_{self._made}"
        self._made += 1
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{self._template}"')
        self._held[name] = _Held(name, self._run(self._connect(name)))
        return self._held[name]

    def _drop(self, held: _Held) -> None:
        self._run(held.keeper.close())
        self._execute(f'DROP DATABASE "{held.name}" WITH (FORCE)')
        del self._held[held.name]

    def _url(self, name: str) -> str:
        own = self.admin.set(drivername="postgresql+asyncpg", database=name)
        return own.set(username=self._role, password=self._role).render_as_string(hide_password=False)

    async def _connect(self, name: str | None) -> asyncpg.Connection:
        place = self.admin.set(drivername="postgresql", database=name)
        return await asyncpg.connect(place.render_as_string(hide_password=False))

    async def _read_seeds(self) -> list[str]:
        connection = await self._connect(self._template)
        try:
            return await read_seeds(connection)
        finally:
            await connection.close()

    def _execute(self, statement: str) -> None:
        async def run() -> None:
            connection = await self._connect(self.admin.database)
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        self._run(run())

    def _run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self._loop.run_until_complete(work)


async def _upgrade(url: str, role: str) -> None:
    database = Database(url)
    await upgrade(database)
    await grant_rights(database, role)
    await database.close()


@contextmanager
def postgres_for_tests() -> Iterator[PostgresForTests]:
    """The given server or a temporary one. Where neither is possible: fails in CI, skips elsewhere."""
    given = os.environ.get("TOP_TEST_DATABASE_URL")
    if given:
        yield from _with_template(PostgresForTests(make_url(given)))
        return
    binaries = _binaries()
    if binaries is None:
        reason = (
            "PostgreSQL is missing (Debian: apt-get install postgresql) and TOP_TEST_DATABASE_URL is unset"
        )
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with _temporary_server(binaries) as admin:
        yield from _with_template(PostgresForTests(admin))


def _with_template(server: PostgresForTests) -> Iterator[PostgresForTests]:
    server.migrate_template()
    try:
        yield server
    finally:
        server.close()


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


@contextmanager
def _temporary_server(binaries: Path) -> Iterator[URL]:
    directory = Path(tempfile.mkdtemp(prefix="top-pg-", dir=memory()))
    as_owner: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        owner = pwd.getpwnam("postgres")
        os.chown(directory, owner.pw_uid, owner.pw_gid)
        as_owner = ["runuser", "-u", "postgres", "--"]
    data, port = directory / "data", _free_port()
    try:
        initdb = [
            binaries / "initdb",
            "-D",
            data,
            "-U",
            "top",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        ]
        subprocess.run([*as_owner, *initdb], check=True, capture_output=True, cwd=directory)
        server = subprocess.Popen(
            [
                *as_owner,
                binaries / "postgres",
                "-D",
                data,
                "-k",
                directory,
                "-h",
                "127.0.0.1",
                "-p",
                str(port),
                *_FAST,
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=directory,
        )
        try:
            _wait_until_ready(
                [*as_owner, binaries / "pg_isready", "-h", "127.0.0.1", "-p", str(port), "-t", "20"]
            )
            yield URL.create("postgresql", username="top", host="127.0.0.1", port=port, database="postgres")
        finally:
            subprocess.run(
                [*as_owner, binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"], capture_output=True
            )
            server.wait(timeout=20)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def memory() -> str | None:
    """A directory that no disk is behind, where there is one with room: nothing here outlives the run."""
    shared = "/dev/shm"
    try:
        return shared if shutil.disk_usage(shared).free > _ENOUGH_MEMORY else None
    except OSError:
        return None


def _wait_until_ready(probe: list[str | Path]) -> None:
    until = time.monotonic() + 60  # one that was killed first repeats what it had not written
    while time.monotonic() < until:
        if subprocess.run(probe, capture_output=True).returncode == 0:
            return
        time.sleep(0.05)
    raise RuntimeError("the temporary PostgreSQL did not become ready")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
