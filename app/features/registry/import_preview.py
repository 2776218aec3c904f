"""A look at a file before it is imported: how its columns map, the first rows, what would be left out."""

from dataclasses import dataclass
from pathlib import Path

from app.features.knowledge.catalogue import Catalogue
from app.features.registry.import_file import open_organisations
from app.features.registry.import_manner import Manner
from app.features.registry.import_problems import ImportReport
from app.features.registry.import_rows import OrganisationRow
from app.features.registry.importing import is_untrustworthy, rows_of

ROWS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Preview:
    """`columns`: each heading of the file with the field it is read as, None where it is not read."""

    form: str
    header_row: int
    columns: tuple[tuple[str, str | None], ...]
    rows: tuple[OrganisationRow, ...]
    report: ImportReport
    would_be_refused: bool  # as a whole: too many rows are faulty


def preview(path: Path, catalogue: Catalogue, manner: Manner) -> Preview:
    """Reads all of the file and stores nothing. Raises FileRefused."""
    reading = open_organisations(path, mapping=manner.mapping, sheet=manner.sheet)
    rows, report = rows_of(reading, catalogue, manner)
    layout = reading.layout
    return Preview(
        form=reading.form,
        header_row=layout.row,
        columns=tuple(zip(layout.headings, layout.fields, strict=True)),
        rows=tuple(rows[:ROWS_SHOWN]),
        report=report,
        would_be_refused=not report.rows or is_untrustworthy(report),
    )
