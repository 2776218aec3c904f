"""Threads for short reads, of which each waits for its own work alone.

Those of the standard pool wait at one queue: whatever is put there wakes one after the other, and two that
find nothing take the interpreter from the one that works.
"""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from queue import SimpleQueue
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_Told = Callable[[], None]  # hands what came out to whoever waits for it
_Work = Callable[[], _Told]


def _nothing() -> None:
    return


class ReaderThreads(Executor):
    """At most `threads`, started when they are needed. The one that rested last works first: what it used is
    still at hand."""

    def __init__(self, threads: int, *, name: str) -> None:
        self._most = threads
        self._name = name
        self._guard = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._resting: list[SimpleQueue[_Work | None]] = []
        self._waiting: deque[_Work] = deque()
        self._closed = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()

        def work() -> _Told:
            if not future.set_running_or_notify_cancel():
                return _nothing
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:  # it belongs to whoever waits for the result
                return partial(future.set_exception, error)
            return partial(future.set_result, result)

        with self._guard:
            if self._closed:
                raise RuntimeError("the threads were shut down")
            if self._resting:
                self._resting.pop().put(work)
            elif len(self._threads) < self._most:
                self._start(work)
            else:
                self._waiting.append(work)
        return future

    def _start(self, work: _Work) -> None:
        thread = threading.Thread(
            target=self._run, args=(work,), name=f"{self._name}-{len(self._threads)}", daemon=True
        )
        self._threads.append(thread)
        thread.start()

    def _run(self, work: _Work | None) -> None:
        mine: SimpleQueue[_Work | None] = SimpleQueue()
        while work is not None:
            told = work()
            # First at rest, then told: whoever waits for the result may come back with more at once.
            work = self._next(mine)
            told()
            del told
            work = work or mine.get()

    def _next(self, mine: "SimpleQueue[_Work | None]") -> _Work | None:
        with self._guard:
            if self._waiting:
                return self._waiting.popleft()
            if self._closed:
                mine.put(None)
            self._resting.append(mine)
        return None

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """What was submitted is still done."""
        with self._guard:
            self._closed = True
            for resting in self._resting:
                resting.put(None)
            self._resting.clear()
        if wait:
            for thread in self._threads:
                thread.join()
