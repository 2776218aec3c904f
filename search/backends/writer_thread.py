"""Writing in the background: one thread a kind, batches, tickets."""

import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from search.backends.writes import Change
from search.contract import SearchTimeout, SearchUnavailable

_BATCH = 1_000
_REMEMBERED = 1_000  # failures kept for those who settle late


@dataclass(frozen=True, slots=True)
class _Order:
    number: int
    changes: tuple[Change, ...]


@dataclass
class WriterThread:
    """Applies orders of one kind in turn. `apply` writes one batch and returns when it is searchable."""

    apply: Callable[[list[Change]], None]
    _orders: "queue.SimpleQueue[_Order | None]" = field(default_factory=queue.SimpleQueue)
    _done: threading.Condition = field(default_factory=threading.Condition)
    _given: int = 0
    _settled: int = 0
    _failures: dict[int, Exception] = field(default_factory=dict)
    _thread: threading.Thread | None = None
    _closed: bool = False

    def submit(self, changes: Iterable[Change]) -> int:
        """Returns the number to settle."""
        with self._done:
            if self._closed:
                raise SearchUnavailable("the engine is closed")
            self._given += 1
            number = self._given
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="search-writer", daemon=True)
                self._thread.start()
            self._orders.put(_Order(number, tuple(changes)))
        return number

    def settle(self, number: int, timeout: float) -> None:
        with self._done:
            if not self._done.wait_for(lambda: self._settled >= number, timeout):
                raise SearchTimeout(f"the write is not searchable after {timeout} s")
            failure = self._failures.get(number)
        if failure:
            raise SearchUnavailable(f"the write failed: {failure}") from failure

    def close(self) -> None:
        """Finishes what was submitted."""
        with self._done:
            self._closed = True
            thread, self._thread = self._thread, None
            if thread:
                self._orders.put(None)
        if thread:
            thread.join()

    def _run(self) -> None:
        going = True
        while going:
            batch, going = self._take()
            if not batch:
                continue
            failure: Exception | None = None
            try:
                self.apply([change for order in batch for change in order.changes])
            except Exception as error:  # told to whoever settles; the next batch is tried again
                failure = error
            with self._done:
                self._settled = batch[-1].number
                if failure:
                    self._failures |= {order.number: failure for order in batch}
                    for number in list(self._failures)[:-_REMEMBERED]:
                        del self._failures[number]
                self._done.notify_all()

    def _take(self) -> tuple[list[_Order], bool]:
        batch: list[_Order] = []
        size = 0
        order = self._orders.get()
        while order is not None:
            batch.append(order)
            size += len(order.changes)
            if size >= _BATCH:
                return batch, True
            try:
                order = self._orders.get_nowait()
            except queue.Empty:
                return batch, True
        return batch, False
