"""A damaged index, told as the port tells that an engine is away."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search.contract import SearchUnavailable

_PANIC = "PanicException"  # of the Rust library; it has no name to import and is no Exception


@contextmanager
def damage_told(index: Path) -> Iterator[None]:
    """Raises SearchUnavailable where the files of `index` cannot be read."""
    try:
        yield
    except BaseException as error:
        if not isinstance(error, ValueError | OSError) and type(error).__name__ != _PANIC:
            raise
        raise SearchUnavailable(f"the index {index.name} cannot be read: {error}") from error
