"""What the command line calls."""

import hashlib
from pathlib import Path

from sqlalchemy import or_, select

from app.db.engine import Database
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.facts.compose import BARE_SHAPE, compose_notices
from app.features.registry.facts.importing import import_facts
from app.features.registry.facts.models import Import
from app.features.registry.facts.report import FactsReport
from app.features.registry.facts.shape import GIVEN_SHAPE, load_shape
from app.features.registry.facts.unmatched import UnmatchedParty, unmatched_parties, write_unmatched
from app.features.registry.importing import Progress, no_progress

__all__ = [
    "GIVEN_SHAPE",
    "PACK",
    "FactsReport",
    "UnmatchedParty",
    "compose_notices",
    "import_facts",
    "import_shipped_notices",
    "load_shape",
    "unmatched_parties",
    "wants_shipped_notices",
    "write_unmatched",
]

PACK = Path(__file__).parents[1] / "pack" / "notices.csv.gz"
ORGANISATIONS = PACK.with_name("organisations.csv.gz")


async def import_shipped_notices(
    database: Database, catalogue: Catalogue, *, progress: Progress = no_progress
) -> FactsReport:
    """Import the notices shipped with the program; importing them again changes nothing."""
    return await import_facts(database, PACK, catalogue, shape=BARE_SHAPE, progress=progress)


async def wants_shipped_notices(database: Database) -> bool:
    """Whether the shipped registry is there, and no facts were ever imported (nor undone)."""
    shipped = hashlib.sha256(ORGANISATIONS.read_bytes()).hexdigest()
    async with database.reading() as session:
        kinds = set(
            await session.scalars(
                select(Import.kind).where(or_(Import.kind == "facts", Import.file_digest == shipped))
            )
        )
    return kinds == {"organisations"}
