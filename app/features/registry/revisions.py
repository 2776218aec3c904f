"""Which revision each organisation had at one moment: sixteen bytes for each."""

from array import array
from bisect import bisect_left
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.features.registry.models import Organisation

_AT_ONCE = 5_000


@dataclass(slots=True)
class Revisions:
    """By internal id, ascending."""

    ids: "array[int]" = field(default_factory=lambda: array("q"))
    revs: "array[int]" = field(default_factory=lambda: array("q"))

    def of(self, id_: int) -> int | None:
        place = bisect_left(self.ids, id_)
        return self.revs[place] if place < len(self.ids) and self.ids[place] == id_ else None


async def revisions_since(session: AsyncSession, moment: datetime) -> Revisions:
    """Of the organisations that changed since `moment`."""
    found = Revisions()
    async for id_, rev in _changed_since(session, moment):
        found.ids.append(id_)
        found.revs.append(rev)
    return found


async def changed_since(session: AsyncSession, moment: datetime, before: Revisions) -> list[int]:
    """The internal ids whose revision is no longer the one in `before`."""
    return [id_ async for id_, rev in _changed_since(session, moment) if before.of(id_) != rev]


async def _changed_since(session: AsyncSession, moment: datetime) -> AsyncIterator[tuple[int, int]]:
    statement = (
        select(Organisation.id, Organisation.rev)
        .where(Organisation.updated_at >= moment)
        .order_by(Organisation.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    async for row in await session.stream(statement):
        yield row[0], row[1]
