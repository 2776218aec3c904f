"""The pack as entries: one small JSON document per thing, as the database keeps it and compares it."""

import dataclasses
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from app.features.knowledge.catalogue import (
    Catalogue,
    ConflictRule,
    Industry,
    Need,
    Outline,
    PackNotes,
    Prior,
    RegionHint,
    Regulation,
)

_DIGEST_LENGTH = 16
_LEGIBLE = 40

# The order of the kinds is the order of the pack; the slug identifies an entry within its kind.
_KINDS: Mapping[str, tuple[type[Any], Callable[[Any], str]]] = {
    "industry": (Industry, lambda entry: entry.code),
    "conflict_rule": (ConflictRule, lambda entry: _pattern_slug(entry.pattern)),
    "regulation": (Regulation, lambda entry: entry.slug),
    "need": (Need, lambda entry: entry.slug),
    "outline": (Outline, lambda entry: entry.slug),
    "prior": (Prior, lambda e: "/".join((e.industry, e.sub_industry or "-", e.level or "-", e.need))),
    "region_hint": (RegionHint, lambda entry: f"{entry.need}/{_pattern_slug(entry.pattern)}"),
    "notes": (PackNotes, lambda entry: "notes"),
}
_ADAPTERS: Mapping[str, TypeAdapter[Any]] = {kind: TypeAdapter(shape) for kind, (shape, _) in _KINDS.items()}


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One thing of the pack; `digest` changes exactly when `body` does."""

    kind: str
    slug: str
    position: int
    body: Mapping[str, Any]
    digest: str

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.slug


def entries_of(parts: Mapping[str, Sequence[Any]]) -> list[Entry]:
    """The entries of the things given by kind, in order."""
    return [
        _entry(kind, slug_of(thing), position, thing)
        for kind, (_, slug_of) in _KINDS.items()
        for position, thing in enumerate(parts[kind])
    ]


def parts_of(catalogue: Catalogue) -> dict[str, Sequence[Any]]:
    """The things of a catalogue by kind, in order."""
    return {
        "industry": tuple(catalogue.industries.values()),
        "conflict_rule": catalogue.conflict_rules,
        "regulation": tuple(catalogue.regulations.values()),
        "need": tuple(catalogue.needs.values()),
        "outline": tuple(catalogue.outlines.values()),
        "prior": catalogue.priors,
        "region_hint": catalogue.region_hints,
        "notes": (catalogue.notes,),
    }


def parts_from(bodies: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, Sequence[Any]]:
    """The things by kind from stored (kind, body) pairs; pydantic.ValidationError on a foreign body."""
    parts: dict[str, list[Any]] = {kind: [] for kind in _KINDS}
    for kind, body in bodies:
        parts[kind].append(_ADAPTERS[kind].validate_python(body))
    return dict(parts)


def version_of(keys_and_digests: Iterable[tuple[str, str, str]]) -> str:
    """The version of a pack from (kind, slug, digest) of its entries in order: same content, same version."""
    lines = "\n".join(" ".join(row) for row in keys_and_digests)
    return hashlib.sha256(lines.encode()).hexdigest()[:_DIGEST_LENGTH]


def kinds_in_order() -> tuple[str, ...]:
    return tuple(_KINDS)


def _entry(kind: str, slug: str, position: int, thing: Any) -> Entry:
    body = _plain(thing)
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Entry(kind, slug, position, body, hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_LENGTH])


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, re.Pattern):
        return value.pattern
    return value.isoformat() if isinstance(value, date) else value


def _pattern_slug(pattern: re.Pattern[str]) -> str:
    digest = hashlib.sha256(pattern.pattern.encode()).hexdigest()[:8]
    return f"{pattern.pattern[:_LEGIBLE]}#{digest}"
