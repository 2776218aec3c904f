"""A page of the followed organisations: rows, how many, which are gone. A fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.db.engine import ReadSession
from app.features.discovery.my.forms import CustomersAsked
from app.features.follows.queries import counts_of, subjects_followed
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.overview import Gone, Overview, count_chosen, gone_of, overview_of
from app.kit.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Customers:
    """`rows` has one more than asked for where a next page follows; `matching` is None without a search."""

    rows: Sequence[Overview]
    followed: int  # organisations, gone ones included
    others: int  # follows of other kinds
    matching: int | None
    gone: Sequence[Gone]


async def customers_of(
    session: ReadSession,
    viewer: Viewer,
    catalogue: Catalogue,
    asked: CustomersAsked,
    *,
    limit: int,
    offset: int = 0,
) -> Customers:
    counts = await counts_of(session, viewer)
    followed = counts.pop("organisation", 0)
    if not followed:
        return Customers([], 0, sum(counts.values()), None, [])
    chosen = subjects_followed(viewer, "organisation")
    rows = await overview_of(
        session,
        viewer,
        catalogue,
        chosen,
        text=asked.text,
        sort=asked.sort,
        limit=limit + 1,
        offset=offset,
    )
    matching = await count_chosen(session, viewer, chosen, text=asked.text) if asked.text else None
    gone = await gone_of(session, viewer, chosen) if not asked.text and not offset else []
    return Customers(rows, followed, sum(counts.values()), matching, gone)
