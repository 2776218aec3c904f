"""Documents as tantivy stores them."""

import time

import tantivy

from search.backends.writes import Tombstone
from search.contract import Document
from search.entry import Candidate, candidate_of, pack, unpack
from search.terms import Terms, terms_of

HIDDEN = "\x00hidden"  # carried by documents that not everybody may see
DELETED = "\x00deleted"
PUBLIC = "public"
_TOMB = b"\x00"
_BAG = (*Terms.__slots__,)


def build_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("id", "filters", "places", "visibility"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("keys", "prefixes", "pinyin_prefixes", "initials_prefixes"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    for name in ("bigrams", "characters", "pinyin_bigrams"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    builder.add_unsigned_field("rev", fast=True)
    builder.add_unsigned_field("touched", fast=True, indexed=True)
    builder.add_float_field("weight", fast=True)
    builder.add_bytes_field("packed", stored=True)
    return builder.build()


SCHEMA = build_schema()


def filter_token(field: str, value: str) -> str:
    return f"{field}\x1f{value}"


def read_packed(packed: bytes) -> Candidate | Tombstone:
    """`rev` of a tombstone is not packed: read it from its field."""
    return Tombstone(packed[1:].decode(), 0) if packed.startswith(_TOMB) else unpack(packed)


def as_stored(write: Document | Tombstone) -> tantivy.Document:
    stored = tantivy.Document()
    stored.add_text("id", write.id)
    stored.add_unsigned("rev", write.rev)
    stored.add_unsigned("touched", time.time_ns())
    if isinstance(write, Tombstone):
        stored.add_text("visibility", DELETED)
        stored.add_bytes("packed", _TOMB + write.id.encode())
        stored.add_float("weight", 0.0)
        return stored
    candidate = candidate_of(write)
    terms = terms_of(candidate)
    for name in _BAG:
        stored.add_text(name, getattr(terms, name))
    for token in write.visibility:
        stored.add_text("visibility", token)
    if PUBLIC not in write.visibility:
        stored.add_text("visibility", HIDDEN)
    for field, value in write.filters.items():
        stored.add_text("filters", filter_token(field, value))
    for place in candidate.places:
        stored.add_text("places", place)
    stored.add_float("weight", 0.6 * write.rank + 0.3 * (1 - min(40, len(write.name)) / 40))
    stored.add_bytes("packed", pack(candidate))
    return stored
