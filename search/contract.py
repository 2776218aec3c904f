"""The search port: everything the rest of the product may know about a search engine.

Kinds are opaque names ("organisation"); nothing here speaks of organisations. Search proposes,
the database decides: hits are ids, and the caller loads and authorises them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

MatchedBy = Literal[
    "exact", "alias", "former_name", "core", "prefix", "contains", "pinyin", "initials", "fuzzy"
]


@dataclass(frozen=True, slots=True)
class Document:
    """What is indexed for one object. `rev` grows with each change; an older write never wins."""

    id: str
    rev: int
    name: str
    aliases: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    english_name: str | None = None
    filters: Mapping[str, str] = field(default_factory=dict)  # province, industry, provenance, ...
    rank: float = 0.0  # 0..1: how well known or active
    visibility: tuple[str, ...] = ("public",)


@dataclass(frozen=True, slots=True)
class SearchQuery:
    text: str
    visibility: tuple[str, ...]  # the viewer's tokens; refused when empty
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    prefer: Mapping[str, str] = field(default_factory=dict)  # tie-breaks, e.g. the viewer's province
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    id: str
    name: str
    score: float
    matched_by: MatchedBy
    matched_text: str  # the name or alias that matched
    highlights: tuple[tuple[int, int], ...] = ()  # offset pairs into `name`


@dataclass(frozen=True, slots=True)
class SearchPage:
    hits: tuple[Hit, ...]
    total: int  # capped at 1,000
    total_is_exact: bool
    took_ms: float
    engine: str
    degraded: bool = False


@dataclass(frozen=True, slots=True)
class EngineHealth:
    state: Literal["ok", "stale", "empty", "down"]
    engine: str
    version: str
    documents: Mapping[str, int]  # per kind
    schema_hash: str
    unfinished: Mapping[str, str] = field(default_factory=dict)  # last mark of a rebuild, per kind
    lag_seconds: float = 0.0  # age of the oldest write that the engine has accepted and not done
    detail: str = ""  # for the operator: what is wrong, or what the last write failed of


@dataclass(frozen=True, slots=True)
class Ticket:
    """A receipt for a write, to be settled."""

    kind: str
    number: int


class SearchUnavailable(Exception):
    """The engine cannot answer at all."""


class SearchTimeout(SearchUnavailable):
    """The engine did not answer in time."""


class SearchRejected(Exception):
    """The engine refused the request; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Rebuild(Protocol):
    """A new index beside the live one; readers see it only after `publish`.

    `resumed` is the mark up to which an earlier process had already filled it; None: it begins empty.
    """

    resumed: str | None

    async def add(self, documents: Iterable[Document]) -> None: ...
    async def checkpoint(self, mark: str) -> None:
        """What was added survives the end of this process, and is not added again. An engine that cannot
        resume does nothing."""
        ...

    async def publish(self) -> None: ...
    async def suspend(self) -> None:
        """Stop, so that a later rebuild may go on from the last checkpoint."""
        ...

    async def abort(self) -> None: ...


class SearchEngine(Protocol):
    """Async throughout; adapters do blocking work off the event loop."""

    async def search(self, kind: str, query: SearchQuery) -> SearchPage: ...
    async def suggest(self, kind: str, query: SearchQuery) -> SearchPage:
        """The as-you-type path: same analysis, smaller candidate set, last part may be unfinished."""
        ...

    async def upsert(self, kind: str, documents: Sequence[Document]) -> Ticket:
        """Into the live index: where there is none, settling the ticket raises SearchUnavailable."""
        ...

    async def delete(self, kind: str, ids: Sequence[str]) -> Ticket: ...
    async def settle(self, ticket: Ticket, *, timeout: float) -> None:
        """Wait until the write is searchable. Raises SearchTimeout."""
        ...

    async def begin_rebuild(self, kind: str, *, resume: bool = False) -> Rebuild:
        """With `resume` it goes on from the last checkpoint of a rebuild that was not finished, if there is
        one of today's schema and nobody is at work on it."""
        ...

    async def health(self) -> EngineHealth: ...
    async def close(self) -> None: ...
