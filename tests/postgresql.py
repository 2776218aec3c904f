"""A real PostgreSQL for tests: the one named by TOP_TEST_DATABASE_URL, else the system's, started here."""

import asyncio
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.engine import URL, make_url

from app.db.engine import Database
from app.db.migrating import upgrade
from app.db.rights import grant_rights

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
class PostgresForTests:
    """Hands out fresh databases, copied from one migrated template, to a role as the product has it."""

    admin: URL
    _names: list[str] = field(default_factory=list)

    def migrate_template(self) -> None:
        self._execute(f'CREATE DATABASE "{self._template}"')
        self._execute(f"CREATE ROLE {self._role} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{self._role}'")
        asyncio.run(_upgrade(self.as_owner(self._url(self._template)), self._role))

    @contextmanager
    def database(self) -> Iterator[str]:
        """A fresh migrated database, for the role that owns nothing; dropped at the end."""
        name = f"top_test_{os.getpid()}_{len(self._names)}"
        self._names.append(name)
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{self._template}"')
        try:
            yield self._url(name)
        finally:
            self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def as_owner(self, url: str) -> str:
        """The same database for the owner of its tables."""
        owner = make_url(url).set(username=self.admin.username, password=self.admin.password)
        return owner.render_as_string(hide_password=False)

    def drop_template(self) -> None:
        self._execute(f'DROP DATABASE "{self._template}" WITH (FORCE)')
        self._execute(f"DROP ROLE {self._role}")

    @property
    def _template(self) -> str:
        return f"top_template_{os.getpid()}"

    @property
    def _role(self) -> str:
        return f"top_app_{os.getpid()}"

    def _url(self, name: str) -> str:
        own = self.admin.set(drivername="postgresql+asyncpg", database=name)
        return own.set(username=self._role, password=self._role).render_as_string(hide_password=False)

    def _execute(self, statement: str) -> None:
        async def run() -> None:
            dsn = self.admin.set(drivername="postgresql").render_as_string(hide_password=False)
            connection = await asyncpg.connect(dsn)
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        asyncio.run(run())


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
        server.drop_template()


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


@contextmanager
def _temporary_server(binaries: Path) -> Iterator[URL]:
    directory = Path(tempfile.mkdtemp(prefix="top-pg-"))
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
