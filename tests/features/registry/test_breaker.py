"""The breaker opens on repeated failures, lets one probe through later, and closes on success."""

from app.features.registry.breaker import FAILURES, OPEN_SECONDS, WITHIN_SECONDS, Breaker


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def opened(clock: Clock) -> Breaker:
    breaker = Breaker(now=clock)
    for _ in range(FAILURES):
        assert breaker.allows()
        breaker.failed()
    return breaker


def test_it_opens_after_five_failures_and_stays_open() -> None:
    clock = Clock()
    breaker = opened(clock)
    assert not breaker.allows()
    clock.now += OPEN_SECONDS - 0.1
    assert not breaker.allows()


def test_failures_far_apart_do_not_open_it() -> None:
    clock = Clock()
    breaker = Breaker(now=clock)
    for _ in range(FAILURES * 3):
        breaker.failed()
        clock.now += WITHIN_SECONDS / (FAILURES - 1) + 0.1
        assert breaker.allows()


def test_a_success_forgets_earlier_failures() -> None:
    breaker = Breaker(now=Clock())
    for _ in range(FAILURES - 1):
        breaker.failed()
    breaker.succeeded()
    breaker.failed()
    assert breaker.allows()


def test_one_probe_decides() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += OPEN_SECONDS
    assert breaker.allows()
    assert not breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    clock.now += OPEN_SECONDS
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.allows()
    assert breaker.allows()


def test_a_probe_given_up_leaves_room_for_another() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += OPEN_SECONDS
    assert breaker.allows()
    breaker.given_up()
    assert breaker.allows()
