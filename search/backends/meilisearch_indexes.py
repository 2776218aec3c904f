"""What our indexes are called on the server, and how one is told from somebody else's.

<prefix><kind>                       the live index, the only one that is searched
<prefix><kind>_<schema hash>_<n>     being built; after the swap, what was live before
"""

import re
from dataclasses import dataclass, field
from threading import Lock
from typing import Literal

from search.backends.meilisearch_admin import Admin
from search.backends.meilisearch_errors import stale
from search.backends.meilisearch_schema import CARD_KEY, today
from search.contract import SearchRejected, SearchUnavailable

_BUILD = re.compile(r"_[0-9a-f]{12}_(\d+)$")

State = Literal["ok", "stale", "foreign", "empty"]


@dataclass(frozen=True)
class Indexes:
    """The indexes of one kind."""

    admin: Admin
    prefix: str
    kind: str
    schema: str = field(default_factory=today)
    guard: Lock = field(default_factory=Lock)  # one writer at a time in this process

    def __post_init__(self) -> None:
        if not (self.kind.isidentifier() and self.kind.isascii()):
            raise SearchRejected("kind: letters, digits and _ only, for it names an index")

    @property
    def live(self) -> str:
        return self.prefix + self.kind

    def state(self) -> State:
        """`foreign`: not empty and without our card, so it is not ours to replace."""
        try:
            card = self.admin.document(self.live, CARD_KEY)
        except SearchUnavailable:
            if self.live in self.admin.indexes():
                raise
            return "empty"
        if card is None:
            return "foreign" if self.admin.count(self.live) else "empty"
        return "ok" if card.get("schema") == self.schema else "stale"

    def check_live(self) -> None:
        """Raises SearchUnavailable where there is no index that may be written to."""
        state = self.state()
        if state == "empty":
            raise SearchUnavailable(f"no index was built in {self.live}")
        if state != "ok":
            raise stale(self.live)

    def builds(self) -> dict[str, int]:
        """Indexes beside the live one, with their numbers."""
        return {
            uid: int(found[1])
            for uid in self.admin.indexes()
            if (found := _BUILD.search(uid)) and uid[: found.start()] == self.live
        }

    def new_build(self) -> str:
        return f"{self.live}_{self.schema}_{1 + max(self.builds().values(), default=0)}"


def kinds_on(admin: Admin, prefix: str) -> list[str]:
    """The kinds that have a live index on the server."""
    return [
        uid[len(prefix) :] for uid in admin.indexes() if uid.startswith(prefix) and not _BUILD.search(uid)
    ]
