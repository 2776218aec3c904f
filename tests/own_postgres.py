"""A PostgreSQL of one's own: durable as in production, to be killed, started again, and measured."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import URL

from tests.postgresql import _binaries, _free_port, _wait_until_ready

_SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "max_connections": "100",
    "log_min_messages": "panic",
}


class OwnPostgres:
    """One server in a temporary directory."""

    def __init__(self, binaries: Path, directory: Path) -> None:
        self.binaries, self._directory, self._data = binaries, directory, directory / "data"
        self.port = _free_port()
        self._as_owner: list[str] = []
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            owner = pwd.getpwnam("postgres")
            os.chown(directory, owner.pw_uid, owner.pw_gid)
            self._as_owner = ["runuser", "-u", "postgres", "--"]
        self._run("initdb", "-D", self._data, "-U", "top", "-A", "trust", "-E", "UTF8", "--locale=C")

    @property
    def url(self) -> URL:
        return URL.create(
            "postgresql+asyncpg", username="top", host="127.0.0.1", port=self.port, database="postgres"
        )

    def start(self) -> None:
        """Start it and wait until it answers; after a kill it recovers first."""
        options = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        place = ["-k", self._directory, "-h", "127.0.0.1", "-p", str(self.port)]
        self._server = subprocess.Popen(
            [*self._as_owner, self.binaries / "postgres", "-D", self._data, *place, *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._directory,
        )
        probe = [self.binaries / "pg_isready", "-h", "127.0.0.1", "-p", str(self.port), "-t", "20"]
        _wait_until_ready([*self._as_owner, *probe])

    def kill(self) -> None:
        """SIGKILL to every process of the server, as a power cut would end them."""
        leader = int((self._data / "postmaster.pid").read_text().splitlines()[0])
        children = Path(f"/proc/{leader}/task/{leader}/children").read_text().split()
        for process in (leader, *map(int, children)):
            subprocess.run(["kill", "-KILL", str(process)], check=False, capture_output=True)
        self._server.wait(timeout=20)
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "stop", check=False)
        self._server.wait(timeout=20)

    def _run(self, program: str, *arguments: object, check: bool = True) -> None:
        command = [*self._as_owner, str(self.binaries / program), *map(str, arguments)]
        subprocess.run(command, check=check, capture_output=True, cwd=self._directory)


@contextmanager
def own_postgres() -> Iterator[OwnPostgres | None]:
    """A started server; None where PostgreSQL is not installed."""
    binaries = _binaries()
    if binaries is None:
        yield None
        return
    directory = Path(tempfile.mkdtemp(prefix="top-own-pg-"))
    server = OwnPostgres(binaries, directory)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(directory, ignore_errors=True)
