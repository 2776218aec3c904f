"""Files of other people as rows of text: CSV in the usual encodings, and Excel."""

from app.features.registry.tables.headings import Accepted, Layout
from app.features.registry.tables.opening import Reading, open_table
from app.features.registry.tables.rows import CellFault, Record

__all__ = ["Accepted", "CellFault", "Layout", "Reading", "Record", "open_table"]
