"""Composes the shipped registry from a full one: only licensed sources, and only what each of them gives.

Reproducible: the same input gives the same bytes.
"""

import csv
import gzip
import io
from dataclasses import dataclass
from pathlib import Path

from app.features.knowledge.source_words import target_of_words
from app.features.registry.import_file import COLUMNS, Record, read_records
from app.features.registry.internal_units import is_internal_unit
from app.features.registry.licences import (
    DICTIONARY,
    DIVISIONS,
    LICENSED,
    LISTED_COMPANIES,
    OWN_WORK,
    STOCK_WORDS,
)
from app.features.registry.well_known import CURATED, read_well_known

# Said by sources without a licence; what is left of a level is ours or a licensed hospital list's.
_UNLICENSED_LEVELS = ("本科", "专科", "上市")


@dataclass(frozen=True, slots=True)
class Composed:
    """How many rows were read and how many of them may be shipped."""

    rows: int
    shipped: int


def compose(source: Path, target: Path, *, curated: Path = CURATED) -> Composed:
    """Write the licensed part of `source` and our own rows (both in the import format) to `target`, gzip.

    Raises FileRefused.
    """
    own = read_well_known(curated)
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\n")
    writer.writeheader()
    rows = shipped = 0
    for _, record in read_records(source):
        rows += 1
        licensed = licensed_part(record) if record else None
        merged = own.merged(licensed) if licensed else None
        if merged:
            writer.writerow(merged)
            shipped += 1
    writer.writerows(own.unnamed())
    shipped += len(own.pending)
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=packed, mode="wb", compresslevel=9, mtime=0) as archive:
        archive.write(buffer.getvalue().encode())
    target.write_bytes(packed.getvalue())
    return Composed(rows, shipped)


def licensed_part(record: Record) -> Record | None:
    """The row as its licensed sources alone would give it, or None where none names a body of its own."""
    sources = [key for key in record["source"].split(";") if key in LICENSED]
    if not sources or (sources == [DICTIONARY] and is_internal_unit(record["name"])):
        return None
    given = {column for key in sources for column in LICENSED[key].columns}
    if record["name_basis"] == "curated":  # the whole row is our own
        given |= LICENSED[DIVISIONS].columns
    part = {column: value for column, value in record.items() if column in given}
    part |= _classified(record, sources)
    if part.get("sub_industry") and LISTED_COMPANIES in sources:
        sources.append(STOCK_WORDS)
    part |= {"name_basis": _name_basis(sources), "source": ";".join(sources)}
    part["level"] = _licensed_level(part.get("level", ""))
    part["region_basis"] = record["region_basis"] if part.get("province") else ""
    return {column: part.get(column, "") for column in COLUMNS}


def _name_basis(sources: list[str]) -> str:
    if any(key not in (DIVISIONS, OWN_WORK) for key in sources):
        return "observed"
    return "curated" if OWN_WORK in sources else "derived"


def _classified(record: Record, sources: list[str]) -> Record:
    """The industry, where a licensed source states it or it is our own; else the import reads the name."""
    word = _stock_word(record) if LISTED_COMPANIES in sources else ""
    target = target_of_words(word)
    if target:
        return {"industry": target[0], "sub_industry": word, "industry_basis": "source"}
    listed = next((LICENSED[key].lists for key in sources if LICENSED[key].lists), None)
    if listed:
        return {"industry": listed, "sub_industry": "", "industry_basis": "source"}
    is_own = (OWN_WORK in sources or DIVISIONS in sources) and record["industry_basis"] == "inferred"
    columns = ("industry", "sub_industry", "industry_basis")
    return {column: record[column] if is_own else "" for column in columns}


def _stock_word(record: Record) -> str:
    """The plain word; those of other vocabularies are marked SW: and CSRC: and not ours to ship."""
    if record["industry_basis"] != "source":
        return ""
    first = record["sub_industry"].split("|")[0]
    return "" if first.startswith(("SW:", "CSRC:")) else first


def _licensed_level(level: str) -> str:
    return ";".join(part for part in level.split(";") if not part.startswith(_UNLICENSED_LEVELS))
