"""What the command line and the first start call."""

from pathlib import Path

from app.db.engine import Database
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.compose import Composed, compose
from app.features.registry.facts.peers import recount
from app.features.registry.import_manner import Manner, manner_of
from app.features.registry.import_preview import Preview, preview
from app.features.registry.import_problems import ImportReport
from app.features.registry.import_reports import write_problems
from app.features.registry.importing import Progress, import_organisations, no_progress
from app.features.registry.life.history import ImportLine, imports_done
from app.features.registry.life.lifecycle import close, merge_into, reopen, split
from app.features.registry.life.naming import rename
from app.features.registry.life.review import Decided, OpenReport, decide, open_reports
from app.features.registry.life.undo import Undone, undo_import
from app.features.registry.rebuilding import rebuild_index
from app.features.registry.rebuilding_child import rebuild_in_child

__all__ = [
    "PACK",
    "Composed",
    "Decided",
    "ImportLine",
    "Manner",
    "OpenReport",
    "Preview",
    "Undone",
    "close",
    "compose",
    "decide",
    "import_organisations",
    "import_shipped_pack",
    "imports_done",
    "manner_of",
    "merge_into",
    "open_reports",
    "preview",
    "rebuild_in_child",
    "rebuild_index",
    "recount",
    "rename",
    "reopen",
    "split",
    "undo_import",
    "write_problems",
]

PACK = Path(__file__).parent / "pack" / "organisations.csv.gz"


async def import_shipped_pack(
    database: Database, catalogue: Catalogue, *, progress: Progress = no_progress
) -> ImportReport:
    """Import the organisations shipped with the program; importing them again changes nothing."""
    return await import_organisations(database, PACK, catalogue, progress=progress)
