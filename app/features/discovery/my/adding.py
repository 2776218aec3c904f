"""Following organisations by their names: what is certain at once, the rest for the reader to decide."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request

from app.db.engine import Database, ReadSession, WriteSession
from app.db.writing import run_write
from app.features.discovery.my.naming import Named, names_known
from app.features.follows.actions import follow
from app.features.knowledge.catalogue import Catalogue
from app.features.registry.lookup import Lookup
from app.kit.subject import Subject
from app.kit.viewer import Viewer
from app.web.guards import spend_reads

NAMES_A_READ = 10  # what the flood limit counts as one read


@dataclass(frozen=True, slots=True)
class Added:
    """`new` are the public ids that were not followed before."""

    certain: Sequence[Named]
    ambiguous: Sequence[Named]
    unknown: Sequence[Named]
    new: frozenset[str]

    @property
    def rest(self) -> str:
        """The names that led to no organisation, as they could be pasted again."""
        return "\n".join(one.name for one in self.unknown)


async def add_by_names(
    request: Request,
    database: Database,
    session: ReadSession,
    viewer: Viewer,
    catalogue: Catalogue,
    lookup: Lookup,
    names: Sequence[str],
) -> Added:
    """Raises LimitReached."""
    further = (len(names) - 1) // NAMES_A_READ
    if further:
        spend_reads(request, further)
    known = await names_known(session, viewer, catalogue, lookup, names)
    certain = [one for one in known if one.is_certain]
    new = await follow_organisations(database, viewer, [one.lines[0].public_id for one in certain])
    return Added(
        certain=certain,
        ambiguous=[one for one in known if one.lines and not one.is_certain],
        unknown=[one for one in known if not one.lines],
        new=new,
    )


async def follow_organisations(
    database: Database, viewer: Viewer, public_ids: Sequence[str]
) -> frozenset[str]:
    """All of them or, beyond the limit, none; returns those that are new."""
    subjects = [Subject("organisation", one) for one in public_ids]

    async def work(session: WriteSession) -> list[Subject]:
        return await follow(session, viewer, subjects)

    added = await run_write(database, work) if subjects else []
    return frozenset(one.public_id for one in added)
