"""What the command line and the first start call."""

import csv
from pathlib import Path

from app.db.engine import Database
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.actions import close, reopen
from app.features.registry.compose import Composed, compose
from app.features.registry.facts.peers import recount
from app.features.registry.import_problems import ImportReport
from app.features.registry.importing import Progress, import_organisations, no_progress
from app.features.registry.rebuilding import rebuild_index
from app.features.registry.rebuilding_child import rebuild_in_child
from app.kit.text import Language

__all__ = [
    "PACK",
    "Composed",
    "close",
    "compose",
    "import_organisations",
    "import_shipped_pack",
    "rebuild_in_child",
    "rebuild_index",
    "recount",
    "reopen",
    "write_problems",
]

PACK = Path(__file__).parent / "pack" / "organisations.csv.gz"


async def import_shipped_pack(
    database: Database, catalogue: Catalogue, *, progress: Progress = no_progress
) -> ImportReport:
    """Import the organisations shipped with the program; importing them again changes nothing."""
    return await import_organisations(database, PACK, catalogue, progress=progress)


def write_problems(report: ImportReport, path: Path, *, language: Language = "zh") -> None:
    """The problems of an import as CSV: row, field, left out or kept, reason."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("row", "field", "outcome", "reason"))
        for problem in report.problems:
            outcome = "row left out" if problem.refuses else "row kept"
            writer.writerow((problem.row, problem.field, outcome, problem.reason.in_language(language)))
