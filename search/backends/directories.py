"""Where the indexes of one kind live on disk, and which of them is live.

    <root>/<kind>/CURRENT             name of the live directory, replaced by an atomic rename
    <root>/<kind>/LOCK                held while something is written or swapped
    <root>/<kind>/<schema hash>-<n>/  one index

Processes share this: a rebuild may run in a child process while another one serves.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class KindDirectory:
    path: Path

    def current(self) -> Path | None:
        """The live index, or None when nothing was ever built."""
        try:
            name = (self.path / "CURRENT").read_text("utf-8").strip()
        except FileNotFoundError:
            return None
        live = self.path / name
        return live if name and live.is_dir() else None

    def stamp(self) -> tuple[int, int]:
        """Changes when another index becomes live; zeros when there is none."""
        try:
            found = (self.path / "CURRENT").stat()
        except FileNotFoundError:
            return 0, 0
        return found.st_ino, found.st_mtime_ns

    def create(self, schema_hash: str) -> Path:
        """A new empty directory for an index, beside the live one."""
        self.path.mkdir(parents=True, exist_ok=True)
        number = 1 + max((_number(path) for path in self.path.iterdir() if path.is_dir()), default=0)
        while True:
            new = self.path / f"{schema_hash}-{number}"
            try:
                new.mkdir()
            except FileExistsError:
                number += 1
            else:
                return new

    def make_current(self, new: Path) -> None:
        """Swaps; the index that was live stays for readers that still have it open, older ones go."""
        before = self.current()
        draft = self.path / f"CURRENT.{new.name}"
        with draft.open("w", encoding="utf-8") as file:
            file.write(new.name)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path / "CURRENT")
        self._sweep(keep={new, before}, up_to=_number(new))

    def _sweep(self, keep: set[Path | None], up_to: int) -> None:
        for path in self.path.iterdir():
            if path.is_dir() and path not in keep and _number(path) < up_to:
                shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One writer at a time, in all processes; freed by the system when a process dies."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / "LOCK").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def schema_of(index: Path) -> str:
    return index.name.rpartition("-")[0]


def _number(path: Path) -> int:
    last = path.name.rpartition("-")[2]
    return int(last) if last.isdigit() else 0
