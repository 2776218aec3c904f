"""What is wrong with an import: row by row, or with the file as a whole."""

from dataclasses import dataclass, field

from app.kit.errors import Invalid
from app.kit.text import Text

_SHOWN = 40
MAX_LISTED = 10_000  # problems kept with their reason; further ones are only counted


@dataclass(frozen=True, slots=True)
class Problem:
    """One row's fault. The header is row 1. A row with a `refuses` problem is left out, others only noted.

    `misplaced`: what stands there looks as if it belonged into another column. `value`: what stood there,
    shortened; it goes into the report alone, never into a log.
    """

    row: int
    field: str
    reason: Text
    refuses: bool = True
    misplaced: bool = False
    value: str = ""
    way_out: Text | None = None


@dataclass(slots=True)
class ImportReport:
    """The outcome of one import in rows; `seconds` is wall-clock time."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    noted: int = 0
    misplaced: int = 0  # of those noted
    dry_run: bool = False
    seconds: float = 0.0
    problems: list[Problem] = field(default_factory=list)
    rejected: list[tuple[int, dict[str, str]]] = field(default_factory=list)  # rows left out, as they stood
    form: str = ""  # what the file was read as
    ignored: tuple[str, ...] = ()  # its columns that are not read
    import_id: str | None = None  # by which it can be undone

    def add(self, problems: list[Problem], number: int = 0, record: dict[str, str] | None = None) -> None:
        """Count one faulty row."""
        if any(problem.refuses for problem in problems):
            self.refused += 1
            if record is not None and len(self.rejected) < MAX_LISTED:
                self.rejected.append((number, record))
        elif problems:
            self.noted += 1
            self.misplaced += any(problem.misplaced for problem in problems)
        self.problems.extend(problems[: MAX_LISTED - len(self.problems)])


def shortened(value: str) -> str:
    """A value as a report shows it."""
    plain = "".join(character if character.isprintable() else "\ufffd" for character in value)
    return plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1] + "…"


class FileRefused(Invalid):
    """The file cannot be read as a table of organisations; nothing was imported."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(Text(zh=f"{zh}。未导入任何内容。", en=f"{en}. Nothing was imported."), field="file")


class RowsRefused(Invalid):
    """Too many rows are faulty for the file to be trusted; `report` lists them."""

    def __init__(self, report: ImportReport) -> None:
        faulty = report.refused + report.misplaced
        telling = (problem for problem in report.problems if problem.refuses or problem.misplaced)
        first = next(telling, report.problems[0])
        super().__init__(
            Text(
                zh=f"{report.rows} 行中有 {faulty} 行有问题（超过 5%），未导入任何内容。"
                f"首个问题在第 {first.row} 行“{first.field}”：{first.reason.zh}。"
                "请检查各列内容是否与表头对应。",
                en=f"{faulty} of {report.rows} rows are faulty (more than 5 %); nothing was imported. "
                f'First problem: row {first.row}, "{first.field}": {first.reason.en}. '
                "Check that every column stands under its own heading.",
            ),
            field=first.field,
        )
        self.report = report
