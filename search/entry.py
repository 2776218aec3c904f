"""One name of a document with everything that matching needs, and how it is packed into the index."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from search.analysis.names import NameForms, analyse
from search.analysis.pinyin import syllables_of
from search.analysis.shortening import abbreviations, squeezed
from search.contract import Document

EntryKind = Literal["name", "alias", "former", "english"]


@dataclass(frozen=True, slots=True)
class Entry:
    """`pinyin` and `core_pinyin` are syllables with spaces between them."""

    kind: EntryKind
    display: str
    norm: str
    nosuf: str
    core: str
    cores: tuple[str, ...]
    squeezed: tuple[str, ...]
    abbreviations: tuple[str, ...]
    pinyin: str
    core_pinyin: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document as the ranker sees it. `places` are names of divisions and filter values."""

    id: str
    rev: int
    rank: float
    filters: Mapping[str, str]
    visibility: tuple[str, ...]
    places: frozenset[str]
    entries: tuple[Entry, ...]

    @property
    def name(self) -> str:
        return self.entries[0].display


def candidate_of(document: Document) -> Candidate:
    analysed = [(kind, text, analyse(text)) for kind, text in _names(document) if text.strip()]
    regions = [found.region for found in analysed[0][2].regions] if analysed else []
    places = {region.name for region in regions} | {region.province for region in regions}
    return Candidate(
        document.id,
        document.rev,
        document.rank,
        dict(document.filters),
        document.visibility,
        frozenset(places | set(document.filters.values())),
        tuple(_entry(kind, text, forms) for kind, text, forms in analysed),
    )


def document_of(candidate: Candidate) -> Document:
    """The document that was indexed; only its terms are lost."""
    texts: dict[str, list[str]] = {"name": [], "alias": [], "former": [], "english": []}
    for entry in candidate.entries:
        texts[entry.kind].append(entry.display)
    return Document(
        candidate.id,
        candidate.rev,
        texts["name"][0],
        tuple(texts["alias"]),
        tuple(texts["former"]),
        next(iter(texts["english"]), None),
        candidate.filters,
        candidate.rank,
        candidate.visibility,
    )


def pack(candidate: Candidate) -> bytes:
    head = [
        candidate.id,
        candidate.rev,
        candidate.rank,
        candidate.filters,
        candidate.visibility,
        sorted(candidate.places),
    ]
    entries = [[getattr(entry, name) for name in Entry.__slots__] for entry in candidate.entries]
    return json.dumps([head, entries], ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def unpack(packed: bytes) -> Candidate:
    (identity, rev, rank, filters, visibility, places), rows = json.loads(packed)
    entries = tuple(Entry(*row[:5], *map(tuple, row[5:8]), *row[8:]) for row in rows)
    return Candidate(identity, rev, rank, filters, tuple(visibility), frozenset(places), entries)


def _names(document: Document) -> list[tuple[EntryKind, str]]:
    names: list[tuple[EntryKind, str]] = [("name", document.name)]
    names += [("alias", alias) for alias in document.aliases]
    names += [("former", name) for name in document.former_names]
    if document.english_name:
        names.append(("english", document.english_name))
    return names


def _entry(kind: EntryKind, text: str, forms: NameForms) -> Entry:
    is_name = kind in ("name", "former")
    syllables = syllables_of(forms.nosuf)
    core_syllables = (
        syllables[-len(forms.core) :] if forms.nosuf.endswith(forms.core) else syllables_of(forms.core)
    )
    return Entry(
        kind,
        text,
        forms.norm,
        forms.nosuf,
        forms.core,
        forms.cores,
        squeezed(forms.nosuf) if kind != "english" else (),
        abbreviations(forms.nosuf) if is_name else (),
        " ".join(syllables),
        " ".join(core_syllables),
    )


def initials(pinyin: str) -> str:
    return "".join([syllable[0] for syllable in pinyin.split()])
