"""The faults of an import as files: what is wrong, and the rows left out, ready to be corrected."""

import csv
from pathlib import Path

from app.features.registry.import_file import COLUMNS
from app.features.registry.import_problems import ImportReport
from app.kit.text import Language

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run instead of show


def write_problems(report: ImportReport, path: Path, *, language: Language = "zh") -> Path | None:
    """The problems as CSV; returns the file of the rows left out, written beside it where there are any."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("row", "field", "value", "outcome", "reason", "way_out"))
        for problem in report.problems:
            writer.writerow(
                (
                    problem.row,
                    problem.field,
                    _shown(problem.value),
                    "row left out" if problem.refuses else "row kept",
                    problem.reason.in_language(language),
                    problem.way_out.in_language(language) if problem.way_out else "",
                )
            )
    return _write_rejected(report, path.with_name(f"{path.stem}-rows.csv")) if report.rejected else None


def _shown(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value


def _write_rejected(report: ImportReport, path: Path) -> Path:
    """In the import's own columns; `row` is their place in the file, not read again."""
    given = {field for _, record in report.rejected for field in record}
    columns = [column for column in COLUMNS if column in given]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, ["row", *columns], restval="")
        writer.writeheader()
        writer.writerows({"row": number, **record} for number, record in report.rejected)
    return path
