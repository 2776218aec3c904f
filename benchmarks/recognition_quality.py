"""How well organisations are recognised from their names alone, as Markdown tables.

Usage: python -m benchmarks.recognition_quality [DIRECTORY] [--half develop|report] [--misses GROUP]
DIRECTORY (or TOP_QUALITY_DATA) holds organisations.csv.gz. Rules are developed on one half of the names,
chosen by digest; figures are reported on the other. Labels that were themselves inferred from names
prove nothing and are listed apart.
"""

import argparse
import hashlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from time import process_time

from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.loading import load_pack
from app.features.knowledge.recognise import recognise
from benchmarks.recognition_samples import Sample, labelled_samples, of_half, register_samples
from benchmarks.recognition_tables import (
    Pair,
    answers_table,
    calibration_table,
    confusion_table,
    details_table,
    industries_table,
    institutions_table,
    is_answered,
    is_right,
    places_table,
)

REGISTER = "organisations.csv.gz"
_COMPANIES = ("listed_company", "carrier", "job_advert_company")
_WORDS = {
    "listed_company": "listed companies",
    "carrier": "carriers and their branches",
    "job_advert_company": "internet employers of job adverts",
}
_MISSES_SHOWN = 50


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    directory = options.directory or os.environ.get("TOP_QUALITY_DATA")
    catalogue = load_pack()
    labelled = of_half(labelled_samples(), options.half)
    register: list[Sample] = []
    if directory:
        register = of_half(register_samples(Path(directory) / REGISTER), options.half)
    else:
        print("No data directory given: only the labelled names of this repository are measured.\n")
    if options.misses:
        print_misses(recognised([*labelled, *register], catalogue)[0], options.misses)
        return 0
    print(report(labelled, register, catalogue, half=options.half))
    return 0


def recognised(samples: Sequence[Sample], catalogue: Catalogue) -> tuple[list[Pair], float]:
    """Every sample with what was read from its name, and the milliseconds of processor time a name took."""
    start = process_time()
    pairs = [(sample, recognise(sample.name, catalogue)) for sample in samples]
    return pairs, (process_time() - start) * 1000 / max(1, len(samples))


def report(labelled: Sequence[Sample], register: Sequence[Sample], catalogue: Catalogue, *, half: str) -> str:
    by_hand, _ = recognised(labelled, catalogue)
    stated, milliseconds = recognised(register or labelled, catalogue)
    if not register:
        stated = []
    sourced = [pair for pair in stated if pair[0].group not in ("inferred", "filed_otherwise")]
    institutions = [*by_hand, *(pair for pair in sourced if pair[0].group == "institution")]
    companies = [pair for pair in sourced if pair[0].group in _COMPANIES]
    inferred = [pair for pair in stated if pair[0].group == "inferred"]
    everything = [*by_hand, *sourced]
    codes = sorted(catalogue.industries)
    groups = [(_WORDS[name], [p for p in companies if p[0].group == name]) for name in _COMPANIES]
    unambiguous = [pair for pair in companies if is_answered(pair[1])]
    sections = [
        ("Institutions", institutions_table(institutions)),
        ("Names labelled by hand alone", industries_table(by_hand, codes)),
        ("Companies: answers", answers_table([*groups, ("all companies", companies)])),
        ("Companies: answers without a choice, per industry", industries_table(unambiguous, codes)),
        ("Companies: all names, per industry", industries_table(companies, codes)),
        ("Confusion, all names with a stated or hand-made label", confusion_table(everything)),
        ("Sub-industry and level, where a label exists", details_table(everything)),
        ("Place, where the source states it", places_table(sourced)),
        ("Stated confidence against truth", calibration_table(everything)),
        ("Agreement with labels that were inferred from names (circular)", industries_table(inferred, codes)),
    ]
    apart = sum(pair[0].group == "filed_otherwise" for pair in stated)
    head = (
        f"Half: {half}. Labelled by hand: {len(by_hand)}. Stated by a source: {len(sourced)}. "
        f"Left out because the catalogue files them otherwise: {apart}. "
        f"Processor time per name: {milliseconds:.2f} ms."
    )
    return "\n\n".join([head, *(f"### {title}\n\n{text}" for title, text in sections)])


def print_misses(pairs: Sequence[Pair], group: str) -> None:
    """A fixed sample of wrong answers of one group, to tell label errors from reading errors."""
    wrong = [pair for pair in pairs if pair[0].group == group and is_answered(pair[1]) and not is_right(pair)]
    wrong.sort(key=lambda pair: hashlib.sha256(pair[0].name.encode()).hexdigest())
    for sample, found in wrong[:_MISSES_SHOWN]:
        print(f"{sample.name}\t{sample.industry}\t{found.industry.value}\t{found.industry.rule.zh}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Measure recognition from names.")
    parser.add_argument("directory", nargs="?", help=f"directory holding {REGISTER}")
    parser.add_argument("--half", choices=("develop", "report"), default="report")
    parser.add_argument("--misses", metavar="GROUP", help="print wrong answers instead, of the develop half")
    return parser


if __name__ == "__main__":
    sys.exit(main())
