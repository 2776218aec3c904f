"""How good predictions are, on public facts they were not allowed to see.

Usage: python -m benchmarks.prediction_quality DIRECTORY
DIRECTORY holds organisations.csv.gz and tenders.csv.gz. The constants of the model were chosen on the
tuning stage; what is printed is the report stage, which played no part in choosing.
"""

import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.loading import load_pack
from app.features.knowledge.prediction import predict
from app.features.knowledge.prediction.evidence import NO_EVIDENCE, Evidence
from benchmarks.notice_chances import chances_of_notice
from benchmarks.prediction_cases import REPORT, TUNING, Case, cases_of
from benchmarks.prediction_scores import (
    Interval,
    Model,
    Scores,
    bootstrap,
    found_in_category,
    hits,
    log_losses,
    reliability,
    scale_of,
    wilson,
)

ORGANISATIONS, NOTICES = "organisations.csv.gz", "tenders.csv.gz"
_EDGES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
_EDGES_OF_CHANCES = (0.0, 0.002, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 1.01)
_SMOOTHING = 5.0  # organisations' worth of all industries, in the baseline of counts
_HALF = 0.5
FULL, FULL_SHOWN = "full model", "full model, as chances of a notice"
_BAR = 40
_NOTE = """An outcome is a notice for a need in the report stage (the newest 30 % of each source), of an
organisation that any notice of that time names. **This understates the truth**: no notice is not no need.
Log-loss compares chances of a notice: likelihoods times one factor per model, fitted on the tuning stage
(the 20 % before). "As chances of a notice" the full model's likelihoods are first multiplied by how much
of the need showed in notices of its industry in the training part, more where the organisation announced it
before; pages rank by likelihood, which tells what is needed and not what gets announced. Projects begun
earlier, and notices about what the collector searched for (operating theatres), are no outcomes; what
remains of that source still came from that search."""


class Models:
    """The model in full and in part, and what it has to beat; each answers an organisation once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self.all: dict[str, Model] = {
            FULL: _once(lambda case: self._predict(case, case.evidence)),
            FULL_SHOWN: _once(self._shown),
            "without own facts": _once(lambda case: self._predict(case, case.evidence.of_its_like)),
            "without comparables": _once(lambda case: self._predict(case, Evidence((), case.evidence.facts))),
            "baseline: industry prior": _once(lambda case: self._predict(case, NO_EVIDENCE)),
            "baseline: most frequent needs": _once(self._most_frequent),
        }

    def _predict(self, case: Case, evidence: Evidence) -> Scores:
        found = predict(self._catalogue, case.profile, evidence, today=case.cut)
        return {prediction.need: prediction.likelihood for prediction in found}

    def _shown(self, case: Case) -> Scores:
        likelihoods, of_its_like = self.all[FULL](case), self.all["without own facts"](case)
        return chances_of_notice(self._catalogue, case, likelihoods, of_its_like)

    def _most_frequent(self, case: Case) -> Scores:
        """Shares of the industry's organisations in the training part, smoothed by those of all."""
        counts = case.counts(self._catalogue)
        of_all = {count.need: count for count in counts if count.level == "all"}
        among = max((count.organisations for count in of_all.values()), default=1)
        shares = {
            need: ((of_all[need].with_need if need in of_all else 0) + _HALF) / (among + 2 * _HALF)
            for need in self._catalogue.needs
        }
        for count in counts:
            if count.level == "industry":
                smoothed = count.with_need + _SMOOTHING * shares[count.need]
                shares[count.need] = smoothed / (count.organisations + _SMOOTHING)
        return shares


def _once(model: Model) -> Model:
    known: dict[int, Scores] = {}

    def remembered(case: Case) -> Scores:
        if id(case) not in known:
            known[id(case)] = model(case)
        return known[id(case)]

    return remembered


