"""A temporary file that holds what was read until all of it is known to be good."""

import pickle
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any


class Spool:
    """Batches in the order they were added; gone when closed, or when the process ends."""

    def __init__(self, directory: Path | None = None) -> None:
        self._file = tempfile.TemporaryFile(dir=directory)  # noqa: SIM115 - closed by __exit__

    def __enter__(self) -> "Spool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, batch: Sequence[Any]) -> None:
        pickle.dump(batch, self._file, protocol=pickle.HIGHEST_PROTOCOL)

    def batches(self) -> Iterator[Sequence[Any]]:
        """From the first, each time it is asked."""
        self._file.seek(0)
        while True:
            try:
                batch: Sequence[Any] = pickle.load(self._file)  # noqa: S301 - what `add` wrote
            except EOFError:
                return
            yield batch
