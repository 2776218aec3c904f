"""Preparing many rows on all cores: reading names is most of an import's time."""

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor

from app.features.knowledge.catalogue import Catalogue
from app.features.registry.attributes import Prepared, prepare_all
from app.features.registry.batches import in_batches
from app.features.registry.import_rows import OrganisationRow

_BATCH = 1_000
_WORTH_PROCESSES = 5_000  # rows; below it starting processes costs more than it saves

# Set once in each child process.
_catalogue: Catalogue | None = None


def prepare_rows(
    rows: Sequence[OrganisationRow], catalogue: Catalogue, *, advance: Callable[[int], None]
) -> dict[int, Prepared]:
    """By row number. `advance` is told how many more rows are ready."""
    batches = list(in_batches(rows, _BATCH))
    if len(rows) < _WORTH_PROCESSES:
        return _collected((prepare_all(batch, catalogue) for batch in batches), advance)
    # Spawned, not forked: the parent runs an event loop and threads.
    spawning = multiprocessing.get_context("spawn")
    workers = min(os.cpu_count() or 1, 8)
    with ProcessPoolExecutor(workers, spawning, initializer=_start, initargs=(catalogue,)) as pool:
        return _collected(pool.map(_prepare_batch, batches), advance)


def _collected(batches: Iterable[list[Prepared]], advance: Callable[[int], None]) -> dict[int, Prepared]:
    ready: dict[int, Prepared] = {}
    for batch in batches:
        ready.update((prepared.row.number, prepared) for prepared in batch)
        advance(len(batch))
    return ready


def _start(catalogue: Catalogue) -> None:
    global _catalogue
    _catalogue = catalogue
    gc.disable()  # see importing: nothing here forms cycles, and the process is short-lived


def _prepare_batch(rows: Sequence[OrganisationRow]) -> list[Prepared]:
    assert _catalogue is not None
    return prepare_all(rows, _catalogue)
