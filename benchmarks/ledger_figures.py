"""What one run of a bench gives."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figures:
    """Rate a second, and latencies in milliseconds."""

    rate: float
    p50: float
    p99: float
    count: int

    @classmethod
    def of(cls, taken: Sequence[float], seconds: float) -> "Figures":
        ordered = sorted(taken)
        at_99 = min(len(ordered) - 1, int(len(ordered) * 0.99))
        return cls(len(ordered) / seconds, statistics.median(ordered), ordered[at_99], len(ordered))

    @classmethod
    def middle(cls, runs: Sequence["Figures"]) -> "Figures":
        """The median of each figure over several runs."""
        return cls(
            statistics.median(run.rate for run in runs),
            statistics.median(run.p50 for run in runs),
            statistics.median(run.p99 for run in runs),
            sum(run.count for run in runs),
        )
