"""Documents on disk: sealed, under random names, outside whatever is served."""

import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from app.kit.sealing import Sealer

PURPOSE = "company-documents"
_DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class DocumentStore:
    """Blocking: call it in a thread."""

    folder: Path
    sealer: Sealer

    def keep(self, content: bytes) -> str:
        """The key of the file, which is whole or not there at all."""
        key = secrets.token_hex(16)
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            file.write(self.sealer.seal_bytes(content))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        return key

    def read(self, key: str) -> bytes:
        """Raises OSError where the file is gone, SealBroken where it is not ours."""
        return self.sealer.open_bytes(self._path(key).read_bytes())

    def drop(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def older_than_a_day(self) -> list[str]:
        """Keys of files, finished or not: the row of a fresh one may not be written yet."""
        before = time.time() - _DAY
        files = (path for path in self.folder.glob("*/*") if path.is_file())
        return [path.name for path in files if path.stat().st_mtime < before]

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key
