"""Our own rows of well-known organisations, merged over what the licensed sources give.

Written by hand from general knowledge (`pack/curated.csv`): what such a row says wins, and a row under one
of its other or former names is the same body.
"""

from dataclasses import dataclass, field
from pathlib import Path

from app.features.registry.import_file import COLUMNS, Record, read_records
from app.features.registry.licences import WELL_KNOWN

CURATED = Path(__file__).parent / "pack" / "curated.csv"


@dataclass(slots=True)
class WellKnown:
    """Hand-written rows by name, and those of them that no source has named so far."""

    rows: dict[str, Record]
    other_names: frozenset[str]
    pending: dict[str, Record] = field(default_factory=dict)

    def merged(self, record: Record) -> Record | None:
        """The licensed row with ours over it, or None where it is one of our bodies under another name."""
        if record["name"] in self.other_names:
            return None
        own = self.rows.get(record["name"])
        if own is None:
            return record
        self.pending.pop(record["name"], None)
        return _over(record, own)

    def unnamed(self) -> list[Record]:
        """Rows for bodies that no licensed source names."""
        blank = dict.fromkeys(COLUMNS, "") | {"name_basis": "curated"}
        return [_over(blank, own) for own in self.pending.values()]


def read_well_known(path: Path = CURATED) -> WellKnown:
    """Raises FileRefused."""
    rows = {record["name"]: record for _, record in read_records(path) if record}
    others = {name for row in rows.values() for name in row["short_names"].split("|") if name}
    return WellKnown(rows, frozenset(others - rows.keys()), dict(rows))


def _over(record: Record, own: Record) -> Record:
    given = {column: value for column, value in own.items() if value}
    merged = record | given
    if own["industry"]:
        merged |= {"sub_industry": own["sub_industry"], "industry_basis": "source"}
    if own["province"]:
        same_city = record["city"] == own["city"]
        district = record["district"] if same_city else ""
        merged |= {"city": own["city"], "district": district, "region_basis": "source"}
    sources = [key for key in record["source"].split(";") if key]
    return merged | {"source": ";".join([*sources, WELL_KNOWN])}
