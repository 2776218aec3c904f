"""Counts recognised names against their labels and prints Markdown tables."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from app.features.knowledge.recognition import Reading, Recognition
from benchmarks.recognition_samples import INSTITUTIONS, Sample

Pair = tuple[Sample, Recognition]
_UNKNOWN = "other"
_FIELDS = ("sub_industry", "level")
_PLACES = ("province", "city", "district")
_BANDS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01)


@dataclass(frozen=True, slots=True)
class Share:
    """A proportion with its 95 % Wilson interval."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        return self.hits / self.total if self.total else 0.0

    def interval(self) -> tuple[float, float]:
        if not self.total:
            return 0.0, 1.0
        z, n, p = 1.96, self.total, self.value
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return middle - half, middle + half

    def __str__(self) -> str:
        if not self.total:
            return "-"
        low, high = self.interval()
        return f"{self.value:.3f} ({low:.3f}-{high:.3f})"


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def is_right(pair: Pair) -> bool:
    return pair[0].industry == pair[1].industry.value


def is_answered(recognition: Recognition) -> bool:
    """One industry is named; "other" and a choice between two are no answers."""
    return recognition.industry.value != _UNKNOWN and not recognition.is_ambiguous


def industries_table(pairs: Sequence[Pair], industries: Iterable[str]) -> str:
    """Recall and precision per industry. A choice counts by its first reading."""
    rows: list[Sequence[object]] = []
    recalls, precisions = [], []
    for industry in industries:
        truly = [pair for pair in pairs if pair[0].industry == industry]
        said = [pair for pair in pairs if pair[1].industry.value == industry]
        recall = Share(sum(map(is_right, truly)), len(truly))
        precision = Share(sum(map(is_right, said)), len(said))
        if truly:
            recalls.append(recall.value)
            precisions.append(precision.value)
            rows.append((industry, len(truly), recall, len(said), precision))
    means = [sum(values) / len(values) if values else 0.0 for values in (recalls, precisions)]
    rows.append(("macro average", len(pairs), f"{means[0]:.3f}", "", f"{means[1]:.3f}"))
    return table(("industry", "names", "recall", "read as it", "precision"), rows)


def institutions_table(pairs: Sequence[Pair]) -> str:
    return industries_table(pairs, INSTITUTIONS)


def answers_table(groups: Sequence[tuple[str, Sequence[Pair]]]) -> str:
    rows = []
    for name, pairs in groups:
        answered = [pair for pair in pairs if is_answered(pair[1])]
        choices = [pair for pair in pairs if pair[1].is_ambiguous]
        offered = sum(sample.industry in _choices(found) for sample, found in choices)
        rows.append(
            (
                name,
                len(pairs),
                Share(len(answered), len(pairs)),
                Share(sum(map(is_right, answered)), len(answered)),
                Share(sum(map(is_right, [*answered, *choices])), len(answered) + len(choices)),
                len(choices),
                Share(offered, len(choices)),
                sum(found.industry.value == _UNKNOWN for _, found in pairs),
            )
        )
    return table(
        (
            "names of",
            "names",
            "answered",
            "precision",
            "precision if a choice counts by its first",
            "choices",
            "truth among the choices",
            "other",
        ),
        rows,
    )


def _choices(recognition: Recognition) -> set[str]:
    return {recognition.industry.value, *(reading.value for reading in recognition.alternatives)}


def confusion_table(pairs: Sequence[Pair]) -> str:
    """Rows: the label; columns: what was read."""
    counts = Counter((sample.industry, found.industry.value) for sample, found in pairs)
    labels = sorted({label for label, _ in counts})
    read = sorted({code for _, code in counts})
    rows = [(label, *(counts[label, code] or "" for code in read)) for label in labels]
    return table(("label \\ read", *read), rows)


def details_table(pairs: Sequence[Pair]) -> str:
    """Sub-industry and level, where the source has a label and the industry was read rightly."""
    rows = []
    for field in _FIELDS:
        for industry in sorted({sample.industry for sample, _ in pairs}):
            known = [
                (getattr(sample, field), getattr(found, field))
                for sample, found in pairs
                if sample.industry == industry == found.industry.value and getattr(sample, field)
            ]
            if known:
                rows.append((field, industry, *_shares(known)))
    return table(("reading", "industry", "labelled", "answered", "right of answered", "right of all"), rows)


def places_table(pairs: Sequence[Pair]) -> str:
    """Province, city and district, where the source itself states the place."""
    rows = []
    for field in _PLACES:
        known = [(getattr(s, field), getattr(found, field)) for s, found in pairs if getattr(s, field)]
        rows.append((field, *_shares(known)))
    return table(("place", "labelled", "answered", "right of answered", "right of all"), rows)


def _shares(known: Sequence[tuple[str, Reading | None]]) -> tuple[int, Share, Share, Share]:
    answered = [(label, reading) for label, reading in known if reading]
    right = sum(label == reading.value for label, reading in answered)
    return len(known), Share(len(answered), len(known)), Share(right, len(answered)), Share(right, len(known))


def calibration_table(pairs: Sequence[Pair]) -> str:
    """How often a stated confidence in the industry was right."""
    rows = []
    for low, high in pairwise(_BANDS):
        inside = [p for p in pairs if low <= p[1].industry.confidence < high]
        if inside:
            rows.append(
                (
                    f"{low:.2f} to {min(high, 1):.2f}",
                    len(inside),
                    Share(sum(map(is_right, inside)), len(inside)),
                )
            )
    return table(("confidence", "names", "right"), rows)
