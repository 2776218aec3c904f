"""How far a build of the search index has come: what it leaves for the next process to go on from."""

import json
from dataclasses import asdict, dataclass, replace

from app.features.registry.documents import Batch


@dataclass(frozen=True, slots=True)
class BuildMark:
    """Of the organisations with an internal id up to `last`: how many there are, the sum of their
    revisions, how many of them are indexed; and how many there were in all when it was written.

    A change of any of them changes count or sum, so the two tell whether what is indexed still holds.
    """

    last: int = 0
    rows: int = 0
    revs: int = 0
    documents: int = 0
    total: int = 0

    def after(self, batch: Batch) -> "BuildMark":
        return replace(
            self,
            last=batch.last,
            rows=self.rows + batch.rows,
            revs=self.revs + batch.revs,
            documents=self.documents + len(batch.documents),
        )

    def packed(self) -> str:
        return json.dumps(asdict(self))


def read_mark(packed: str) -> BuildMark | None:
    """None where another version of this program wrote it."""
    try:
        return BuildMark(**json.loads(packed))
    except (ValueError, TypeError):
        return None
