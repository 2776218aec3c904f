"""How long a prediction takes: remembered, computed afresh, and with evidence.

Usage: python -m benchmarks.prediction_speed
"""

import statistics
import time
from collections.abc import Callable, Iterable
from datetime import date

from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.loading import load_pack
from app.features.knowledge.prediction import Profile, predict
from app.features.knowledge.prediction.evidence import ComparableCount, Evidence, OwnFact

TODAY = date(2026, 11, 22)


def profiles(catalogue: Catalogue) -> list[Profile]:
    """Every combination of industry, sub-industry and level of the pack."""
    return [
        Profile("某县单位", industry.code, sub.code, level.code)
        for industry in catalogue.industries.values()
        for sub in industry.sub_industries
        for level in industry.levels
    ]


def evidence_for(catalogue: Catalogue) -> Evidence:
    """Made-up evidence on twenty needs."""
    needs = list(catalogue.needs)[:20]
    counts = tuple(ComparableCount(need, "region", 30, 12, 3) for need in needs)
    return Evidence(counts, tuple(OwnFact(need, date(2025, 3, 1), "tender") for need in needs))


def timed(work: Callable[[Profile], object], given: Iterable[Profile]) -> list[float]:
    """Milliseconds of each call."""
    taken = []
    for profile in given:
        start = time.perf_counter()
        work(profile)
        taken.append((time.perf_counter() - start) * 1000)
    return sorted(taken)


def main() -> None:
    start = time.perf_counter()
    catalogue = load_pack()
    print(f"load the pack: {time.perf_counter() - start:.2f} s")
    asked = profiles(catalogue)
    evidence = evidence_for(catalogue)
    rows = {
        "computed": timed(lambda profile: predict(catalogue, profile, today=TODAY), asked),
        "remembered": timed(lambda profile: predict(catalogue, profile, today=TODAY), asked[-50:] * 200),
        "with evidence on 20 needs": timed(
            lambda p: predict(catalogue, p, evidence, today=TODAY), asked[-200:]
        ),
    }
    for name, taken in rows.items():
        p99 = taken[int(len(taken) * 0.99)]
        print(f"{name}: p50 {statistics.median(taken):.3f} ms, p99 {p99:.3f} ms ({len(taken)} calls)")


if __name__ == "__main__":
    main()
