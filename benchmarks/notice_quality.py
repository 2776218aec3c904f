"""How well notices are mapped to needs, customers and projects, as Markdown tables.

Usage: python -m benchmarks.notice_quality [DIRECTORY] [--misses]
DIRECTORY (or TOP_QUALITY_DATA) holds tenders.csv.gz; without it the labelled titles are read without their
content. Rules are written on the tuning part; `--misses` shows that part only, never the measuring one.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time

from app.features.knowledge.catalogue import CATEGORIES, CATEGORY_NAMES, Catalogue
from app.features.knowledge.loading import load_pack
from app.features.knowledge.notices import (
    NoticeText,
    load_notice_rules,
    needs_in,
    notice_kind,
    parties_in,
    project_key,
)
from benchmarks.notice_drawing import BY_WORDS, NOTICES, PARTS, QUOTAS, Row, read_notices, stratum_of
from benchmarks.notice_labels import LabelledNotice, labelled_notices
from benchmarks.recognition_tables import Share, table


@dataclass(frozen=True, slots=True)
class Answer:
    labelled: LabelledNotice
    found: frozenset[str]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Measure the reading of notices.")
    parser.add_argument("directory", nargs="?", help=f"directory holding {NOTICES}")
    parser.add_argument("--misses", action="store_true", help="print the wrong answers of the tuning part")
    options = parser.parse_args(arguments)
    directory = options.directory or os.environ.get("TOP_QUALITY_DATA")
    has_notices = bool(directory) and (Path(str(directory)) / NOTICES).exists()
    rows = list(read_notices(Path(str(directory)))) if has_notices else []
    catalogue = load_pack()
    load_notice_rules(catalogue.needs)  # refuses rules that name what the catalogue lacks
    answers = {part: _answers(labelled_notices(part, rows), catalogue) for part in (*PARTS, BY_WORDS)}  # type: ignore[arg-type]
    if options.misses:
        print_misses(answers["tuning"])
        return 0
    if not rows:
        print(f"No {NOTICES} given: the labelled titles are read without their content.\n")
    print(report(answers, rows, catalogue))
    return 0


def report(answers: dict[str, list[Answer]], rows: Sequence[Row], catalogue: Catalogue) -> str:
    measured = answers["measuring"]
    sections = [
        ("Needs: pairs of a notice and a need", _parts_table(answers)),
        ("Needs by kind of notice, measuring part", _strata_table(measured, rows)),
        ("Needs by category, measuring part", _categories_table(measured, catalogue)),
        (
            "Notices drawn by words of security: what the rules make of such words, no sample of anything",
            _categories_table(answers[BY_WORDS], catalogue),
        ),
        ("Customers named beside the buyer", _customers_table(answers)),
    ]
    if rows:
        sections.append(("All collected notices", _collection_table(rows, catalogue)))
    return "\n\n".join(f"### {title}\n\n{text}" for title, text in sections)


def _answers(labelled: Sequence[LabelledNotice], catalogue: Catalogue) -> list[Answer]:
    return [Answer(one, frozenset(f.need for f in needs_in(catalogue, one.notice))) for one in labelled]


def _precision(answers: Sequence[Answer], keep: Callable[[str], bool] = bool) -> Share:
    pairs = [(need in a.labelled.needs) for a in answers for need in a.found if keep(need)]
    return Share(sum(pairs), len(pairs))


def _recall(answers: Sequence[Answer], keep: Callable[[str], bool] = bool) -> Share:
    pairs = [(need in a.found) for a in answers for need in a.labelled.needs if keep(need)]
    return Share(sum(pairs), len(pairs))


def _silence(answers: Sequence[Answer]) -> Share:
    """Of the notices that speak of no need, the share that gives none."""
    without = [answer for answer in answers if not answer.labelled.needs]
    return Share(sum(not answer.found for answer in without), len(without))


def _parts_table(answers: dict[str, list[Answer]]) -> str:
    header = ("part", "notices", "pairs labelled", "pairs found", "precision", "recall", "silent where none")
    return table(header, [_scores(part, answers[part]) for part in PARTS])


def _scores(name: str, answers: Sequence[Answer]) -> tuple[object, ...]:
    precision, recall = _precision(answers), _recall(answers)
    return name, len(answers), recall.total, precision.total, precision, recall, _silence(answers)


def _strata_table(answers: Sequence[Answer], rows: Sequence[Row]) -> str:
    counts = Counter(stratum_of(row) for row in rows)
    header = ("kind", "in the collection", "notices", "labelled", "found", "precision", "recall", "silent")
    lines = []
    for stratum in QUOTAS:
        name, *scores = _scores(stratum, [a for a in answers if a.labelled.stratum == stratum])
        lines.append((name, counts[stratum] or "-", *scores))
    return table(header, lines)


def _categories_table(answers: Sequence[Answer], catalogue: Catalogue) -> str:
    lines = []
    for category in CATEGORIES:
        slugs = frozenset(slug for slug, need in catalogue.needs.items() if need.category == category)
        precision, recall = (
            _precision(answers, slugs.__contains__),
            _recall(answers, slugs.__contains__),
        )
        lines.append((CATEGORY_NAMES[category].en, recall.total, precision.total, precision, recall))
    lines.append(("all", *_scores("", answers)[2:-1]))
    return table(("category", "labelled", "found", "precision", "recall"), lines)


def _customers_table(answers: dict[str, list[Answer]]) -> str:
    header = ("part", "customers labelled", "found right", "named", "named right")
    lines = []
    for part in PARTS:
        read = [(a.labelled, _customer_of(a.labelled.notice)) for a in answers[part]]
        labelled = [one.customer == name for one, name in read if one.customer]
        named = [one.customer == name for one, name in read if name]
        found, right = Share(sum(labelled), len(labelled)), Share(sum(named), len(named))
        lines.append((part, found.total, found, right.total, right))
    return table(header, lines)


def _customer_of(notice: NoticeText) -> str:
    """The end user, or the buyer read from the title where the source states none."""
    parties = parties_in(notice)
    return (parties.end_user or parties.buyer or "") if parties.basis == "title" else ""


def _collection_table(rows: Sequence[Row], catalogue: Catalogue) -> str:
    start = process_time()
    found = [needs_in(catalogue, NoticeText(row["title"], row["content"], row["buyer"])) for row in rows]
    seconds = process_time() - start
    keys = Counter(project_key(row["title"], row["buyer"]) for row in rows)
    parties = [parties_in(NoticeText(row["title"], row["content"], row["buyer"])) for row in rows]
    kinds = Counter(notice_kind(row["title"], row["notice_type"]) for row in rows)
    several = [count for count in keys.values() if count > 1]
    lines: list[tuple[object, object]] = [
        ("notices", len(rows)),
        ("notices with a need", sum(bool(needs) for needs in found)),
        ("pairs of a notice and a need", sum(map(len, found))),
        ("needs named at least once", len({one.need for needs in found for one in needs})),
        ("projects", len(keys)),
        ("projects of several notices", len(several)),
        ("notices in them", sum(several)),
        ("most notices in one project", max(keys.values())),
        ("end users read from titles", sum(p.end_user is not None for p in parties)),
        ("customers that the title hides", sum(p.basis == "withheld" for p in parties)),
        *((f"stage: {kind}", count) for kind, count in sorted(kinds.items())),
        ("notices mapped per second of processor time", f"{len(rows) / max(seconds, 1e-9):,.0f}"),
    ]
    return table(("figure", "value"), lines)


def print_misses(answers: Sequence[Answer]) -> None:
    for answer in answers:
        too_many = sorted(answer.found - answer.labelled.needs)
        too_few = sorted(answer.labelled.needs - answer.found)
        customer = _customer_of(answer.labelled.notice)
        if too_many or too_few or customer != answer.labelled.customer:
            print(f"{answer.labelled.notice.title}\t{answer.labelled.notice.buyer}")
            print(f"\tneeds not labelled {too_many}, missed {too_few}")
            print(f"\tcustomer {customer!r}, labelled {answer.labelled.customer!r}")


if __name__ == "__main__":
    sys.exit(main())
