"""Stops asking a search engine that keeps failing, and tries it again a little later."""

import time
from collections import deque
from collections.abc import Callable

FAILURES = 5
WITHIN_SECONDS = 10.0
OPEN_SECONDS = 15.0


class Breaker:
    """Open after FAILURES within WITHIN_SECONDS, for OPEN_SECONDS; then one probe decides."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._failures: deque[float] = deque(maxlen=FAILURES)
        self._closed_again_at = 0.0
        self._is_probing = False

    def allows(self) -> bool:
        """Whether to ask the engine now; after an open time, true for one caller until it reports."""
        if not self._closed_again_at:
            return True
        if self._now() < self._closed_again_at or self._is_probing:
            return False
        self._is_probing = True
        return True

    def succeeded(self) -> None:
        self._failures.clear()
        self._closed_again_at = 0.0
        self._is_probing = False

    def given_up(self) -> None:
        """The caller went away before the engine could answer: that says nothing of the engine."""
        self._is_probing = False

    def failed(self) -> None:
        now = self._now()
        was_probing, self._is_probing = self._is_probing, False
        self._failures.append(now)
        if was_probing or (len(self._failures) == FAILURES and now - self._failures[0] <= WITHIN_SECONDS):
            self._closed_again_at = now + OPEN_SECONDS
