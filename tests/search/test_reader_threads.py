"""Threads that rest apart: everything is done once, failures reach who waits, the last one works first."""

import threading
from collections.abc import Iterator

import pytest

from search.backends.reader_threads import ReaderThreads


@pytest.fixture
def threads() -> Iterator[ReaderThreads]:
    made = ReaderThreads(2, name="test")
    yield made
    made.shutdown()


def test_everything_is_done_once_however_much_there_is(threads: ReaderThreads) -> None:
    futures = [threads.submit(lambda number: number * 2, number) for number in range(500)]
    assert [future.result(timeout=10) for future in futures] == [number * 2 for number in range(500)]


def test_a_failure_reaches_who_waits_and_ends_no_thread(threads: ReaderThreads) -> None:
    for _ in range(5):
        with pytest.raises(ZeroDivisionError):
            threads.submit(lambda: 1 / 0).result(timeout=10)
    assert threads.submit(int).result(timeout=10) == 0


def test_who_asks_again_at_once_meets_the_same_thread(threads: ReaderThreads) -> None:
    names = {threads.submit(lambda: threading.current_thread().name).result(timeout=10) for _ in range(50)}
    assert names == {"test-0"}


def test_the_one_that_rested_last_works_first(threads: ReaderThreads) -> None:
    gates = [threading.Event(), threading.Event()]
    both = [threads.submit(gate.wait, 10) for gate in gates]
    for gate, future in zip(gates, both, strict=True):
        gate.set()
        future.result(timeout=10)
    assert threads.submit(lambda: threading.current_thread().name).result(timeout=10) == "test-1"


def test_two_work_side_by_side_and_the_third_waits(threads: ReaderThreads) -> None:
    meeting, ready = threading.Barrier(3), threading.Event()
    both = [threads.submit(meeting.wait, 10) for _ in range(2)]
    third = threads.submit(ready.set)
    assert not ready.is_set()
    meeting.wait(10)
    assert third.result(timeout=10) is None
    assert {future.result(timeout=10) for future in both} <= {0, 1, 2}


def test_what_was_given_up_in_the_queue_is_not_begun() -> None:
    threads = ReaderThreads(1, name="test")
    meeting, begun = threading.Barrier(2), threading.Event()
    threads.submit(meeting.wait, 10)
    waiting = threads.submit(begun.set)
    assert waiting.cancel()
    meeting.wait(10)
    threads.shutdown()
    assert not begun.is_set()


def test_the_end_waits_for_what_was_submitted_and_takes_no_more() -> None:
    threads = ReaderThreads(1, name="test")
    futures = [threads.submit(int) for _ in range(20)]
    threads.shutdown()
    assert [future.result(timeout=0) for future in futures] == [0] * 20
    with pytest.raises(RuntimeError):
        threads.submit(int)
