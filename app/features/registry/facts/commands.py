"""What the command line calls."""

from app.features.registry.facts.importing import import_facts
from app.features.registry.facts.report import FactsReport
from app.features.registry.facts.shape import GIVEN_SHAPE, load_shape
from app.features.registry.facts.unmatched import UnmatchedParty, unmatched_parties, write_unmatched

__all__ = [
    "GIVEN_SHAPE",
    "FactsReport",
    "UnmatchedParty",
    "import_facts",
    "load_shape",
    "unmatched_parties",
    "write_unmatched",
]
