"""What one imported row makes of an organisation that may already be there. Pure.

An import adds and corrects; a blank says nothing. What a source states is never replaced by what a
name suggests.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2s
from typing import Any

from app.features.registry.attributes import CLASSIFIED, NOT_KNOWN, PLACED, Attributes, Known, Prepared
from app.features.registry.import_rows import OrganisationRow
from app.features.registry.licences import OWN_WORK
from app.features.registry.rank import rank_of
from search.analysis.names import ANALYSIS_VERSION

_PROVENANCES = ("derived", "curated", "observed")  # the stronger one stays

Values = dict[str, Any]
NOTHING_HELD: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Stored:
    """An organisation as the database holds it: columns by name, aliases and source keys beside."""

    id: int
    values: Mapping[str, Any]
    aliases: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class NewAlias:
    alias: str
    folded: str
    kind: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The columns to store, what is new beside them, and whether readers will see a difference."""

    values: Values
    aliases: tuple[NewAlias, ...]
    sources: tuple[str, ...]
    is_change: bool


def corrected(values: Values, held: Mapping[str, str]) -> Values:
    """What people set right is stated, and holds against every import; what hangs on another industry or
    province than theirs goes with it."""
    if not held:
        return values
    values = dict(values) | {"inferred": dict(values["inferred"])}
    for group in (CLASSIFIED, PLACED):
        fixed = next((position for position, field in enumerate(group) if field in held), None)
        if fixed is None:
            continue
        if any(values[field] != held[field] for field in group if field in held):
            for field in group[fixed + 1 :]:
                values[field] = None
        for field in group:
            if field in held:
                values[field] = held[field]
            if field in held or values[field] is None:
                values["inferred"].pop(field, None)
    return values


def fingerprint_of(row: OrganisationRow, *, catalogue_version: str) -> str:
    """Equal when importing the row again, with the same knowledge, could change nothing."""
    given = tuple(getattr(row, name) for name in OrganisationRow.__slots__ if name != "number")
    text = repr((given, catalogue_version, ANALYSIS_VERSION))
    return blake2s(text.encode(), digest_size=16).hexdigest()


def merge(
    prepared: Prepared,
    stored: Stored | None,
    *,
    keeps_name: bool = False,
    held: Mapping[str, str] = NOTHING_HELD,
) -> Merged:
    """`keeps_name`: the row calls it by a former name. `held`: what people corrected."""
    row = prepared.row
    old = stored.values if stored else {}
    known_sources = stored.sources if stored else frozenset()
    known_aliases = stored.aliases if stored else frozenset()
    sources = tuple(key for key in row.sources if key not in known_sources)
    values = _values(prepared, old, source_count=len(known_sources) + len(sources))
    if keeps_name:
        values |= {column: old[column] for column in ("name", "place", "name_norm", "core", "initials")}
    values = corrected(values, held)
    aliases = tuple(
        NewAlias(alias, folded, _kind_of(alias, row))
        for alias, folded in zip(row.short_names, prepared.alias_norms, strict=True)
        if alias not in known_aliases and folded and alias != values["name"]
    )
    differs = any(old.get(column) != value for column, value in values.items())
    return Merged(values, aliases, sources, is_change=differs or bool(aliases or sources))


def _values(prepared: Prepared, old: Mapping[str, Any], *, source_count: int) -> Values:
    row = prepared.row
    attributes = _merged_attributes(_attributes_of(old), prepared.attributes) if old else prepared.attributes
    provenance = max(row.provenance, old.get("provenance", row.provenance), key=_PROVENANCES.index)
    code = row.code or old.get("code")
    level = attributes["level"]
    return {
        "name": row.name,
        "place": old.get("place") or row.city,
        "name_norm": prepared.name_norm,
        "core": prepared.core,
        "initials": prepared.initials,
        **{field: known.value for field, known in attributes.items()},
        "inferred": {
            field: known.confidence for field, known in attributes.items() if known.confidence is not None
        },
        "provenance": provenance,
        "code": code or None,
        "scale": row.scale or old.get("scale"),
        "rank": rank_of(
            provenance=provenance,
            sources=source_count,
            stated_level=level.value if level.confidence is None else None,
            has_code=bool(code),
        ),
    }


def _attributes_of(values: Mapping[str, Any]) -> Attributes:
    inferred = values["inferred"]
    return {field: Known(values[field], inferred.get(field)) for field in (*CLASSIFIED, *PLACED)}


def _merged_attributes(old: Attributes, new: Attributes) -> Attributes:
    merged: Attributes = {}
    for group in (CLASSIFIED, PLACED):
        merged |= _merged_group({f: old[f] for f in group}, {f: new[f] for f in group}, lead=group[0])
    return merged


def _merged_group(old: Attributes, new: Attributes, *, lead: str) -> Attributes:
    """The finer attributes only make sense beside their own industry or province."""
    preferred = _preferred(old[lead], new[lead])
    if old[lead].value != new[lead].value:
        return old if preferred is old[lead] else new
    return {field: _preferred(old[field], new[field]) for field in old}


def _preferred(old: Known, new: Known) -> Known:
    if new.value is None:
        return old if old.value is not None else NOT_KNOWN
    is_weaker = new.confidence is not None and old.value is not None and old.confidence is None
    return old if is_weaker else new


def _kind_of(alias: str, row: OrganisationRow) -> str:
    if OWN_WORK in row.sources:
        return "curated"
    return "english" if alias.isascii() else "short"