def report(tuning: Sequence[Case], cases: Sequence[Case], catalogue: Catalogue) -> None:
    models = Models(catalogue).all
    scales = {name: scale_of(tuning, model, catalogue) for name, model in models.items()}
    print(_NOTE)
    _print_data(cases)
    for title, some in _parts(cases):
        asked = sum(bool(case.needs) for case in some)
        pairs = sum(len(case.needs) for case in some)
        print(f"\n{title}: {len(some)} organisations with notices, {asked} with a need, {pairs} needs\n")
        print("| model | top-5 hit rate | in the top 3 of its category | log-loss, nats an organisation |")
        print("| --- | --- | --- | --- |")
        for name, model in models.items():
            losses = bootstrap(log_losses(some, model, scales[name], catalogue))
            print(
                f"| {name} | {hits(some, model)} | {found_in_category(some, model, catalogue)} | {losses} |"
            )
    _print_difference(cases, models, scales, catalogue)
    _print_reliability(cases, FULL, models[FULL], scales[FULL], _EDGES)
    _print_reliability(cases, FULL_SHOWN, models[FULL_SHOWN], scales[FULL_SHOWN], _EDGES_OF_CHANCES)


def _print_data(cases: Sequence[Case]) -> None:
    print("\n| source | learned until | organisations | seen before | most frequent needs shown |")
    print("| --- | --- | --- | --- | --- |")
    for source in sorted({case.source for case in cases}):
        some = [case for case in cases if case.source == source]
        shown = Counter(need for case in some for need in case.needs).most_common(4)
        seen = sum(case.seen for case in some)
        needs = ", ".join(f"{need} {count}" for need, count in shown)
        print(f"| {source} | {some[0].cut} | {len(some)} | {seen} | {needs} |")


def _parts(cases: Sequence[Case]) -> list[tuple[str, list[Case]]]:
    parts = [("All", list(cases))]
    parts += [("Seen before", [case for case in cases if case.seen])]
    parts += [("Never seen before", [case for case in cases if not case.seen])]
    for source in sorted({case.source for case in cases}):
        parts.append((source, [case for case in cases if case.source == source]))
    return parts


def _print_difference(
    cases: Sequence[Case], models: dict[str, Model], scales: dict[str, float], catalogue: Catalogue
) -> None:
    """Paired, organisation by organisation: below 0 is in favour of the full model."""
    losses = {name: log_losses(cases, model, scales[name], catalogue) for name, model in models.items()}
    for mine in (FULL, FULL_SHOWN):
        print(f"\nLog-loss of the {mine} minus that of each other, paired by organisation:\n")
        for name in (name for name in losses if name not in (FULL, FULL_SHOWN)):
            differences = [a - b for a, b in zip(losses[mine], losses[name], strict=True)]
            print(f"- {name}: {bootstrap(differences)}")


def _print_reliability(
    cases: Sequence[Case], name: str, model: Model, scale: float, edges: Sequence[float]
) -> None:
    print(f"\nReliability of the {name}: pairs of organisation and need; factor to a notice {scale:.3f}.\n")
    print("| predicted | pairs | chance of a notice, expected | notices seen | |")
    print("| --- | --- | --- | --- | --- |")
    bins = reliability(cases, model, edges)
    most = max(wilson(each.shown, each.pairs).value for each in bins) or 1.0
    for each in bins:
        seen = wilson(each.shown, each.pairs)
        expected = each.predicted * scale
        print(
            f"| {each.low:g}–{min(each.high, 1.0):g} | {each.pairs} | {expected:.3f} "
            f"| {_fine(seen)} | `{_plot(seen.value, expected, most)}` |"
        )
    print("\n`#` notices seen, `|` expected.")


def _plot(seen: float, expected: float, most: float) -> str:
    bar = ["#"] * round(seen / most * (_BAR - 1))
    bar += [" "] * (_BAR - len(bar))
    bar[min(_BAR - 1, round(expected / most * (_BAR - 1)))] = "|"
    return "".join(bar)


def _fine(interval: Interval) -> str:
    return f"{interval.value:.3f} ({interval.low:.3f}–{interval.high:.3f})"


async def measure(directory: Path) -> None:
    catalogue = load_pack()
    with tempfile.TemporaryDirectory() as workspace:
        given = (directory / ORGANISATIONS, directory / NOTICES, catalogue, Path(workspace))
        tuning = await cases_of(TUNING, *given)
        cases = await cases_of(REPORT, *given)
    report(tuning, cases, catalogue)


def main() -> None:
    directory = Path(sys.argv[1])
    if not (directory / NOTICES).exists():
        print(f"No {NOTICES} given: predictions are not measured against facts.")
        return
    asyncio.run(measure(directory))


if __name__ == "__main__":
    main()
