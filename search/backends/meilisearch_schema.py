"""Documents and settings as Meilisearch stores them.

Every version of a document has a key of its own: the id's word and the rev. So a late write can stand beside
a newer one for a moment, but never replaces it; whoever wrote looks again and removes the older.
"""

import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from search.backends.meilisearch_words import Field, word, words
from search.backends.writes import Tombstone
from search.contract import Document
from search.entry import Candidate, candidate_of, document_of, pack, unpack
from search.schema import schema_hash
from search.terms import Terms, terms_of

PRIMARY_KEY = "key"
CARD_KEY = "card"
_GONE = "gone"
_TERMS = {
    Field.PREFIXES: "prefixes",
    Field.PINYIN_PREFIXES: "pinyin_prefixes",
    Field.INITIALS_PREFIXES: "initials_prefixes",
    Field.BIGRAMS: "bigrams",
    Field.CHARACTERS: "characters",
    Field.PINYIN_BIGRAMS: "pinyin_bigrams",
}

# Set before the first document. `typo` finds nothing (typing mistakes are ours to find), but gives every
# question the same shape of score, without which a federated search cannot weigh one against another.
SETTINGS: dict[str, Any] = {
    "searchableAttributes": ["terms"],
    "displayedAttributes": [PRIMARY_KEY, "packed", "schema"],
    "filterableAttributes": [
        {
            "attributePatterns": ["marks"],
            "features": {"facetSearch": False, "filter": {"equality": True, "comparison": False}},
        },
        {
            "attributePatterns": ["touched"],
            "features": {"facetSearch": False, "filter": {"equality": False, "comparison": True}},
        },
    ],
    "sortableAttributes": ["weight"],
    "rankingRules": ["words", "typo", "weight:desc"],
    "localizedAttributes": [{"attributePatterns": ["*"], "locales": ["eng"]}],
    "typoTolerance": {"enabled": False},
    "prefixSearch": "disabled",
    "proximityPrecision": "byAttribute",
    "facetSearch": False,
    "pagination": {"maxTotalHits": 1_100},
    "searchCutoffMs": 150,
}


@dataclass(frozen=True, slots=True)
class Stored:
    """One version of a document, as far as writing needs to know it."""

    key: str
    document: str  # the word of its id
    rev: int
    deleted: bool

    @property
    def order(self) -> tuple[int, bool]:
        """The highest of a document's versions counts; a deletion wins over what it deleted."""
        return self.rev, self.deleted


def today() -> str:
    """The schema hash: of the analysis, of the settings here, and of how words are made."""
    made_of = (
        schema_hash() + json.dumps(SETTINGS, sort_keys=True) + "".join(word(field, "") for field in Field)
    )
    return hashlib.sha256(made_of.encode()).hexdigest()[:12]


def card(schema: str, build: str) -> dict[str, Any]:
    """The document by which an index proves that it is ours and of today's schema.

    `build` is what it was called while it was built: by that a swap is seen to be done.
    """
    proof = {"schema": schema, "build": build, "made": milliseconds()}
    return {PRIMARY_KEY: CARD_KEY, "terms": word(Field.CARD, schema), "weight": 1.0} | proof


def document_word(identity: str) -> str:
    return word(Field.DOCUMENT, identity)


def version_key(identity: str, rev: int, *, deleted: bool) -> str:
    key = f"{document_word(identity)}-{rev}"
    return f"{key}-{_GONE}" if deleted else key


def as_sent(write: Document | Tombstone, schema: str) -> dict[str, Any]:
    deleted = isinstance(write, Tombstone)
    sent: dict[str, Any] = {
        PRIMARY_KEY: version_key(write.id, write.rev, deleted=deleted),
        "touched": milliseconds(),
    }
    if isinstance(write, Tombstone):
        return sent | {"marks": [document_word(write.id), word(Field.DELETED, "")], "packed": write.id}
    candidate = candidate_of(write)
    terms = terms_of(candidate)
    return sent | {
        "marks": _marks(write, candidate, terms),
        "terms": " ".join(_terms(terms, schema)),
        "weight": 0.6 * write.rank + 0.3 * (1 - min(40, len(write.name)) / 40),
        "packed": pack(candidate).decode(),
    }


def _marks(document: Document, candidate: Candidate, terms: Terms) -> list[str]:
    return [
        document_word(document.id),
        *words(Field.KEYS, terms.keys.split()),
        *words(Field.VISIBILITY, document.visibility),
        *words(Field.FILTER, (filter_text(field, value) for field, value in document.filters.items())),
        *words(Field.PLACE, candidate.places),
    ]


def _terms(terms: Terms, schema: str) -> Iterable[str]:
    yield word(Field.SCHEMA, schema)
    for field, name in _TERMS.items():
        yield from words(field, getattr(terms, name).split())


def filter_text(field: str, value: str) -> str:
    return f"{field}\x1f{value}"


def read_candidate(packed: str) -> Candidate:
    return unpack(packed.encode())


def read_stored(found: Mapping[str, Any]) -> Stored:
    document, rev, *gone = found[PRIMARY_KEY].split("-")
    return Stored(found[PRIMARY_KEY], document, int(rev), bool(gone))


def read_write(found: Mapping[str, Any]) -> Document | Tombstone:
    stored = read_stored(found)
    return (
        Tombstone(found["packed"], stored.rev)
        if stored.deleted
        else document_of(read_candidate(found["packed"]))
    )


def milliseconds() -> int:
    return time.time_ns() // 1_000_000
