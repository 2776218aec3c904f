"""Where the indexes of one kind live on disk, and which of them is live.

    <root>/<kind>/CURRENT             name of the live directory, replaced by an atomic rename
    <root>/<kind>/LOCK                held while something is written or swapped
    <root>/<kind>/<schema hash>-<n>/  one index
    .../<schema hash>-<n>/CHECKPOINT  only in one that is not finished: how far it has come

Processes share this: a rebuild may run in a child process while another one serves.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a rebuild has come (None: nowhere), and when it began (time.time_ns)."""

    began: int
    mark: str | None


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
        # Without its list of files a directory is no index, and opening it would make an empty one there.
        return live if name and (live / "meta.json").is_file() else None

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
        self.forget(new)
        _replace(self.path / "CURRENT", new.name, draft=f"CURRENT.{new.name}")
        self._sweep(keep={new, before}, up_to=_number(new))

    def note(self, index: Path, checkpoint: Checkpoint) -> None:
        """Remember how far the rebuild of `index` has come."""
        _replace(_note_of(index), json.dumps([checkpoint.began, checkpoint.mark]), draft="CHECKPOINT.draft")

    def is_noted(self, index: Path) -> bool:
        return _note_of(index).exists()

    def forget(self, index: Path) -> None:
        """Nobody goes on with the rebuild of `index`."""
        _note_of(index).unlink(missing_ok=True)

    def unfinished(self, schema_hash: str) -> list[tuple[Path, Checkpoint]]:
        """Rebuilds of this schema that left a checkpoint, the newest first."""
        if not self.path.is_dir():
            return []
        live = self.current()
        found = [
            (path, checkpoint)
            for path in self.path.iterdir()
            if path != live and schema_of(path) == schema_hash and (checkpoint := _noted(path))
        ]
        return sorted(found, key=lambda one: _number(one[0]), reverse=True)

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


def _note_of(index: Path) -> Path:
    return index / "CHECKPOINT"


def _noted(index: Path) -> Checkpoint | None:
    try:
        began, mark = json.loads(_note_of(index).read_text("utf-8"))
        return Checkpoint(int(began), str(mark))
    except (OSError, ValueError, TypeError):
        return None


def _replace(path: Path, text: str, *, draft: str) -> None:
    """All of the new text or all of the old, whatever happens meanwhile."""
    new = path.parent / draft
    with new.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _number(path: Path) -> int:
    last = path.name.rpartition("-")[2]
    return int(last) if last.isdigit() else 0
