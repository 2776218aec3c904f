"""Where a statement goes on, as an opaque signed cursor."""

from typing import Annotated

from fastapi import Query

from app.features.ledger.queries.statement import Places
from app.web.cursors import Cursors

StatementCursor = Annotated[str | None, Query(max_length=600, description="`next` of the previous page")]


def written(cursors: Cursors, before: Places | None) -> str | None:
    if before is None:
        return None
    return cursors.sign(",".join(f"{place}:{number}" for place, number in sorted(before.items())))


def read(cursors: Cursors, cursor: str | None) -> Places | None:
    """Raises Invalid for what this statement did not hand out."""
    if not cursor:
        return None
    parts = (part.rpartition(":") for part in cursors.signed(cursor).split(","))
    return {place: int(number) for place, _, number in parts if place}
