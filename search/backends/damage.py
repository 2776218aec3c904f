"""Files that cannot be read or written, told as the port tells that an engine is away."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from search.contract import SearchUnavailable

_PANIC = "PanicException"  # of the Rust library; it has no name to import and is no Exception


def damage_told(index: Path) -> AbstractContextManager[None]:
    """Raises SearchUnavailable where the files of `index` cannot be read."""
    return failure_told(f"the index {index.name} cannot be read")


@contextmanager
def failure_told(sentence: str) -> Iterator[None]:
    """Raises SearchUnavailable, which begins with `sentence`, where the library or the disk fails."""
    try:
        yield
    except BaseException as error:
        if not isinstance(error, ValueError | OSError) and type(error).__name__ != _PANIC:
            raise
        raise SearchUnavailable(f"{sentence}: {error}") from error
